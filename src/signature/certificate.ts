import type { Cryptography, PrimitiveCheck } from '../git/cryptography.ts';
import { encodeUtf8 } from '../git/header.ts';
import { parsePgpArmour } from './pgp-armour.ts';
import { hashedKey, parsePgpKey, pgpAlgorithmName, type PgpKey, pgpWeaknessOf } from './pgp-key.ts';
import { packetTypes, parsePackets, type PgpPacket } from './pgp-packet.ts';
import {
  createdAt,
  issuersOf,
  parsePgpSignature,
  pgpCheck,
  type PgpSignature,
  subpacketTypes,
} from './pgp-signature.ts';
import type { KeyIdentity } from './verdict.ts';

/** An OpenPGP certificate: who it is, and the keys in it that may sign. */
export interface Certificate {
  readonly identity: KeyIdentity;
  /**
   * The primary key, where it says that it signs, and each subkey that does, with a valid binding
   * by the primary key and a valid back signature. None of them is weak.
   */
  readonly signingKeys: readonly PgpKey[];
}

/** A certificate, or why there is none that could be used. */
export type ReadCertificate =
  | { readonly certificate: Certificate }
  | { readonly fault: 'malformed' | 'weak'; readonly reason: string };

/** Types of signatures in certificates (RFC 9580, section 5.2.1). */
const signatureTypes = {
  firstCertification: 0x10,
  lastCertification: 0x13,
  binding: 0x18,
  back: 0x19,
  direct: 0x1f,
} as const;

/** The flag of a key that signs data (RFC 9580, section 5.2.3.29). */
const signsData = 0x02;

/** A signature of the primary key about itself or a subkey, with all that must be good in it. */
interface Claim {
  readonly about: PgpKey;
  readonly created: number;
  readonly signs: boolean;
  readonly checks: readonly PrimitiveCheck[];
}

/**
 * Read an armoured OpenPGP certificate as it stands in the rules, and check what its primary key
 * says in it (shared register format, "Signatures"; RFC 9580, section 10.1).
 *
 * Which of its keys sign is what their newest good self-signature says; signatures with SHA-1 or
 * weaker hashes say nothing. Expiry and revocation are ignored, and so are signatures by others:
 * the rules alone say when a key counts. One certificate, public keys only, no other packets.
 *
 * @param armour From BEGIN to END line, with or without the last line end.
 */
export async function readCertificate(
  armour: string,
  cryptography: Cryptography,
): Promise<ReadCertificate> {
  const block = parsePgpArmour(
    encodeUtf8(`${armour.replace(/\n$/, '')}\n`),
    'PGP PUBLIC KEY BLOCK',
  );
  if (!block.ok) return malformed(block.reason);
  const packets = parsePackets(block.value.bytes);
  if (!packets.ok) return malformed(packets.reason);
  const [first, ...rest] = packets.value;
  const strange = strangePacket(first, rest);
  if (strange !== undefined) return malformed(strange);
  const primary = parsePgpKey(first?.body ?? new Uint8Array(), cryptography);
  if (!primary.ok) return malformed(primary.reason);
  const { material, fault, fingerprint } = primary.value;
  if (material === undefined) {
    const reason = `its primary key is ${fault ?? 'of an unknown kind'}`;
    return fault?.startsWith('a DSA') === true ? { fault: 'weak', reason } : malformed(reason);
  }
  const weakness = pgpWeaknessOf(material);
  if (weakness !== undefined) return { fault: 'weak', reason: `its primary key is ${weakness}` };

  const claims = readClaims(primary.value, rest, cryptography);
  if (typeof claims === 'string') return malformed(claims);
  const newest = await newestGoodClaims(claims.claims, cryptography);
  const weakHash = claims.weakHash ? ', and those with SHA-1 or weaker hashes do not count' : '';
  const unusable = (reason: string): ReadCertificate => ({
    fault: claims.weakHash ? 'weak' : 'malformed',
    reason: `${reason}${weakHash}`,
  });
  // GnuPG takes no such certificate either.
  if (!newest.has(primary.value)) {
    return unusable('no user id is signed by its primary key with a good signature');
  }
  const signingKeys = [...newest.values()].filter(({ signs }) => signs).map(({ about }) => about);
  if (signingKeys.length === 0) {
    return unusable('no key in it says with a good signature that it signs data');
  }
  const algorithm = `OpenPGP ${pgpAlgorithmName(material)}`;
  return {
    certificate: { identity: { format: 'openpgp', fingerprint, algorithm }, signingKeys },
  };
}

/** What stands in a certificate and should not, in one clause. */
function strangePacket(
  first: PgpPacket | undefined,
  rest: readonly PgpPacket[],
): string | undefined {
  for (const { type } of first === undefined ? [] : [first, ...rest]) {
    if (type === packetTypes.secretKey || type === packetTypes.secretSubkey) {
      return 'it holds a private key, which never stands here';
    }
  }
  if (first?.type !== packetTypes.publicKey) return 'it does not begin with a public key';
  const allowed: readonly number[] = [
    packetTypes.signature,
    packetTypes.userId,
    packetTypes.userAttribute,
    packetTypes.publicSubkey,
  ];
  for (const { type } of rest) {
    if (type === packetTypes.publicKey) return 'it holds several certificates';
    if (!allowed.includes(type))
      return `it holds a packet of type ${type}, which has no place there`;
  }
  return undefined;
}

/** Take the self-signatures out of a certificate; a text says why it is malformed. */
function readClaims(
  primary: PgpKey,
  packets: readonly PgpPacket[],
  cryptography: Cryptography,
): { readonly claims: readonly Claim[]; readonly weakHash: boolean } | string {
  const claims: Claim[] = [];
  let weakHash = false;
  let about: PgpKey = primary;
  /** What a certification covers besides the primary key. */
  let user: Uint8Array | undefined;
  for (const { type, body } of packets) {
    if (type === packetTypes.publicSubkey) {
      const subkey = parsePgpKey(body, cryptography);
      if (!subkey.ok) return subkey.reason;
      about = subkey.value;
      user = undefined;
    } else if (type === packetTypes.signature) {
      const signature = parsePgpSignature(body);
      if ('fault' in signature) {
        // Signatures by others may be of any kind; a weak one of the key itself says why it fails.
        weakHash ||= signature.fault === 'weak';
        continue;
      }
      const claim = readClaim(signature, primary, about, user, cryptography);
      if (claim !== undefined) claims.push(claim);
    } else {
      if (about !== primary) return 'a user id stands behind a subkey';
      const mark = type === packetTypes.userId ? 0xb4 : 0xd1;
      user = new Uint8Array(5 + body.length);
      new DataView(user.buffer).setUint32(1, body.length);
      user[0] = mark;
      user.set(body, 5);
    }
  }
  return { claims, weakHash };
}

/** What one signature in a certificate says about a key, if the primary key could have made it. */
function readClaim(
  signature: PgpSignature,
  primary: PgpKey,
  about: PgpKey,
  user: Uint8Array | undefined,
  cryptography: Cryptography,
): Claim | undefined {
  const created = createdAt(signature);
  const issuers = issuersOf([...signature.hashed, ...signature.unhashed]) ?? [];
  if (created === undefined || !issuers.every((one) => primary.fingerprint.endsWith(one))) {
    return undefined;
  }
  const { type } = signature;
  const isCertification =
    type >= signatureTypes.firstCertification && type <= signatureTypes.lastCertification;
  const covered = [hashedKey(primary)];
  if (about !== primary) {
    if (type !== signatureTypes.binding) return undefined;
    covered.push(hashedKey(about));
  } else if (user !== undefined) {
    if (!isCertification) return undefined;
    covered.push(user);
  } else if (type !== signatureTypes.direct) {
    return undefined;
  }
  const check = pgpCheck(signature, primary, covered, cryptography);
  if ('fault' in check) return undefined;
  const flags = signature.hashed.find((one) => one.type === subpacketTypes.keyFlags)?.body[0] ?? 0;
  const signs = (flags & signsData) !== 0;
  if (!signs || about === primary) return { about, created, signs, checks: [check] };
  const { material } = about;
  if (material === undefined || pgpWeaknessOf(material) !== undefined) return undefined;
  const back = backCheck(signature, about, covered, cryptography);
  // Without this, anybody could list the subkey of somebody else as their own.
  return back === undefined ? undefined : { about, created, signs, checks: [check, back] };
}

/** The check of the signature by which a subkey says that it belongs to the primary key. */
function backCheck(
  binding: PgpSignature,
  subkey: PgpKey,
  covered: readonly Uint8Array[],
  cryptography: Cryptography,
): PrimitiveCheck | undefined {
  for (const { type, body } of [...binding.hashed, ...binding.unhashed]) {
    if (type !== subpacketTypes.embedded) continue;
    const back = parsePgpSignature(body);
    if ('fault' in back || back.type !== signatureTypes.back) continue;
    const check = pgpCheck(back, subkey, covered, cryptography);
    if (!('fault' in check)) return check;
  }
  return undefined;
}

/** Of each key the newest claim in which every check is good; of equal age the last. */
async function newestGoodClaims(
  claims: readonly Claim[],
  cryptography: Cryptography,
): Promise<ReadonlyMap<PgpKey, Claim>> {
  const answers = await cryptography.verify(claims.flatMap(({ checks }) => checks));
  const newest = new Map<PgpKey, Claim>();
  let next = 0;
  for (const claim of claims) {
    const good = answers.slice(next, next + claim.checks.length);
    next += claim.checks.length;
    if (good.length !== claim.checks.length || !good.every((one) => one)) continue;
    const known = newest.get(claim.about);
    if (known === undefined || claim.created >= known.created) newest.set(claim.about, claim);
  }
  return newest;
}

function malformed(reason: string): ReadCertificate {
  return { fault: 'malformed', reason };
}
