const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const digitOf = new Int8Array(128).fill(-1);
for (let index = 0; index < alphabet.length; index++) digitOf[alphabet.charCodeAt(index)] = index;

const equalsSign = 0x3d;

/** Write bytes as base64 (RFC 4648, section 4), with padding and without line breaks. */
export function formatBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1];
    const third = bytes[at + 2];
    text += alphabet.charAt(first >> 2);
    text += alphabet.charAt(((first & 3) << 4) | ((second ?? 0) >> 4));
    text +=
      second === undefined ? '=' : alphabet.charAt(((second & 15) << 2) | ((third ?? 0) >> 6));
    text += third === undefined ? '=' : alphabet.charAt(third & 63);
  }
  return text;
}

/**
 * Read canonical base64: the alphabet of RFC 4648 section 4, full padding, unused bits zero,
 * nothing else. Each sequence of bytes has exactly one such form.
 *
 * @param text The characters as ASCII bytes, without line breaks.
 * @returns The bytes, or undefined where the text is not canonical.
 */
export function parseBase64(text: Uint8Array): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  let padding = 0;
  if (text[text.length - 1] === equalsSign) padding = text[text.length - 2] === equalsSign ? 2 : 1;
  const digits = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let pending = 0;
  let filled = 0;
  for (let at = 0; at < digits; at++) {
    const value = digitOf[text[at] ?? 0] ?? -1;
    if (value < 0) return undefined;
    pending = ((pending << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[filled++] = (pending >> bits) & 0xff;
    }
  }
  // Without this, one signature could be written in several ways and so stand in several tags.
  if ((pending & ((1 << bits) - 1)) !== 0) return undefined;
  return bytes;
}
