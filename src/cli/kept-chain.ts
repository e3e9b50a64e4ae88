import { deserialize, serialize } from 'node:v8';
import type { Digest } from '../document/document.ts';
import type { Chain } from '../register/chain.ts';
import { GrownMap } from '../register/grown-map.ts';
import { History, type HistoryFacts } from '../register/history.ts';
import type { Release } from '../register/register.ts';
import {
  detailsOf,
  type DetailSource,
  packRegister,
  type PackedRegister,
  type ReleaseDetails,
} from './kept-register.ts';
import { DamagedKeptFile, type KeptSections, type SectionWriter } from './kept-sections.ts';
import { UnpackedRelease, UnpackedRevision, unpackRegister } from './unpacked-register.ts';

/** Where the details of each release lie; its raw bytes follow them. */
interface DetailSpans {
  readonly at: Float64Array;
  readonly length: Uint32Array;
  readonly rawLength: Uint32Array;
  readonly sha256: readonly string[];
}

/** Details that are held at once: those of a long history. */
const mostHeld = 256;

/** The details of releases in a kept file. */
class KeptDetails implements DetailSource {
  readonly #sections: KeptSections;
  readonly #spans: DetailSpans;
  readonly #held = new Map<number, ReleaseDetails>();

  constructor(sections: KeptSections, spans: DetailSpans) {
    this.#sections = sections;
    this.#spans = spans;
  }

  details(release: number): ReleaseDetails {
    let details = this.#held.get(release);
    if (details === undefined) {
      details = deserialize(this.packed(release)) as ReleaseDetails;
      const [oldest] = this.#held.keys();
      if (this.#held.size >= mostHeld && oldest !== undefined) this.#held.delete(oldest);
      this.#held.set(release, details);
    }
    return details;
  }

  /** The details as they lie in the file. */
  packed(release: number): Buffer {
    const { at, length, sha256 } = this.#spans;
    const place = release - 1;
    return this.#sections.bytes({
      at: at[place] ?? -1,
      length: length[place] ?? 0,
      sha256: sha256[place] ?? '',
    });
  }

  raw(release: number, from: number, length: number, digest: Digest): Uint8Array {
    const begin = this.#rawAt(release) + from;
    const sha256 = digest.slice('sha256:'.length);
    // As the core knows bytes: a Buffer would answer some of its questions differently.
    return new Uint8Array(this.#sections.bytes({ at: begin, length, sha256 }).buffer);
  }

  /** The raw bytes of a release as they lie in the file, behind one another. */
  packedRaw(release: number): Buffer {
    // Each of them bears its digest, which is looked at by whoever asks for it.
    return this.#sections.unchecked(this.#rawAt(release), this.#spans.rawLength[release - 1] ?? 0);
  }

  #rawAt(release: number): number {
    const place = release - 1;
    return (this.#spans.at[place] ?? -1) + (this.#spans.length[place] ?? 0);
  }
}

/** The values of a chain that make its register, and are kept in another way. */
const registerKeys = ['anchor', 'releases', 'documents', 'rulesHistory'] as const;

const isRegisterKey = (key: string): boolean => registerKeys.some((one) => one === key);

/** What a chain holds besides its register, as plain data. */
type RestKey = Exclude<keyof Chain, (typeof registerKeys)[number]>;

/** @throws {Error} for a chain that is not as it should be. */
export async function writeKeptChain(writer: SectionWriter, chain: Chain): Promise<void> {
  const { releases } = chain;
  const spans = {
    at: new Float64Array(releases.length),
    length: new Uint32Array(releases.length),
    rawLength: new Uint32Array(releases.length),
    sha256: [] as string[],
  };
  for (const [place, release] of releases.entries()) {
    const kept = UnpackedRelease.sourceOf(release);
    // What was read from a kept file is copied into the next one.
    const { packed, raw } = !(kept instanceof KeptDetails)
      ? packDetails(release, chain)
      : { packed: kept.packed(release.number), raw: [kept.packedRaw(release.number)] };
    const { at, length, sha256 } = await writer.part(packed);
    for (const bytes of raw) await writer.bytes(bytes);
    spans.at[place] = at;
    spans.length[place] = length;
    spans.rawLength[place] = raw.reduce((sum, bytes) => sum + bytes.length, 0);
    spans.sha256.push(sha256);
  }
  await writer.value('details', spans);
  for (const [key, value] of Object.entries(chain)) {
    if (isRegisterKey(key)) continue;
    await writer.value(`chain.${key}`, plain(value));
  }
  await writer.value('register', packRegister(chain, UnpackedRevision.matterBehind));
}

/** A value of a chain as plain data. */
function plain(value: unknown): unknown {
  if (value instanceof History) return value.facts();
  return value instanceof GrownMap ? value.plain() : value;
}

const grown = (entries: unknown): unknown => new GrownMap(entries as ReadonlyMap<string, unknown>);

/** What makes of plain data what it was, by the names of the parts. */
const revived: Readonly<Partial<Record<string, (read: unknown) => unknown>>> = {
  'chain.history': (read) => new History(read as HistoryFacts),
  'chain.counted': grown,
  'chain.countedTags': grown,
};

function packDetails(release: Release, chain: Chain): { packed: Buffer; raw: Uint8Array[] } {
  const details = detailsOf(release, chain.documents);
  const raw = [release.raw, ...release.approvals.map((approval) => approval.raw)];
  return { packed: serialize(details), raw };
}

/**
 * A chain whose values are read when they are asked for.
 * @throws {DamagedKeptFile}, here or where a value is asked for.
 */
export function readKeptChain(sections: KeptSections): Chain {
  const details = new KeptDetails(sections, sections.value('details') as DetailSpans);
  const packed = sections.value('register') as PackedRegister;
  const { releases, documents } = unpackRegister(packed, details);
  const [founding] = releases;
  if (founding === undefined) throw new DamagedKeptFile('no release');
  const rest: Partial<Pick<Chain, RestKey>> = {};
  for (const name of sections.names) {
    if (!name.startsWith('chain.')) continue;
    let value: unknown;
    let isRead = false;
    Object.defineProperty(rest, name.slice('chain.'.length), {
      enumerable: true,
      get() {
        if (!isRead) {
          const read = sections.value(name);
          value = revived[name]?.(read) ?? read;
          isRead = true;
        }
        return value;
      },
    });
  }
  const register = { anchor: founding.digest, releases, documents, rulesHistory: packed.rules };
  // Every value of a chain was written under its name, or is one of these.
  return Object.defineProperties(rest, Object.getOwnPropertyDescriptors(register)) as Chain;
}
