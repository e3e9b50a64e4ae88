import { beforeAll, describe, expect, test } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { formatSshArmour } from '../../src/signature/armour.ts';
import { joinBytes } from '../../src/git/header.ts';
import { sshString, sshUint32 } from '../../src/signature/ssh-wire.ts';
import type { SignatureFault } from '../../src/signature/verdict.ts';
import { ed25519Key, forge, forgeBytes, type ForgedKey, mpint, p256Key, rsaKey } from './forged.ts';
import { expectFault, judge, payload, utf8, verify } from './judge.ts';
import { toolSaysGood, toolVerifies } from './ssh-tools.ts';

const identityPoint = Uint8Array.of(1, ...new Uint8Array(31));

describe('structure', () => {
  const key = ed25519Key();

  test('the forged signature that the others vary is good, to ssh-keygen too', async () => {
    expect(await judge(forge(key, payload))).toMatchObject({ good: true });
    expect(toolSaysGood(forge(key, payload), payload)).toBe(true);
  });

  test('a filled reserved field is malformed, though ssh-keygen passes over it', async () => {
    const bytes = forgeBytes(key, payload);
    const at = 6 + 4 + 4 + key.blob.length + 4 + 3;
    const filled = joinBytes(bytes.subarray(0, at), sshString('x'), bytes.subarray(at + 4));
    const armour = formatSshArmour({ bytes: filled, lineLength: 70 });
    expect(toolSaysGood(armour, payload)).toBe(true);
    await expectFault(armour, 'malformed', /reserved field is not empty/);
  });

  test('bytes after the end, of the whole or of the inner signature, are malformed', async () => {
    const longer = joinBytes(forgeBytes(key, payload), Uint8Array.of(0));
    await expectFault(
      formatSshArmour({ bytes: longer, lineLength: 70 }),
      'malformed',
      /after its end/,
    );
    const tail = forge(key, payload, { tail: Uint8Array.of(0) });
    await expectFault(tail, 'malformed', /after the end of the signature/);
  });

  test('cut off anywhere it is malformed', async () => {
    const bytes = forgeBytes(key, payload);
    const cut = Array.from(bytes, (_, length) => ({
      payload,
      armour: formatSshArmour({ bytes: bytes.subarray(0, length), lineLength: 70 }),
    }));
    const verdicts = await verify(cut, nodeCryptography);
    expect(new Set(verdicts.map((one) => (one.good ? 'good' : one.fault)))).toEqual(
      new Set(['malformed']),
    );
  });

  test('another magic is malformed, a later version unsupported, version 0 malformed', async () => {
    const bytes = forgeBytes(key, payload);
    const rest = bytes.subarray(10);
    const make = (magic: string, version: number) =>
      formatSshArmour({
        bytes: joinBytes(utf8.encode(magic), sshUint32(version), rest),
        lineLength: 70,
      });
    await expectFault(make('SSHSIH', 1), 'malformed', /does not begin with SSHSIG/);
    await expectFault(make('SSHSIG', 2), 'unsupported', /version 2/);
    await expectFault(make('SSHSIG', 0), 'malformed', /version is 0, not 1/);
  });

  test('other namespaces, the empty one and look-alikes among them, do not count', async () => {
    for (const namespace of ['', 'file', 'GIT', 'git ', 'git\0', 'gi', 'git2']) {
      await expectFault(forge(key, payload, { namespace }), 'namespace', /^the namespace is /);
    }
    // Signed for a file, and relabelled.
    const relabelled = forge(key, payload, { signedNamespace: 'file' });
    await expectFault(relabelled, 'bad', /does not belong/);
  });

  test('another hash of the message is unsupported, as to ssh-keygen', async () => {
    for (const hash of ['sha384', 'sha1', 'md5', '']) {
      const armour = forge(key, payload, { hash });
      expect(toolSaysGood(armour, payload)).toBe(false);
      await expectFault(armour, 'unsupported', /not sha256 or sha512/);
    }
  });

  test('a key that is not well-formed, or of another kind, is never good', async () => {
    const publicKey = joinBytes(key.blob, Uint8Array.of(0));
    await expectFault(forge(key, payload, { publicKey }), 'malformed', /after the end of the key/);
    await expectFault(
      forge(key, payload, { publicKey: sshString('ssh-dss') }),
      'weak',
      /DSA keys \(ssh-dss\) are too weak/,
    );
    await expectFault(
      forge(key, payload, { publicKey: sshString('ssh-ed448') }),
      'unsupported',
      /ssh-ed448 is not a type of key/,
    );
    await expectFault(forge(key, payload, { publicKey: new Uint8Array() }), 'malformed', /no type/);
  });

  test('the algorithm of the signature must be one of its key', async () => {
    for (const algorithm of ['ecdsa-sha2-nistp256', 'rsa-sha2-512', 'ssh-ed25519 ', '']) {
      const armour = forge(key, payload, { algorithm });
      expect(toolSaysGood(armour, payload)).toBe(false);
      await expectFault(armour, 'malformed', /does not make/);
    }
    const p256 = p256Key();
    const other = forge(p256, payload, { algorithm: 'ecdsa-sha2-nistp384' });
    await expectFault(other, 'malformed', /does not make/);
  });

  test('an Ed25519 signature of another length is malformed', async () => {
    for (const length of [0, 63, 65, 128]) {
      const raw = (bytes: Uint8Array) => {
        const changed = new Uint8Array(length);
        changed.set(bytes.subarray(0, length));
        return changed;
      };
      const armour = forge(key, payload, { raw });
      expect(toolSaysGood(armour, payload)).toBe(false);
      await expectFault(armour, 'malformed', /has 64 bytes/);
    }
  });

  test('an Ed25519 key of small order, under which anybody can sign, is weak', async () => {
    const anybody: ForgedKey = {
      type: 'ssh-ed25519',
      application: undefined,
      blob: joinBytes(sshString('ssh-ed25519'), sshString(identityPoint)),
      signRaw: () => joinBytes(identityPoint, new Uint8Array(32)),
    };
    const armour = forge(anybody, payload);
    expect(toolSaysGood(armour, payload)).toBe(true);
    await expectFault(armour, 'weak', /small order/);
  });
});

describe('RSA', () => {
  let key: ReturnType<typeof rsaKey>;
  beforeAll(() => {
    key = rsaKey(2048);
  });

  test('SHA-1 is weak', async () => {
    const armour = forge(key, payload, { algorithm: 'ssh-rsa', signRaw: key.sha1 });
    expect(toolSaysGood(armour, payload)).toBe(false);
    await expectFault(armour, 'weak', /RSA signature with SHA-1/);
  });

  test('a hash other than the algorithm says is bad', async () => {
    await expectFault(forge(key, payload, { algorithm: 'rsa-sha2-256' }), 'bad', /does not belong/);
    const sha1 = forge(key, payload, { signRaw: key.sha1 });
    await expectFault(sha1, 'bad', /does not belong/);
  });

  test('a signature longer than the key is malformed', async () => {
    const raw = (bytes: Uint8Array) => joinBytes(Uint8Array.of(0), bytes);
    const armour = forge(key, payload, { raw });
    expect(toolSaysGood(armour, payload)).toBe(false);
    await expectFault(armour, 'malformed', /longer than its key/);
  });

  test('a signature whose zeros in front were left out is good, as to ssh-keygen', async () => {
    const complete = forgeBytes(key, payload, { raw: (raw) => raw.fill(1) }).length;
    for (let round = 0; round < 5000; round++) {
      const other = utf8.encode(`payload ${round}\n`);
      const bytes = forgeBytes(key, other, {
        raw: (raw) => (raw[0] === 0 ? raw.subarray(1) : raw),
      });
      if (bytes.length === complete) continue;
      const armour = formatSshArmour({ bytes, lineLength: 70 });
      expect(toolSaysGood(armour, other)).toBe(true);
      expect(await judge(armour, other)).toMatchObject({ good: true });
      return;
    }
    throw new Error('no signature began with a zero');
  });
});

describe('ECDSA', () => {
  const key = p256Key();

  test('r and s in canonical form are good, to ssh-keygen too', async () => {
    const armour = forge(key, payload);
    expect(toolSaysGood(armour, payload)).toBe(true);
    expect(await judge(armour)).toMatchObject({ good: true });
  });

  test('superfluous zeros are malformed, though ssh-keygen passes over them', async () => {
    const raw = (bytes: Uint8Array) => {
      const r = bytes.subarray(4, 4 + bytes[3]!);
      return joinBytes(sshString(joinBytes(Uint8Array.of(0, 0), r)), bytes.subarray(4 + bytes[3]!));
    };
    const armour = forge(key, payload, { raw });
    expect(toolSaysGood(armour, payload)).toBe(true);
    await expectFault(armour, 'malformed', /canonical form/);
  });

  test('zero, negative, oversized, missing or further numbers are never good', async () => {
    const big = new Uint8Array(33).fill(0x11);
    const one = Uint8Array.of(1);
    const forms: readonly (readonly [Uint8Array, SignatureFault])[] = [
      [joinBytes(sshString(''), mpint(one)), 'malformed'],
      [joinBytes(mpint(one), sshString('')), 'malformed'],
      [joinBytes(sshString(Uint8Array.of(0x80)), mpint(one)), 'malformed'],
      [joinBytes(mpint(big), mpint(one)), 'malformed'],
      [joinBytes(mpint(one), mpint(big)), 'malformed'],
      [mpint(one), 'malformed'],
      [joinBytes(mpint(one), mpint(one), mpint(one)), 'malformed'],
      [new Uint8Array(), 'malformed'],
      [joinBytes(mpint(one), mpint(one)), 'bad'],
      [joinBytes(mpint(new Uint8Array(32).fill(255)), mpint(one)), 'bad'],
    ];
    for (const [form, fault] of forms) {
      const armour = forge(key, payload, { raw: () => form });
      expect(await judge(armour)).toMatchObject({ good: false, fault });
    }
  });

  test('a point that is not on the curve is bad', async () => {
    const blob = key.blob.slice();
    blob[blob.length - 1]! ^= 1;
    await expectFault(forge(key, payload, { publicKey: blob }), 'bad', /does not belong/);
  });
});

describe('security keys', () => {
  const line = (key: ForgedKey) => `${key.type} ${Buffer.from(key.blob).toString('base64')}`;

  for (const make of [ed25519Key, p256Key]) {
    const key = make(true);

    test(`${key.type} with touch is good, to ssh-keygen too`, async () => {
      for (const flags of [0x01, 0x05, 0xc5]) {
        const armour = forge(key, payload, { flags });
        expect(toolVerifies(armour, payload, line(key))).toBe(true);
        expect(await judge(armour)).toMatchObject({ good: true, key: { algorithm: key.type } });
      }
    });

    test(`${key.type} without touch is refused, though ssh-keygen takes it`, async () => {
      for (const flags of [0x00, 0x04]) {
        const armour = forge(key, payload, { flags });
        expect(toolSaysGood(armour, payload)).toBe(true);
        await expectFault(armour, 'presence', /nobody touched the security key/);
      }
    });

    test(`${key.type} with another counter, flag, application or message is bad`, async () => {
      const bytes = forgeBytes(key, payload);
      for (const back of [1, 4, 5]) {
        const changed = bytes.slice();
        changed[changed.length - back]! ^= back === 5 ? 4 : 1;
        const armour = formatSshArmour({ bytes: changed, lineLength: 70 });
        expect(toolSaysGood(armour, payload)).toBe(false);
        await expectFault(armour, 'bad', /does not belong/);
      }
      const blob = key.blob.slice();
      blob[blob.length - 1]! ^= 1;
      await expectFault(forge(key, payload, { publicKey: blob }), 'bad', /does not belong/);
      expect(await judge(forge(key, payload), utf8.encode('x'))).toMatchObject({ fault: 'bad' });
    });

    test(`${key.type} without flags or with more behind them is malformed`, async () => {
      const bare: ForgedKey = { ...key, application: undefined };
      await expectFault(forge(bare, payload), 'malformed', /flags and counter/);
      const tail = forge(key, payload, { tail: Uint8Array.of(1) });
      expect(toolSaysGood(tail, payload)).toBe(false);
      await expectFault(tail, 'malformed', /after the end of the signature/);
    });

    test(`${key.type} with the signature of a plain key is never good`, async () => {
      const algorithm = key.type.startsWith('sk-ssh') ? 'ssh-ed25519' : 'ecdsa-sha2-nistp256';
      await expectFault(forge(key, payload, { algorithm }), 'malformed', /does not make/);
    });
  }

  test('a WebAuthn signature is unsupported', async () => {
    const key = p256Key(true);
    const algorithm = `webauthn-${key.type}`;
    await expectFault(forge(key, payload, { algorithm }), 'unsupported', /WebAuthn/);
  });
});
