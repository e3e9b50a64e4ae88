import type { Cryptography } from './cryptography.ts';
import type { ObjectType } from './object-store.ts';
import { encodeUtf8 } from './header.ts';

/** The name Git gives an object: SHA-1 of its type, length and bytes, 40 hex digits. */
export function objectName(
  type: ObjectType,
  bytes: Uint8Array,
  cryptography: Pick<Cryptography, 'sha1'>,
): string {
  return cryptography.sha1(encodeUtf8(`${type} ${String(bytes.length)}\0`), bytes);
}
