import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { readCertificate } from '../../src/signature/certificate.ts';
import { formatPgpArmour, parsePgpArmour, type PgpLabel } from '../../src/signature/pgp-armour.ts';
import { parsePgpKey } from '../../src/signature/pgp-key.ts';
import { parsePackets } from '../../src/signature/pgp-packet.ts';
import { parsePgpSignature } from '../../src/signature/pgp-signature.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import {
  armour,
  certificatePackets,
  forgedEcdsa,
  forgedEd25519,
  forgedRsa,
  issuerFingerprint,
  issuerId,
  packet,
  signatureBody,
  subpacket,
} from '../support/pgp-forge.ts';
import type { Random } from '../support/random.ts';
import { must, same, type Target, tokens } from './target.ts';

const keys = [
  forgedEd25519('alice'),
  forgedEd25519('alice', 27),
  forgedRsa(2048),
  forgedEcdsa('P-256'),
];
const first = keys[0]!;
const subkey = forgedEd25519('subkey of alice');
const message = Buffer.from('object and more\n');

const certificates = keys.map((key) => Buffer.concat(certificatePackets(key)));
const withSubkey = Buffer.concat(
  certificatePackets(first, { flags: 1, subkeys: [{ key: subkey }] }),
);
const blocks = [...certificates, withSubkey];
const signatures = [...keys, subkey].map((key) => packet(2, signatureBody(key, message)));
const known = new Set([...keys, subkey].map((key) => key.fingerprint));

const label = 'PGP PUBLIC KEY BLOCK';
const listed = await Promise.all(
  [...certificates.slice(1), withSubkey].map(async (bytes) => {
    const read = await readCertificate(armour(bytes, label), nodeCryptography);
    if (!('certificate' in read)) throw new Error(`a certificate that is good: ${read.reason}`);
    return read.certificate;
  }),
);

const pieces = tokens(
  ...[
    '\x04\x00',
    '\x04\x13',
    '\x03',
    '\x04\x18',
    '\xff',
    '\x00\x00',
    '\x00\x08\xff',
    '\xc2',
    '\x88',
    '\xe0',
  ],
  ...[issuerFingerprint(first.fingerprint), issuerId(subkey.fingerprint), ...signatures],
  ...[
    subpacket(2, Buffer.alloc(4)),
    subpacket(27, Buffer.from([3])),
    subpacket(100, Buffer.alloc(1), true),
  ],
  ...[
    packet(13, Buffer.from('a <a@x>')),
    packet(6, first.body),
    packet(14, subkey.body),
    packet(60, Buffer.alloc(3)),
  ],
  ...[packet(2, signatureBody(first, message, { hash: 'sha1' })), subpacket(32, Buffer.alloc(9))],
);
const text = tokens(
  ...[
    '-----BEGIN PGP SIGNATURE-----\n',
    '-----END PGP SIGNATURE-----\n',
    `-----BEGIN ${label}-----\n`,
  ],
  ...[
    `-----END ${label}-----\n`,
    '\n\n',
    '\n',
    'Version: GnuPG v2\n',
    'Comment: x\n',
    '=AAAA\n',
    '=',
    '\r\n',
  ],
  ...['A'.repeat(64), 'Hash: SHA256', ' ', '\t', '\xc2\x85', '-----'],
);

/** An armour around bytes, laid out in one of many ways. */
function wrapped(random: Random, bytes: Buffer, name: PgpLabel): Buffer {
  return Buffer.from(
    armour(bytes, name, {
      width: random.pick([64, 64, 76, 70, 63, 77]),
      headers: random.oneIn(3) ? ['Version: GnuPG v2', 'Comment: ä'] : [],
      ...(random.oneIn(3) ? { checksum: random.pick([null, '=AAAA']) } : {}),
    }),
  );
}

/** A signature over the message with parts that are chosen one by one. */
function signature(random: Random): Buffer {
  const key = random.pick([...keys, subkey]);
  return signatureBody(key, message, {
    version: random.pick([4, 4, 4, 4, 3, 5, 6]),
    type: random.pick([0, 0, 0, 0, 1, 0x13]),
    hash: random.pick(['sha256', 'sha256', 'sha512', 'sha384', 'sha1', 'md5']),
    hashed: random.oneIn(3)
      ? [random.pick([subpacket(3, Buffer.alloc(4)), subpacket(20, Buffer.alloc(8))])]
      : [],
    ...(random.oneIn(3) ? { fingerprint: false } : {}),
    ...(random.oneIn(5) ? { unhashed: [] } : {}),
    ...(random.oneIn(9) ? { created: undefined } : {}),
  });
}

async function verdict(payload: Buffer, bytes: Buffer) {
  const [answer] = await verifySignatures([{ payload, armour: bytes }], nodeCryptography, listed);
  return answer;
}

/** Parsers of what `gpg` writes. */
export const openPgpTargets: readonly Target[] = [
  {
    name: 'pgp-armour',
    share: 40,
    seeds: [
      Buffer.from(armour(withSubkey, label)),
      Buffer.from(armour(signatures[0]!, 'PGP SIGNATURE')),
    ],
    tokens: text,
    generate: (random) =>
      random.oneIn(2)
        ? wrapped(random, random.pick(blocks), label)
        : wrapped(random, random.pick(signatures), 'PGP SIGNATURE'),
    check(bytes) {
      const labels = [label, 'PGP SIGNATURE'] as const;
      return labels.some((name) => {
        const read = parsePgpArmour(bytes, name);
        if (!read.ok) return false;
        must(
          same(formatPgpArmour(read.value, name), bytes),
          'formatPgpArmour is the inverse of parsePgpArmour',
        );
        return true;
      });
    },
  },
  {
    name: 'pgp-packets',
    share: 60,
    seeds: [...blocks, ...signatures],
    tokens: pieces,
    generate: (random) => (random.oneIn(2) ? packet(2, signature(random)) : random.pick(blocks)),
    check(bytes) {
      const read = parsePackets(bytes);
      if (!read.ok) return false;
      const inside = read.value.reduce((sum, one) => sum + one.body.length, 0);
      must(inside <= bytes.length, 'packets hold no more than there is');
      for (const { body } of read.value) {
        const made = parsePgpSignature(body);
        if (!('fault' in made))
          must(made.trailer.length <= body.length + 6, 'the trailer is of the packet');
        const key = parsePgpKey(body, nodeCryptography);
        if (key.ok) must(/^[0-9A-F]{40}$/.test(key.value.fingerprint), 'a key has a fingerprint');
      }
      return true;
    },
  },
  {
    name: 'certificate',
    share: 4,
    seeds: blocks,
    tokens: pieces,
    generate: (random) => random.pick(blocks),
    async check(bytes) {
      const read = await readCertificate(armour(bytes, label), nodeCryptography);
      if (!('certificate' in read)) return false;
      const { identity, signingKeys } = read.certificate;
      must(known.has(identity.fingerprint), 'nobody makes a certificate of another key');
      must(signingKeys.length > 0, 'a certificate has a key that signs');
      for (const key of signingKeys)
        must(known.has(key.fingerprint), 'nobody adds a key that signs');
      return true;
    },
  },
  {
    name: 'pgp-signature',
    share: 8,
    seeds: signatures,
    tokens: pieces,
    generate: (random) => packet(2, signature(random)),
    async check(bytes) {
      const block = Buffer.from(armour(bytes, 'PGP SIGNATURE'));
      if ((await verdict(message, block))?.good !== true) return false;
      const other = await verdict(Buffer.from('other\n'), block);
      must(other?.good === false, 'a good signature is good for one message');
      return true;
    },
  },
];
