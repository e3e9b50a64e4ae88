import type { Random } from '../support/random.ts';

/** One parser of hostile bytes, and what must hold of whatever it answers. */
export interface Target {
  readonly name: string;
  /** Well-formed inputs to begin with. */
  readonly seeds: readonly Buffer[];
  /** Pieces that mean something to the parser. */
  readonly tokens: readonly Buffer[];
  /** An input of the grammar, well-formed or nearly. */
  readonly generate: (random: Random) => Buffer;
  /**
   * Run the parser on an input.
   * @returns Whether it was accepted.
   * @throws Anything at all where a promise is broken: an exception of the parser's own too.
   */
  readonly check: (bytes: Buffer) => boolean | Promise<boolean>;
  /** How many of a thousand inputs of a run are for this parser: more for the quick ones. */
  readonly share: number;
}

/** Pieces as bytes; what is given as text is Latin-1. */
export function tokens(...pieces: readonly (string | Uint8Array)[]): readonly Buffer[] {
  return pieces.map((piece) =>
    typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Buffer.from(piece),
  );
}

/** Say what must hold; what does not is a finding. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`broken promise: ${otherwise}`);
}

/** Whether two sequences of bytes are the same. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Some of the values, each once, in their order unless a fault is wanted. */
export function some(
  random: Random,
  values: readonly string[],
  least: number,
  most: number,
): string[] {
  const chosen = random.shuffled(values).slice(0, random.between(least, most));
  return random.oneIn(12) ? chosen : chosen.sort();
}
