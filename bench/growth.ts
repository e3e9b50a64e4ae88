/** How the work grows with the register: sizes in turn, and the largest by the smallest. */
import type { Bench } from './bench.ts';
import { cachedCorpus, type Corpus } from './corpus.ts';
import { idOf } from './documents.ts';
import { inTurn, pairedRatio, type Sample, sampleOf } from './measure.ts';
import { qms, type Used, useOfProgram } from './program.ts';
import { withServed } from './served-corpus.ts';
import { inColumns, shownNumber, shownSample } from './table.ts';
import { forgetKept } from './workspace.ts';

/** One size of the series. Times are milliseconds, memory is in MiB. */
export interface Grown {
  readonly documents: number;
  readonly releases: number;
  /** Wall time and CPU time of `qms verify`, by the number of releases. */
  readonly msPerRelease: Sample;
  readonly cpuMsPerRelease: Sample;
  readonly peakMb: Sample;
  readonly renderedPageMs: Sample;
  readonly keptPageMs: Sample;
  readonly updateMs: Sample;
}

/** What the series shows: the ratio of the largest register to the smallest, pair by pair. */
export interface Claim {
  readonly claim: string;
  readonly ratio: Sample;
  readonly atMost: number;
  readonly reached: boolean;
}

export interface Growth {
  readonly series: readonly Grown[];
  readonly claims: readonly Claim[];
}

/** Linear work costs the same per release; a quarter is left for what differs between runs. */
const linearAtMost = 1.25;
/** A kept page takes under a millisecond and an update some tens: there the noise is larger. */
const sameAtMost = 1.5;

/** The documents whose pages are asked for once, and how often one is asked for again. */
const rendered: Readonly<Record<'first' | 'last', number>> = { first: 51, last: 100 };
const keptRequests = 500;
const updatesAtLeast = 5;

/** What each size took, in the order of the sizes; runs at one place belong together. */
type Series = readonly (readonly number[])[];

/** @throws {Error} where a series is of no size. */
export function claimOf(claim: string, series: Series, atMost: number): Claim {
  const [smallest, largest] = [series[0], series.at(-1)];
  if (smallest === undefined || largest === undefined) throw new Error('The series is empty.');
  const ratio = pairedRatio(largest, smallest);
  return { claim, ratio, atMost, reached: ratio.median <= atMost };
}

/** Verify each corpus in turn, so that a machine that slows down slows all of them. */
async function verifySeries(corpora: readonly Corpus[], runs: number) {
  const verify = (corpus: Corpus) => () => {
    forgetKept(corpus);
    return useOfProgram(qms(corpus, ['verify']), { cwd: corpus.folder });
  };
  const sides = corpora.map((corpus) => [corpus.folder, verify(corpus)] as const);
  const used = await inTurn(Object.fromEntries(sides), runs);
  return corpora.map(({ folder }) => used[folder] ?? []);
}

/** Ask all servers for the same things in turn, then push a release to each, again and again. */
async function servedSeries({ workspace, runs }: Bench, corpora: readonly Corpus[]) {
  const updates = Math.max(runs, updatesAtLeast);
  return withServed(corpora, workspace, updates + 1, async (served) => {
    const page = served.map((): number[] => []);
    const kept = served.map((): number[] => []);
    const ask = async (into: number[][], address: string) => {
      for (const [at, each] of served.entries()) into[at]?.push(await each.page(address));
    };
    for (let number = rendered.first; number <= rendered.last; number += 1) {
      await ask(page, `/d/${idOf(number)}`);
    }
    for (let request = 0; request < keptRequests; request += 1) await ask(kept, '/d/SOP-001');
    const sides = served.map((each) => [each.corpus.folder, () => each.update()] as const);
    const updated = await inTurn(Object.fromEntries(sides), updates);
    const update = served.map(({ corpus }) => updated[corpus.folder] ?? []);
    return { page, kept, update };
  });
}

export async function measureGrowth(
  bench: Bench,
  documents: readonly number[],
  say: (line: string) => void,
): Promise<Growth> {
  const corpora: Corpus[] = [];
  for (const each of documents) {
    say(`Making or finding the corpus of ${each} documents …`);
    const size = { documents: each, revisions: 10, perRelease: 10 };
    corpora.push(bench.workspace.copy(await cachedCorpus(size)));
  }
  say('Measuring qms verify …');
  const verified = await verifySeries(corpora, bench.runs);
  const perRelease = (of: (used: Used) => number) =>
    corpora.map(({ releases }, at) => (verified[at] ?? []).map((used) => of(used) / releases));
  const [ms, cpuMs] = [perRelease((used) => used.ms), perRelease((used) => used.cpuMs)];
  say('Measuring pages and updates …');
  const { page, kept, update } = await servedSeries(bench, corpora);
  const series = corpora.map(({ size, releases }, at) => ({
    documents: size.documents,
    releases,
    msPerRelease: sampleOf(ms[at] ?? []),
    cpuMsPerRelease: sampleOf(cpuMs[at] ?? []),
    peakMb: sampleOf((verified[at] ?? []).map(({ peakMb }) => peakMb)),
    renderedPageMs: sampleOf(page[at] ?? []),
    keptPageMs: sampleOf(kept[at] ?? []),
    updateMs: sampleOf(update[at] ?? []),
  }));
  return {
    series,
    claims: [
      claimOf('verify is linear in releases, wall time', ms, linearAtMost),
      claimOf('verify is linear in releases, CPU time', cpuMs, linearAtMost),
      claimOf('a page not rendered before is independent of the corpus', page, sameAtMost),
      claimOf('a page asked for again is independent of the corpus', kept, sameAtMost),
      claimOf('an update is independent of the corpus', update, sameAtMost),
    ],
  };
}

/** The series and its claims as text. */
export function formatGrowth({ series, claims }: Growth): string {
  const table = inColumns(
    [
      'documents',
      'releases',
      'verify, ms a release',
      'CPU ms a release',
      'verify, peak MB',
      'new page, ms',
      'page again, ms',
      'update, ms',
    ],
    series.map((one) => [
      one.documents.toLocaleString('en'),
      one.releases.toLocaleString('en'),
      shownSample(one.msPerRelease),
      shownSample(one.cpuMsPerRelease),
      shownNumber(one.peakMb.highest),
      shownNumber(one.renderedPageMs.median),
      shownNumber(one.keptPageMs.median),
      shownSample(one.updateMs),
    ]),
  );
  const told = claims.map(
    ({ claim, ratio, atMost, reached }) =>
      `${reached ? 'Holds' : 'LOST'}: ${claim}: ${shownNumber(ratio.median)} × from the smallest to the largest, at most ${atMost} ×`,
  );
  return [table, '', ...told].join('\n');
}
