import { RawRepository } from '../support/raw-repository.ts';
import { Random } from '../support/random.ts';
import { type Material, makeMaterial } from './bases.ts';
import { askGit, askOurselves, listedCertificates } from './judge.ts';
import { mutations } from './mutations.ts';
import { refusalOf } from './stricter.ts';

/** A tag on which git and we differ in a way that nothing allows. */
export interface Difference {
  readonly kind: string;
  readonly made: string;
  readonly what: string;
  readonly raw: Buffer;
}

export interface DifferentialCounts {
  /** By kind of mutation: how often each pair of verdicts came out, `git good, ours bad`. */
  readonly pairs: Map<string, Map<string, number>>;
  /** By name of a stricter refusal: how often git was content and we were not. */
  readonly stricter: Map<string, number>;
  readonly made: Map<string, number>;
  readonly differences: Difference[];
  tags: number;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/**
 * Make so many mutated tags and ask git and ourselves about each. Whenever we say good, git must
 * say good; the other way round only with a stricter refusal that has a name.
 */
export async function differ(
  tags: number,
  seed: number,
  atOnce: number,
  material: Material = makeMaterial(),
): Promise<DifferentialCounts> {
  const random = new Random(seed);
  const repository = new RawRepository();
  const certificates = await listedCertificates(material);
  const kinds = Object.keys(mutations);
  const counts: DifferentialCounts = {
    pairs: new Map(kinds.map((kind) => [kind, new Map<string, number>()])),
    stricter: new Map(),
    made: new Map(),
    differences: [],
    tags: 0,
  };
  let next = 0;
  const one = async (): Promise<void> => {
    const kind = kinds[next++ % kinds.length] ?? '';
    let base = random.pick(material.bases);
    let raw = mutations[kind]?.(base, material, random);
    // Some kinds are for one format only.
    for (let again = 0; raw === undefined && again < 20; again += 1) {
      base = random.pick(material.bases);
      raw = mutations[kind]?.(base, material, random);
    }
    if (raw === undefined) throw new Error(`${kind} fits no base.`);
    counts.tags += 1;
    count(counts.made, base.made);
    const git = await askGit(repository, material, raw);
    const ours = await askOurselves(material, certificates, raw);
    const pair = `git ${git.good ? 'good' : 'bad'}, ours ${ours.good ? 'good' : 'bad'}`;
    count(counts.pairs.get(kind) ?? new Map<string, number>(), pair);
    if (git.good === ours.good) return;
    const refusal = ours.good ? undefined : refusalOf(ours.reason, raw);
    if (refusal !== undefined) count(counts.stricter, refusal);
    else {
      const what = `${pair}; git: ${git.said.trim().replaceAll('\n', ' / ')}; ours: ${ours.reason}`;
      counts.differences.push({ kind, made: base.made, what, raw });
    }
  };
  const work = async (): Promise<void> => {
    while (counts.tags < tags) await one();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return counts;
}
