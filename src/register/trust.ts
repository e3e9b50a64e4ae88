import { isDigest } from '../document/digest.ts';
import type { Digest } from '../document/document.ts';
import { makeProblem, type Problem } from '../problem/problem.ts';

/** A digest from outside, and where it came from, in words: `--anchor`, `QMS_ANCHOR`. */
export interface GivenAnchor {
  readonly digest: string;
  readonly source: string;
}

/** A release that somebody knows of: the register must hold this very one. */
export interface GivenHead {
  readonly release: number;
  readonly digest: string;
  readonly source: string;
}

const headPattern = /^([1-9][0-9]{0,8}):(sha256:[0-9a-f]{64})$/;

/** `42:sha256:…` → release and digest, or undefined. */
export function parseHead(text: string): { release: number; digest: Digest } | undefined {
  const match = headPattern.exec(text);
  const digest = match?.[2] ?? '';
  return match !== null && isDigest(digest) ? { release: Number(match[1]), digest } : undefined;
}

export function formatHead(release: { readonly number: number; readonly digest: Digest }): string {
  return `${String(release.number)}:${release.digest}`;
}

/**
 * Compare the register with the anchors that were given from outside. The first counts, another
 * that differs is an error; none is an unknown: there is no trust on first use.
 *
 * @param founding Digest of release 1's tag object, undefined where there is none.
 * @see shared register format, "Verification" 2
 */
export function judgeAnchor(
  given: readonly GivenAnchor[],
  founding: Digest | undefined,
): readonly Problem[] {
  const place = { ref: 'refs/tags/qms/release/1' };
  const problems: Problem[] = [];
  for (const { digest, source } of given) {
    if (!isDigest(digest)) {
      problems.push(
        makeProblem('anchor/malformed', {
          message: `The anchor from ${source} is "${digest}", expected sha256: and 64 lower-case hex digits.`,
          place: {},
        }),
      );
    }
  }
  const [first, ...others] = given.filter((anchor) => isDigest(anchor.digest));
  if (first === undefined) {
    if (problems.length === 0) {
      problems.push(
        makeProblem('anchor/missing', {
          message: `No anchor was given, so nobody can tell whose register this is${founding === undefined ? '' : `; its own is ${founding}`}.`,
          place,
        }),
      );
    }
    return problems;
  }
  for (const other of others) {
    if (other.digest !== first.digest) {
      problems.push(
        makeProblem('anchor/conflict', {
          message: `${first.source} gives the anchor ${first.digest}, ${other.source} gives ${other.digest}.`,
          place: {},
        }),
      );
    }
  }
  if (founding !== undefined && founding !== first.digest) {
    problems.push(
      makeProblem('anchor/mismatch', {
        message: `Release 1 of this repository is ${founding}; the anchor from ${first.source} is ${first.digest}.`,
        place,
      }),
    );
  }
  return problems;
}

/**
 * Check that the register still holds the release that is known as its head.
 * @param digestOf Digest of the tag object of a release; `unread` where there is one that could
 *                 not be read, which is a problem of its own; undefined where there is none.
 * @param last     Number of the newest good release.
 * @see shared register format, "Verification" 4
 */
export function judgeHead(
  given: readonly GivenHead[],
  digestOf: (release: number) => Digest | 'unread' | undefined,
  last: number,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { release, digest, source } of given) {
    const found = digestOf(release);
    if (found === digest || found === 'unread') continue;
    problems.push(
      makeProblem('head/rolled-back', {
        message:
          found === undefined
            ? `${source} knows release ${String(release)} as ${digest}; this register ends with release ${String(last)}.`
            : `${source} knows release ${String(release)} as ${digest}; here it is ${found}.`,
        place: { ref: `refs/tags/qms/release/${String(release)}` },
        release,
      }),
    );
  }
  return problems;
}

/** What of a verification hangs on the trust material besides its problems. */
export interface TrustFacts {
  readonly anchorSource: string | undefined;
  readonly headKnown: boolean;
  readonly headReached: boolean;
  readonly head: string | undefined;
}

/** @param releases The good ones, from the first. */
export function trustFacts(
  anchors: readonly GivenAnchor[],
  heads: readonly GivenHead[],
  releases: readonly { readonly number: number; readonly digest: Digest }[],
): TrustFacts {
  const newest = releases.at(-1);
  return {
    anchorSource: anchors[0]?.source,
    headKnown: heads.length > 0,
    headReached: heads.every(({ release, digest }) => releases[release - 1]?.digest === digest),
    head: newest === undefined ? undefined : formatHead(newest),
  };
}
