import { createHash } from 'node:crypto';

/**
 * The refusals in which we are stricter than git, OpenSSH and GnuPG, by name: those that the format
 * asks for, and no other. What is told apart by its reason alone.
 */
const byReason: readonly (readonly [name: string, reason: RegExp])[] = [
  ['the tag has other headers than object, type, tag, tagger', /^tag: /],
  ['the lines of the armour have another length', /^malformed: its lines (?:are|have) /],
  [
    'there is more than base64 in the armour',
    /^malformed: (?:its text is not canonical base64|it is empty or has an empty line)/,
  ],
  [
    'the BEGIN or END line of the armour is not exactly that of its kind',
    /^malformed: (?:it does not begin with the BEGIN line|the line -----END .* is missing|it does not begin with the line)/,
  ],
  [
    'there is text or another armour behind the signature',
    /^malformed: there (?:is text or another|are several signatures$)/,
  ],
  [
    'a header of an OpenPGP armour is none, or the empty line behind them is missing',
    /^malformed: (?:a line before the empty line|the empty line before)/,
  ],
  [
    'there is not exactly one signature packet in an OpenPGP armour',
    /^malformed: (?:there are several signatures or packets|it does not hold a signature|where a packet should begin|the length of a packet|a packet ends too early)/,
  ],
  ['there is unsigned data in an OpenPGP signature', /^malformed: there is unsigned data/],
  ['an OpenPGP signature names several makers', /^malformed: the signature names several keys/],
  ['an OpenPGP signature expires', /^unsupported: an OpenPGP signature that expires/],
  ['an OpenPGP signature is one over text', /^namespace: the signature is of type 0x01/],
  ['the rules do not list the OpenPGP key', /^key-unknown: /],
  ['an SSH signature has version 0', /^malformed: its version is 0/],
  ['the reserved field of an SSH signature is filled', /^malformed: its reserved field/],
  ['the numbers of a signature are not in canonical form', /^malformed: .*canonical form/],
  ['nobody touched the security key', /^presence: /],
  ['an RSA key has less than 2048 bits', /^weak: an RSA key/],
  ['the hash of the signature is weak', /^weak: a signature with /],
];

const digestStart = 'the unsigned first bytes of the digest in an OpenPGP signature are others';

/** The name of the stricter refusal that a reason belongs to, or undefined where there is none. */
export function refusalOf(reason: string, raw: Buffer): string | undefined {
  // GnuPG does not look at these two bytes, which nobody signs.
  if (reason.startsWith('bad: ') && hasOtherDigestStart(raw)) return digestStart;
  return byReason.find(([, pattern]) => pattern.test(reason))?.[0];
}

/** Every name, for the counts. */
export const stricterRefusals: readonly string[] = [...byReason.map(([name]) => name), digestStart];

const hashes: Readonly<Record<number, string>> = { 8: 'sha256', 9: 'sha384', 10: 'sha512' };

/** Whether the two bytes of the digest beside the signature are not those of the payload's. */
function hasOtherDigestStart(raw: Buffer): boolean {
  const begin = raw.indexOf('-----BEGIN PGP SIGNATURE-----\n');
  if (begin < 0) return false;
  const lines = raw.toString('latin1', begin).split('\n').slice(1, -2);
  const text = lines.slice(lines.indexOf('') + 1).filter((line) => !line.startsWith('='));
  const packet = Buffer.from(text.join(''), 'base64');
  // Old format: the two low bits say how long the length is; RFC 9580, section 4.2.
  const body = packet.subarray(1 + 2 ** ((packet[0] ?? 0) & 3));
  const hash = hashes[body[3] ?? 0];
  if (body[0] !== 4 || hash === undefined) return false;
  const hashed = body.subarray(0, 6 + body.readUInt16BE(4));
  const at = hashed.length + 2 + body.readUInt16BE(hashed.length);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(hashed.length);
  const digest = createHash(hash)
    .update(raw.subarray(0, begin))
    .update(Buffer.concat([hashed, Buffer.from([4, 255]), length]))
    .digest();
  return !digest.subarray(0, 2).equals(body.subarray(at, at + 2));
}
