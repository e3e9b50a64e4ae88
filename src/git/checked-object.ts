import type { Cryptography } from './cryptography.ts';
import { type ObjectFault, type ObjectType, type RawObject, limits } from './object-store.ts';
import { QmsError } from '../problem/problem.ts';
import { objectName } from './object-name.ts';

/** Hash an object again: its bytes are those of its id, or they are not believed. */
export function checkObject(
  id: string,
  type: ObjectType,
  bytes: Uint8Array,
  cryptography: Cryptography,
): RawObject | ObjectFault {
  const name = objectName(type, bytes, cryptography);
  // Without this, a doctored pack index gives other bytes for an approved id, without a word.
  if (name !== id)
    return { id, fault: 'corrupt', detail: `its bytes are those of ${type} ${name}` };
  return { id, type, bytes };
}

/** An object over the limit. */
export function tooLarge(id: string, size: number): QmsError {
  return QmsError.of('git/object-too-large', {
    message: `The object ${id} has ${String(size)} bytes; at most ${String(limits.objectBytes)} are read.`,
    place: { object: id },
  });
}
