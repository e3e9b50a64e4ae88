import type { Digest } from './document.ts';

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Whether a text is written as a digest. */
export function isDigest(text: string): text is Digest {
  return digestPattern.test(text);
}
