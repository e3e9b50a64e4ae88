import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { type Certificate, readCertificate } from '../../src/signature/certificate.ts';
import { formatPgpArmour, parsePgpArmour } from '../../src/signature/pgp-armour.ts';
import type { SignatureFault, SignatureVerdict } from '../../src/signature/verdict.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import { gpgHome, gpgKey, type GpgKeyOptions } from '../support/gpg.ts';
import {
  armour,
  certificate,
  forgedEd25519,
  forgedRsa,
  forgedSignature,
  issuerId,
  packet,
  signatureBody,
  subpacket,
} from '../support/pgp-forge.ts';
import { payload } from './judge.ts';

const home = gpgHome();

async function certificateOf(armour: string): Promise<Certificate> {
  const read = await readCertificate(armour, nodeCryptography);
  if (!('certificate' in read)) throw new Error(read.reason);
  return read.certificate;
}

describe('signatures of stock gpg', () => {
  const kinds: [string, GpgKeyOptions, string][] = [
    ['an Ed25519 key', {}, 'OpenPGP ed25519'],
    ['a signing subkey', { usage: 'cert', subkeys: ['ed25519'] }, 'OpenPGP ed25519'],
    ['an RSA subkey', { usage: 'cert', subkeys: ['rsa2048'] }, 'OpenPGP ed25519'],
    ['RSA with 2048 bits', { algorithm: 'rsa2048' }, 'OpenPGP rsa2048'],
    ['ECDSA on P-256', { algorithm: 'nistp256' }, 'OpenPGP nistp256'],
    ['ECDSA on P-384', { algorithm: 'nistp384' }, 'OpenPGP nistp384'],
    ['ECDSA on P-521', { algorithm: 'nistp521' }, 'OpenPGP nistp521'],
  ];

  test.each(kinds)(
    'by %s are good, by the fingerprint of the primary key',
    async (what, how, algorithm) => {
      const key = gpgKey(home, `${what.replace(/[^a-zA-Z0-9]/g, '-')}@x.example`, how);
      const certificate = await certificateOf(key.line);
      const signed = { payload, armour: key.sign(payload) };
      const other = { payload: Buffer.concat([payload, Buffer.from('\n')]), armour: signed.armour };
      const [good, bad] = await verifySignatures([signed, other], nodeCryptography, [certificate]);
      expect(good).toMatchObject({
        good: true,
        key: { format: 'openpgp', fingerprint: key.fingerprint, algorithm },
      });
      expect(bad).toMatchObject({ good: false, fault: 'bad' });
      const [unknown] = await verifySignatures([signed], nodeCryptography, []);
      expect(unknown).toMatchObject({ good: false, fault: 'key-unknown' });
    },
  );
});

/** Signatures by a forged key as tests make them, with the certificate that lists it. */
const primary = forgedEd25519('differential');
const subkey = forgedRsa(2048);
const line = certificate(primary, { subkeys: [{ key: subkey }] });

describe('armour', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 700 });
  const lineLength = fc.integer({ min: 64, max: 76 });
  const header = fc.stringMatching(/^[A-Za-z0-9-]{1,12}: [ -~]{0,40}$/);

  test('written and read again is the same, and so are its bytes', () => {
    fc.assert(
      fc.property(
        bytes,
        lineLength,
        fc.array(header, { maxLength: 3 }),
        fc.boolean(),
        (content, length, headers, checksum) => {
          const made = { bytes: content, lineLength: length, headers, checksum };
          const written = formatPgpArmour(made, 'PGP SIGNATURE');
          const read = parsePgpArmour(written, 'PGP SIGNATURE');
          if (!read.ok) throw new Error(read.reason);
          expect(read.value.bytes).toEqual(content);
          expect(read.value.headers).toEqual(headers);
          expect(formatPgpArmour(read.value, 'PGP SIGNATURE')).toEqual(written);
        },
      ),
    );
  });

  test('with any byte changed is refused, or is written again as it stands', () => {
    const good = Buffer.from(armour(Buffer.alloc(130, 7), 'PGP SIGNATURE', { headers: ['A: b'] }));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(good);
        changed[at] = value;
        const read = parsePgpArmour(changed, 'PGP SIGNATURE');
        if (read.ok)
          expect(Buffer.from(formatPgpArmour(read.value, 'PGP SIGNATURE'))).toEqual(changed);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('beside GnuPG and the package openpgp', () => {
  /** What the package thinks of a signature, expiry left out, with the keys of the certificate. */
  async function packageSaysGood(data: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const openpgp = await import('openpgp');
    try {
      const verificationKeys = (await openpgp.readKey({ armoredKey: line })).toPublic();
      const armoredSignature = Buffer.from(signature).toString();
      const checked = await openpgp.verify({
        message: await openpgp.createMessage({ binary: data }),
        signature: await openpgp.readSignature({ armoredSignature }),
        verificationKeys,
      });
      return await (checked.signatures[0]?.verified ?? false);
    } catch {
      return false;
    }
  }

  const ours = async (data: Uint8Array, signature: Uint8Array): Promise<SignatureVerdict> => {
    const certificates = [await certificateOf(line)];
    const [verdict] = await verifySignatures(
      [{ payload: data, armour: signature }],
      nodeCryptography,
      certificates,
    );
    return verdict!;
  };

  test.each([
    ['the primary key', primary],
    ['a subkey', subkey],
  ])('all three call a signature by %s good', async (_what, key) => {
    const other = gpgHome();
    other.run(['--import'], line);
    const signature = forgedSignature(key, Buffer.from(payload));
    expect(await ours(payload, signature)).toMatchObject({ good: true });
    expect(other.verify(payload, signature)).toContain('VALIDSIG');
    expect(await packageSaysGood(payload, signature)).toBe(true);
  });

  test('whatever is changed in a signature, we never say good where they say bad', async () => {
    const other = gpgHome();
    other.run(['--import'], line);
    const body = signatureBody(primary, Buffer.from(payload));
    const good: number[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(body.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, xor) => {
          const changed = Buffer.from(body);
          changed[at] = (changed[at] ?? 0) ^ xor;
          const signature = Buffer.from(armour(packet(2, changed), 'PGP SIGNATURE'));
          const verdict = await ours(payload, signature);
          if (!verdict.good) return;
          good.push(at);
          expect(other.verify(payload, signature)).toContain('VALIDSIG');
          expect(await packageSaysGood(payload, signature)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
    // Of a well-formed signature no byte can be changed.
    expect(good).toEqual([]);
  });

  /** The refusals that the documentation of `verifySignatures` lists: GnuPG is content with these. */
  const stricter: [string, SignatureFault, (data: Buffer) => string][] = [
    [
      'white space behind a line',
      'malformed',
      (data) => forgedSignature(primary, data).toString().replace(/\n=/, ' \n='),
    ],
    [
      'text before the armour',
      'malformed',
      (data) => `text\n${forgedSignature(primary, data).toString()}`,
    ],
    [
      'a length in five bytes',
      'malformed',
      (data) => {
        const body = signatureBody(primary, data);
        return armour(
          Buffer.concat([Buffer.from([0xc2, 255, 0, 0, 0, body.length]), body]),
          'PGP SIGNATURE',
        );
      },
    ],
    [
      'unsigned data',
      'malformed',
      (data) =>
        forgedSignature(primary, data, {
          unhashed: [
            issuerId(primary.fingerprint),
            subpacket(20, Buffer.from('80000000000100016162', 'hex')),
          ],
        }).toString(),
    ],
    [
      'the type of text',
      'namespace',
      (data) => forgedSignature(primary, data, { type: 1 }).toString(),
    ],
    ['SHA-224', 'weak', (data) => forgedSignature(primary, data, { hash: 'sha224' }).toString()],
    [
      'RIPEMD-160',
      'weak',
      (data) => forgedSignature(primary, data, { hash: 'ripemd160' }).toString(),
    ],
    ['SHA-1', 'weak', (data) => forgedSignature(primary, data, { hash: 'sha1' }).toString()],
  ];

  test.each(stricter)('we are stricter than GnuPG about %s', async (_what, fault, make) => {
    const other = gpgHome();
    other.run(['--import'], line);
    const data = Buffer.from('one line without its end');
    const signature = Buffer.from(make(data));
    expect(other.verify(data, signature)).toContain('VALIDSIG');
    expect(await ours(data, signature)).toMatchObject({ good: false, fault });
  });
});
