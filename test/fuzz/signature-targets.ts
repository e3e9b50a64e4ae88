import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { armourKind, formatSshArmour, parseSshArmour } from '../../src/signature/armour.ts';
import { parseKeyFile } from '../../src/signature/private-key.ts';
import {
  formatSshPublicKey,
  parseSshKeyBlob,
  parseSshPublicKey,
} from '../../src/signature/ssh-key.ts';
import { formatSshSignature, parseSshSignature } from '../../src/signature/sshsig.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import type { Random } from '../support/random.ts';
import {
  armoured,
  ecdsaKey,
  ecdsaSecurityKey,
  ed25519Key,
  rsaKey,
  securityKey,
  sshSignature,
  string,
  uint32,
} from '../support/ssh-keys.ts';
import { must, same, type Target, tokens } from './target.ts';

const keys = [
  ed25519Key('alice'),
  rsaKey(2048),
  ecdsaKey('nistp256'),
  ecdsaKey('nistp521'),
  securityKey('alice'),
  ecdsaSecurityKey(),
];
const message = Buffer.from('object and more\n');
const armours = keys.map((key) => sshSignature(key, message));
/** The bytes inside an armour. */
const inside = (armour: Buffer): Buffer =>
  Buffer.from(armour.toString().split('\n').slice(1, -2).join(''), 'base64');

const armourTokens = tokens(
  ...[
    '-----BEGIN SSH SIGNATURE-----\n',
    '-----END SSH SIGNATURE-----\n',
    '-----BEGIN PGP SIGNATURE-----\n',
  ],
  ...[
    '-----END PGP SIGNATURE-----\n',
    '-----BEGIN SIGNED MESSAGE-----\n',
    '\n',
    '\r\n',
    ' ',
    '=',
    '==',
    '=AAAA\n',
  ],
  ...['A'.repeat(70), 'A'.repeat(64), 'Version: x\n', '-----', '\t', 'U1NIU0lH', '\0'],
);
const wireTokens = tokens(
  ...[
    'SSHSIG',
    uint32(1),
    uint32(2),
    string('git'),
    string('file'),
    string(''),
    string('sha512'),
    string('sha256'),
  ],
  ...[
    string('sha1'),
    string('ssh-ed25519'),
    string('ssh-rsa'),
    string('rsa-sha2-512'),
    string('nistp256'),
  ],
  ...[
    string('ecdsa-sha2-nistp256'),
    uint32(0xffffffff),
    uint32(0),
    '\0',
    '\x80',
    string('ssh:'),
    string('ssh-dss'),
  ],
  ...keys.map((key) => key.blob),
);

/** A signature whose parts are chosen one by one. */
function signature(random: Random): Buffer {
  const key = random.pick(keys);
  return sshSignature(random.oneIn(4) ? random.pick(keys.slice(2)) : keys[0]!, message, {
    namespace: random.pick(['git', 'git', 'git', 'file', '']),
    version: random.pick([1, 1, 1, 2, 0]),
    reserved: random.pick(['', '', '', 'x']),
    hash: random.pick(['sha512', 'sha256', 'sha1']),
    width: random.pick([70, 70, 64, 76, 63, 77, 10]),
    ...(random.oneIn(5) ? { blob: key.blob } : {}),
    ...(random.oneIn(8) ? { surplus: Buffer.from([0]) } : {}),
  });
}

function keyLine(random: Random): Buffer {
  const { line } = random.pick(keys);
  return Buffer.from(
    `${line}${random.pick(['', ' alice@laptop', ' a b c', ' ', '\n', '=', ' ä'])}`,
  );
}

const keyFile = Buffer.from(ed25519Key('alice').privateFile ?? '');

/** Parsers of signatures and keys, and the verdict over both. */
export const signatureTargets: readonly Target[] = [
  {
    name: 'armour',
    share: 70,
    seeds: armours,
    tokens: armourTokens,
    generate: (random) => armoured(inside(random.pick(armours)), random.between(60, 80)),
    check(bytes) {
      const kind = armourKind(bytes);
      const read = parseSshArmour(bytes);
      must(!read.ok || (kind.ok && kind.value === 'ssh'), 'an armour has its kind');
      if (!read.ok) return false;
      must(
        same(formatSshArmour(read.value), bytes),
        'formatSshArmour is the inverse of parseSshArmour',
      );
      return true;
    },
  },
  {
    name: 'sshsig',
    share: 60,
    seeds: armours.map(inside),
    tokens: wireTokens,
    generate: (random) => inside(random.pick(armours)),
    check(bytes) {
      const read = parseSshSignature(bytes);
      if (!read.ok) return false;
      must(
        same(formatSshSignature(read.value), bytes),
        'formatSshSignature is the inverse of parseSshSignature',
      );
      return true;
    },
  },
  {
    name: 'ssh-key',
    share: 40,
    seeds: keys.map((key) => Buffer.from(key.line)),
    tokens: tokens(
      ' ',
      '=',
      'ssh-ed25519 ',
      'ssh-rsa ',
      'AAAA',
      '\n',
      'cert-v01@openssh.com',
      '\t',
      'no-pty ',
    ),
    generate: keyLine,
    check(bytes) {
      const text = bytes.toString();
      const read = parseSshPublicKey(text);
      if (!read.ok) return false;
      must(
        text.split(' ', 2).join(' ') === formatSshPublicKey(read.value),
        'formatSshPublicKey is the inverse of parseSshPublicKey',
      );
      return true;
    },
  },
  {
    name: 'ssh-blob',
    share: 40,
    seeds: keys.map((key) => key.blob),
    tokens: wireTokens,
    generate: (random) => random.pick(keys).blob,
    check(bytes) {
      const read = parseSshKeyBlob(bytes);
      if (!read.ok) return false;
      must(same(read.value.blob, bytes), 'a key keeps its blob');
      must(parseSshPublicKey(formatSshPublicKey(read.value)).ok, 'the line of a key can be read');
      return true;
    },
  },
  {
    name: 'key-file',
    share: 20,
    seeds: [keyFile, Buffer.from(`${keys[0]!.line} alice\n`)],
    tokens: tokens(
      '\n',
      '#',
      ' ',
      '-----BEGIN OPENSSH PRIVATE KEY-----\n',
      '-----END OPENSSH PRIVATE KEY-----\n',
      'AAAA',
      '=',
    ),
    generate: keyLine,
    check: (bytes) => parseKeyFile(bytes.toString()).ok,
  },
  {
    name: 'signature',
    share: 8,
    seeds: armours,
    tokens: [...armourTokens, ...wireTokens],
    generate: signature,
    async check(bytes) {
      const [verdict] = await verifySignatures(
        [{ payload: message, armour: bytes }],
        nodeCryptography,
      );
      if (verdict?.good !== true) return false;
      // The same signature may stand in lines of another length; nothing else may be good over
      // these bytes. What the generator makes anew is signed by the same keys.
      const read = parseSshArmour(bytes);
      must(read.ok, 'a good signature has a good armour');
      must(
        read.ok && keys.some((key) => Buffer.from(read.value.bytes).includes(key.blob)),
        'a good signature is by a key that signed',
      );
      const [other] = await verifySignatures(
        [{ payload: Buffer.from('other\n'), armour: bytes }],
        nodeCryptography,
      );
      must(other?.good === false, 'a good signature is good for one message');
      return true;
    },
  },
];
