import type { Cryptography, PrimitiveCheck } from '../git/cryptography.ts';
import type { Certificate } from './certificate.ts';
import { parsePgpArmour } from './pgp-armour.ts';
import type { PgpKey } from './pgp-key.ts';
import { packetTypes, parsePackets } from './pgp-packet.ts';
import {
  createdAt,
  issuersOf,
  parsePgpSignature,
  pgpCheck,
  type PgpFault,
  type PgpSignature,
  subpacketTypes,
} from './pgp-signature.ts';
import type { KeyIdentity } from './verdict.ts';

/** The keys of certificates that may sign, by the last 16 digits of their fingerprints. */
export type SigningKeys = ReadonlyMap<string, readonly CertifiedKey[]>;

interface CertifiedKey {
  readonly key: PgpKey;
  readonly identity: KeyIdentity;
}

/**
 * Sort the signing keys of certificates, so that those of a signature are found at once. A key
 * that stands in several, because a certificate changed, is that of the first.
 */
export function signingKeysOf(certificates: Iterable<Certificate>): SigningKeys {
  const keys = new Map<string, CertifiedKey[]>();
  for (const { identity, signingKeys } of certificates) {
    for (const key of signingKeys) {
      const id = keyId(key.fingerprint);
      const same = keys.get(id) ?? [];
      keys.set(id, same);
      if (same.some((one) => one.key.fingerprint === key.fingerprint)) continue;
      const subkey = key.fingerprint === identity.fingerprint ? {} : { subkey: key.fingerprint };
      same.push({ key, identity: { ...identity, ...subkey } });
    }
  }
  return keys;
}

function keyId(fingerprint: string): string {
  return fingerprint.slice(-16);
}

/**
 * Judge the form of an OpenPGP signature over bytes, and find its key: what remains is one
 * primitive check.
 *
 * Exactly one signature packet of version 4 and type 0x00. The signer's key, which the signature
 * only names, must be among the signing keys.
 */
export function judgeOpenPgp(
  payload: Uint8Array,
  armour: Uint8Array,
  keys: SigningKeys,
  cryptography: Cryptography,
): PgpFault | { readonly key: KeyIdentity; readonly check: PrimitiveCheck } {
  const block = parsePgpArmour(armour, 'PGP SIGNATURE');
  if (!block.ok) return malformed(block.reason);
  const packets = parsePackets(block.value.bytes);
  if (!packets.ok) return malformed(packets.reason);
  const [packet, second] = packets.value;
  if (packet?.type !== packetTypes.signature) return malformed('it does not hold a signature');
  // Without this, what stands behind the first signature could be changed by anybody.
  if (second !== undefined) return malformed('there are several signatures or packets in it');
  const signature = parsePgpSignature(packet.body);
  if ('fault' in signature) return signature;
  // Without this, a certification, or text with other line ends, would approve a document.
  if (signature.type !== 0) {
    const type = `0x${signature.type.toString(16).padStart(2, '0')}`;
    const made = signature.type === 1 ? 'over text with changed line ends' : 'for something else';
    return { fault: 'namespace', detail: `the signature is of type ${type}, made ${made}` };
  }
  const strange = faultOfSubpackets(signature);
  if (strange !== undefined) return strange;

  const issuers = issuersOf([...signature.hashed, ...signature.unhashed]);
  const [issuer] = issuers ?? [];
  if (issuers === undefined || issuer === undefined) {
    return malformed('the signature does not name its key by a fingerprint of version 4 or an id');
  }
  const named = issuers.find((one) => one.length === 40) ?? issuer;
  if (!issuers.every((one) => named.endsWith(one))) {
    return malformed('the signature names several keys as its maker');
  }
  const found = (keys.get(keyId(named)) ?? []).filter(({ key }) => key.fingerprint.endsWith(named));
  const [certified] = found;
  // Two keys with one id: nobody could say by whose certificate the signature is to be read.
  if (certified === undefined || found.length > 1) {
    return {
      fault: 'key-unknown',
      detail: `the OpenPGP key ${named} is no signing key of a certificate in the rules`,
    };
  }
  const { key, identity } = certified;
  if ((createdAt(signature) ?? 0) < key.created) {
    return { fault: 'bad', detail: 'the signature says that it is older than its key' };
  }
  const check = pgpCheck(signature, key, [payload], cryptography);
  return 'fault' in check ? check : { key: identity, check };
}

/** Subpackets whose meaning a critical mark may ask for. */
const understood: readonly number[] = [
  subpacketTypes.created,
  subpacketTypes.issuer,
  subpacketTypes.issuerFingerprint,
  subpacketTypes.signersUserId,
];

function faultOfSubpackets(signature: PgpSignature): PgpFault | undefined {
  if (createdAt(signature) === undefined) {
    return malformed('the signature does not say once when it was made');
  }
  for (const { type, critical } of signature.hashed) {
    // The register knows no approval that ends by itself.
    if (type === subpacketTypes.expires) {
      return { fault: 'unsupported', detail: 'an OpenPGP signature that expires' };
    }
    if (critical && !understood.includes(type)) {
      const detail = `an OpenPGP signature with the critical subpacket ${type}, which is not known`;
      return { fault: 'unsupported', detail };
    }
  }
  const seen = new Set<number>();
  for (const { type } of signature.unhashed) {
    const isIssuer = type === subpacketTypes.issuer || type === subpacketTypes.issuerFingerprint;
    // Without this, anybody could add to what looks signed, for nobody signs these subpackets.
    if (!isIssuer || seen.has(type)) {
      return malformed(`there is unsigned data (subpacket ${type}) in the signature`);
    }
    seen.add(type);
  }
  return undefined;
}

function malformed(detail: string): PgpFault {
  return { fault: 'malformed', detail };
}
