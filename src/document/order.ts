/**
 * Compare by code point, which for UTF-8 is also the order of the bytes. The `<` of JavaScript
 * compares UTF-16 units and puts U+1F600 before U+FF41; order must not depend on that.
 *
 * @returns Negative, zero or positive, for `sort`.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** UTF-16 units in the order of the code points they belong to: surrogates come last. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
