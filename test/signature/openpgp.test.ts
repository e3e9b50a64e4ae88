import { describe, expect, test } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { type Certificate, readCertificate } from '../../src/signature/certificate.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import { gpgHome, gpgKey, type GpgKeyOptions } from '../support/gpg.ts';
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
