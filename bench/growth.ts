/** How the work grows with the register. */
import type { Bench } from './bench.ts';
import { cachedCorpus, type Corpus } from './corpus.ts';
import { inTurn, pairedRatio, type Sample, sampleOf } from './measure.ts';
import { qms, useOfProgram } from './program.ts';
import { measureUpdates } from './rows/update.ts';
import { forgetKept } from './rows/verify.ts';
import { inColumns, shownNumber, shownSample } from './table.ts';

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

/** What the series shows, as the ratio of the largest register to the smallest. */
export interface Claim {
  readonly claim: string;
  readonly ratio: number;
  readonly atMost: number;
  readonly reached: boolean;
}

export interface Growth {
  readonly series: readonly Grown[];
  readonly claims: readonly Claim[];
}

/** Linear work costs the same per release; a quarter is left for what differs between runs. */
const linearAtMost = 1.25;
/** A page takes under a millisecond and an update some tens: there the noise is larger. */
const sameAtMost = 1.5;

const claimOf = (claim: string, ratio: number, atMost: number): Claim => ({
  claim,
  ratio,
  atMost,
  reached: ratio <= atMost,
});

export async function measureGrowth(
  { workspace, runs }: Bench,
  documents: readonly number[],
  say: (line: string) => void,
): Promise<Growth> {
  const corpora: Corpus[] = [];
  for (const each of documents) {
    say(`Making or finding the corpus of ${each} documents …`);
    const kept = await cachedCorpus({ documents: each, revisions: 10, perRelease: 10 });
    corpora.push(workspace.copy(kept));
  }
  say('Measuring qms verify …');
  // The sizes in turn, so that a machine that slows down slows all of them.
  const verified = await inTurn(
    Object.fromEntries(
      corpora.map((corpus) => [
        corpus.folder,
        () => {
          forgetKept(corpus);
          return useOfProgram(qms(corpus, ['verify']), { cwd: corpus.folder });
        },
      ]),
    ),
    runs,
  );
  const perRelease = (corpus: Corpus, what: 'ms' | 'cpuMs') =>
    (verified[corpus.folder] ?? []).map((used) => used[what] / corpus.releases);
  const series: Grown[] = [];
  for (const corpus of corpora) {
    say(`Measuring pages and updates at ${corpus.size.documents} documents …`);
    const updates = await measureUpdates(corpus, workspace, Math.max(runs, 5));
    series.push({
      documents: corpus.size.documents,
      releases: corpus.releases,
      msPerRelease: sampleOf(perRelease(corpus, 'ms')),
      cpuMsPerRelease: sampleOf(perRelease(corpus, 'cpuMs')),
      peakMb: sampleOf((verified[corpus.folder] ?? []).map(({ peakMb }) => peakMb)),
      renderedPageMs: updates.renderedMs,
      keptPageMs: updates.keptMs,
      updateMs: sampleOf(updates.ms),
    });
  }
  const [smallest, largest] = [corpora[0], corpora.at(-1)];
  const [first, last] = [series[0], series.at(-1)];
  if (!smallest || !largest || !first || !last) throw new Error('The series is empty.');
  const grown = (what: 'ms' | 'cpuMs') =>
    pairedRatio(perRelease(largest, what), perRelease(smallest, what)).median;
  const medians = (of: (one: Grown) => Sample) => of(last).median / of(first).median;
  return {
    series,
    claims: [
      claimOf('verify is linear in releases, wall time', grown('ms'), linearAtMost),
      claimOf('verify is linear in releases, CPU time', grown('cpuMs'), linearAtMost),
      claimOf(
        'a page not rendered before is independent of the corpus',
        medians((one) => one.renderedPageMs),
        sameAtMost,
      ),
      claimOf(
        'a page is independent of the corpus',
        medians((one) => one.keptPageMs),
        sameAtMost,
      ),
      claimOf(
        'an update is independent of the corpus',
        medians((one) => one.updateMs),
        sameAtMost,
      ),
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
      'page, ms',
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
      `${reached ? 'Holds' : 'LOST'}: ${claim}: ${shownNumber(ratio)} × from the smallest to the largest, at most ${atMost} ×`,
  );
  return [table, '', ...told].join('\n');
}
