import { armour as pgpArmour, packet, subpacket } from '../support/pgp-forge.ts';
import type { Random } from '../support/random.ts';
import { armoured, type SignatureParts, sshSignature, string } from '../support/ssh-keys.ts';
import { approvalText, type Base, type Material, payloadOf } from './bases.ts';

/** The raw bytes of a tag object, or undefined where the kind does not fit the base. */
type Mutation = (base: Base, material: Material, random: Random) => Buffer | undefined;

const whole = ({ payload, armour }: Pick<Base, 'payload' | 'armour'>): Buffer =>
  Buffer.concat([payload, armour]);

function flipped(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
}

/** The bytes inside an armour. */
function inside(armour: Buffer): Buffer {
  const lines = armour.toString('latin1').split('\n').slice(1, -2);
  const begin = lines.indexOf('') + 1;
  return Buffer.from(
    lines
      .slice(begin)
      .filter((line) => !line.startsWith('='))
      .join(''),
    'base64',
  );
}

/** The strings that stand one after the other in SSH's wire form. */
function stringsOf(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    fields.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}

const head = Buffer.from('SSHSIG\0\0\0\x01');

/** Key, namespace, reserved, hash and signature of an SSH signature; undefined for OpenPGP. */
function fieldsOf(base: Base): Buffer[] | undefined {
  if (base.format === 'openpgp') return undefined;
  return stringsOf(inside(base.armour).subarray(head.length));
}

/** The inverse, in an armour. */
function ofFields(fields: readonly (Buffer | undefined)[]): Buffer {
  return armoured(Buffer.concat([head, ...fields.map((field) => string(field ?? ''))]));
}

/** Put bytes into an armour as the base's own tool would. */
function dressed(base: Base, bytes: Buffer): Buffer {
  return base.format === 'ssh' ? armoured(bytes) : Buffer.from(pgpArmour(bytes, 'PGP SIGNATURE'));
}

/** Headers and message of a tag, the header lines apart. */
function parts(payload: Buffer): { headers: string[]; message: string } {
  const text = payload.toString('latin1');
  const end = text.indexOf('\n\n');
  return { headers: text.slice(0, end).split('\n'), message: text.slice(end + 2) };
}

function joined(headers: readonly string[], message: string): Buffer {
  return Buffer.from(`${headers.join('\n')}\n\n${message}`, 'latin1');
}

const odd = [
  ...['encoding UTF-8', 'gpgsig x', ' continued', 'tagger eve <eve@x> 1 +0000', 'type tree', ''],
  ...['object 2222222222222222222222222222222222222222', 'x', 'tag qms/approve/SOP-002/1/alice'],
];

/** Header lines in another order, doubled, missing, or with one more. */
function spliced(payload: Buffer, random: Random): Buffer {
  const { headers, message } = parts(payload);
  const at = random.below(headers.length + 1);
  const line = headers[at] ?? 'x';
  switch (random.below(4)) {
    case 0:
      headers.splice(at, 0, random.pick(odd));
      break;
    case 1:
      headers.splice(at, 0, line);
      break;
    case 2:
      headers.splice(at, 1);
      break;
    default:
      return joined(random.shuffled(headers), message);
  }
  return joined(headers, message);
}

/** A message as stock tools would sign it, and as no statement may be. */
const oddMessages = [
  approvalText('Line with blanks. \nAnd more.'),
  approvalText('Tab\tand\u00a0more'),
  approvalText('CR\r\nhere'),
  approvalText('\u202eturned'),
  approvalText('Bell \u0007'),
  approvalText('x').replace('Approve', 'Reject'),
  approvalText('x').replace('Person: alice\n', 'Person: alice\nPerson: bob\n'),
  approvalText('x').slice(0, -1),
  `${approvalText('x')}\n`,
  '',
];

function signedBySsh(
  payload: Buffer,
  material: Material,
  random: Random,
  how: SignatureParts = {},
) {
  return whole({ payload, armour: sshSignature(random.pick(material.forgers), payload, how) });
}

/** gpg's own options that change what it signs. */
const gpgOptions: readonly (readonly string[])[] = [
  ['--digest-algo', 'SHA1'],
  ['--digest-algo', 'SHA512'],
  ['--digest-algo', 'RIPEMD160'],
  ['--textmode'],
  ['--default-sig-expire', '1000y'],
  ['--sig-notation', 'note@shop.example=x'],
  ['--comment', 'a comment'],
  ['--emit-version'],
];

export const mutations: Readonly<Record<string, Mutation>> = {
  untouched: whole,
  'bit of the payload': (base, _material, random) =>
    whole({ ...base, payload: flipped(base.payload, random) }),
  'bit of the armour': (base, _material, random) =>
    whole({ ...base, armour: flipped(base.armour, random) }),
  'bit of the signature': (base, _material, random) =>
    whole({ ...base, armour: dressed(base, flipped(inside(base.armour), random)) }),
  'byte of the signature added or taken': (base, _material, random) => {
    const bytes = inside(base.armour);
    const at = random.below(bytes.length);
    const more = random.oneIn(2)
      ? [Buffer.from([random.below(256)]), bytes.subarray(at)]
      : [bytes.subarray(at + 1)];
    return whole({
      ...base,
      armour: dressed(base, Buffer.concat([bytes.subarray(0, at), ...more])),
    });
  },
  'object cut off': (base, _material, random) => {
    const bytes = whole(base);
    const near = random.oneIn(2) ? bytes.length - 1 - random.below(4) : random.below(bytes.length);
    return Buffer.from(bytes.subarray(0, near));
  },
  'signature cut off': (base, _material, random) => {
    const bytes = inside(base.armour);
    return whole({ ...base, armour: dressed(base, bytes.subarray(0, random.below(bytes.length))) });
  },
  'armour wrapped otherwise': (base, _material, random) => {
    const bytes = inside(base.armour);
    const width = random.pick([1, 4, 16, 60, 63, 64, 65, 70, 72, 76, 77, 100, 1000]);
    const made =
      base.format === 'ssh' ? armoured(bytes, width) : pgpArmour(bytes, 'PGP SIGNATURE', { width });
    return whole({ ...base, armour: Buffer.from(made) });
  },
  'blanks in the armour': (base, _material, random) => {
    const lines = base.armour.toString('latin1').split('\n');
    const at = random.below(lines.length);
    const line = lines[at] ?? '';
    const cut = random.below(line.length + 1);
    const blank = random.pick([' ', '\t', '\n', '\r', '\0', '\u00a0', '=', '\n\n', '\v']);
    lines[at] = `${line.slice(0, cut)}${blank}${line.slice(cut)}`;
    return whole({ ...base, armour: Buffer.from(lines.join('\n'), 'latin1') });
  },
  'line ends of DOS': (base, _material, random) => {
    const dos = (bytes: Buffer): Buffer =>
      Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
    switch (random.below(3)) {
      case 0:
        return whole({ ...base, armour: dos(base.armour) });
      case 1:
        return whole({ ...base, payload: dos(base.payload) });
      default:
        return dos(whole(base));
    }
  },
  'headers spliced': (base, _material, random) =>
    whole({ ...base, payload: spliced(base.payload, random) }),
  'headers spliced, then signed': (base, material, random) => {
    const payload = spliced(base.payload, random);
    const [gpg] = material.gpg;
    if (base.format === 'openpgp' && gpg !== undefined)
      return whole({ payload, armour: gpg.sign(payload) });
    return signedBySsh(payload, material, random);
  },
  'another message, well signed': (_base, material, random) => {
    const payload = payloadOf(random.pick(oddMessages));
    return signedBySsh(payload, material, random);
  },
  'another namespace': (_base, material, random) =>
    signedBySsh(payloadOf(approvalText('x')), material, random, {
      namespace: random.pick(['file', '', 'git\0', 'GIT', 'email', 'git ', ' git', 'gi', 'gitt']),
    }),
  'another form of signature': (_base, material, random) =>
    signedBySsh(
      payloadOf(approvalText('x')),
      material,
      random,
      random.pick<SignatureParts>([
        ...([
          { version: 0 },
          { version: 2 },
          { reserved: 'x' },
          { hash: 'sha1' },
          { hash: 'sha256' },
        ] as const),
        ...([
          { rsaHash: 'sha1' },
          { rsaHash: 'sha256' },
          { flags: 0 },
          { flags: 4 },
          { flags: 5 },
        ] as const),
        ...[{ surplus: Buffer.from([0]) }, { surplus: Buffer.from('SSHSIG') }],
        ...material.forgers.map((key) => ({ blob: key.blob })),
      ]),
    ),
  'another key': (base, material, random) => {
    const payload = payloadOf(approvalText('x'));
    if (base.format === 'openpgp')
      return whole({ payload, armour: material.gpgStranger.sign(payload) });
    if (random.oneIn(2))
      return whole({ payload, armour: sshSignature(material.stranger, payload) });
    return signedBySsh(payload, material, random);
  },
  'armour twice': (base, material, random) => {
    const other = random.pick(material.bases);
    const { payload } = base;
    switch (random.below(4)) {
      case 0:
        return Buffer.concat([payload, base.armour, base.armour]);
      case 1:
        return Buffer.concat([payload, other.armour, base.armour]);
      case 2:
        return Buffer.concat([payload, base.armour, other.armour]);
      default: {
        // A signature over everything before it, another signature included.
        const both = whole(base);
        return whole({ payload: both, armour: sshSignature(material.forgers[0]!, both) });
      }
    }
  },
  'text around the armour': (base, _material, random) => {
    const text = random.pick([
      'Decision: reject\n',
      '\n',
      ' ',
      '\0',
      'x',
      '-----\n',
      '\n\n',
      '\r\n',
    ]);
    const { payload, armour } = base;
    const line = armour.indexOf('\n', random.below(armour.length)) + 1;
    return random.pick([
      Buffer.concat([payload, armour, Buffer.from(text)]),
      Buffer.concat([payload, Buffer.from(text), armour]),
      Buffer.concat([payload, armour.subarray(0, line), Buffer.from(text), armour.subarray(line)]),
    ]);
  },
  'signature of another tag': (base, material, random) => {
    const others = material.bases.filter((one) => !one.payload.equals(base.payload));
    return whole({ ...base, armour: random.pick(others).armour });
  },
  'armour of another kind': (base, _material, random) => {
    const text = base.armour.toString('latin1');
    const names = [
      'SSH SIGNATURE',
      'PGP SIGNATURE',
      'PGP MESSAGE',
      'SIGNED MESSAGE',
      'PGP PUBLIC KEY BLOCK',
    ];
    const name = random.pick(names);
    const made = random.oneIn(2)
      ? text.replace(/(BEGIN|END) (?:SSH|PGP) SIGNATURE/g, `$1 ${name}`)
      : text.replace(/END (?:SSH|PGP) SIGNATURE/, `END ${name}`);
    return whole({ ...base, armour: Buffer.from(made, 'latin1') });
  },
  'reserved field of an SSH signature': (base, _material, random) => {
    const fields = fieldsOf(base);
    if (fields === undefined) return undefined;
    const [key, namespace, , ...rest] = fields;
    const filled = Buffer.from(random.pick(['x', 'git', '\0']));
    return whole({ ...base, armour: ofFields([key, namespace, filled, ...rest]) });
  },
  'zeros before the numbers of an SSH signature': (base, _material, random) => {
    const fields = fieldsOf(base);
    if (fields === undefined) return undefined;
    const [type, numbers] = stringsOf(fields[4] ?? Buffer.alloc(0));
    if (type === undefined || numbers === undefined) return undefined;
    const zeros = Buffer.alloc(random.between(1, 3));
    let padded = Buffer.concat([zeros, numbers]);
    if (base.made.startsWith('ecdsa')) {
      const [r = numbers, s = numbers] = stringsOf(numbers);
      padded = random.oneIn(2)
        ? Buffer.concat([string(Buffer.concat([zeros, r])), string(s)])
        : Buffer.concat([string(r), string(Buffer.concat([zeros, s]))]);
    }
    const signature = Buffer.concat([string(type), string(padded)]);
    return whole({ ...base, armour: ofFields([...fields.slice(0, 4), signature]) });
  },
  'options of gpg': (base, material, random) => {
    if (base.format === 'ssh') return undefined;
    const payload = payloadOf(approvalText('x'));
    const key = random.pick(material.gpg);
    const options = random.pick(gpgOptions);
    try {
      return whole({ payload, armour: key.sign(payload, options) });
    } catch {
      // A short hash is too short for some keys.
      return undefined;
    }
  },
  'headers and checksum of an OpenPGP armour': (base, _material, random) => {
    if (base.format === 'ssh') return undefined;
    const made = pgpArmour(inside(base.armour), 'PGP SIGNATURE', {
      headers: random.pick([
        [],
        ['Version: x'],
        ['Comment: ä'],
        ['x'],
        ['Hash: SHA1', 'Comment: y'],
        [': '],
        ['A:b'],
      ]),
      ...(random.oneIn(2) ? { checksum: random.pick([null, '=AAAA', '=', '=AA==']) } : {}),
    });
    return whole({ ...base, armour: Buffer.from(made) });
  },
  'packets of an OpenPGP armour': (base, material, random) => {
    if (base.format === 'ssh') return undefined;
    const bytes = inside(base.armour);
    const others = material.bases.filter((one) => one.format === 'openpgp');
    const other = inside(random.pick(others).armour);
    const note = packet(random.pick([10, 13, 21, 60, 63]), subpacket(20, Buffer.from('note')));
    const made = random.pick([
      Buffer.concat([bytes, bytes]),
      Buffer.concat([bytes, other]),
      Buffer.concat([other, bytes]),
      Buffer.concat([bytes, note]),
      Buffer.concat([note, bytes]),
      // The same body in a packet of the new format.
      packet(2, bytes.subarray((bytes[0] ?? 0) & 3 ? 3 : 2)),
    ]);
    return whole({ ...base, armour: dressed(base, made) });
  },
};
