/** Order by code point, which is the order of UTF-8 bytes and of Git. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const one = a.charCodeAt(at);
    const two = b.charCodeAt(at);
    if (one === two) continue;
    // Surrogates stand for code points above all others, but below U+E000 as UTF-16 units.
    const high = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
    return high(one) === high(two) ? one - two : high(one) ? 1 : -1;
  }
  return a.length - b.length;
}
