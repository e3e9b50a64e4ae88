import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { QmsError } from '../../src/problem/problem.ts';
import { readCertificate } from '../../src/signature/certificate.ts';
import { findGpgKey } from '../../src/signature/gpg-signing.ts';
import { openSigner } from '../../src/signature/signing.ts';
import type { SigningSetup } from '../../src/signature/signing-program.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import { gpgHome, gpgKey } from '../support/gpg.ts';
import { payload } from './judge.ts';

const home = gpgHome();
const alice = gpgKey(home, 'alice@x.example');
const bob = gpgKey(home, 'bob@x.example', { usage: 'cert', subkeys: ['ed25519'] });

type Configuration = Readonly<Record<string, string>>;

function setup(configuration: Configuration, env: SigningSetup['env'] = home.env): SigningSetup {
  return {
    readConfig: (key) => Promise.resolve(configuration[key]),
    env,
    cwd: home.folder,
    terminal: false,
    cryptography: nodeCryptography,
  };
}

async function problem(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof QmsError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: 'nothing was thrown' };
}

/** A program that stands in for gpg where it signs, and is gpg otherwise. */
function program(name: string, script: string): string {
  const file = path.join(home.folder, name);
  const text = `#!/bin/sh\ncase "$*" in *-bsau*) ${script};; *) exec gpg "$@";; esac\n`;
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

describe('signing through gpg', () => {
  test.each<[string, Configuration, string]>([
    ['the fingerprint', { 'gpg.format': 'openpgp', 'user.signingkey': alice.fingerprint }, 'alice'],
    ['an address, with no format set', { 'user.signingkey': 'alice@x.example' }, 'alice'],
    ['the user of Git', { 'user.name': 'alice', 'user.email': 'alice@x.example' }, 'alice'],
    ['a primary key whose subkey signs', { 'user.signingkey': bob.fingerprint }, 'bob'],
  ])('finds the key by %s, and what it makes is verified', async (_, configuration, who) => {
    const signer = await openSigner(setup(configuration));
    const key = who === 'alice' ? alice : bob;
    expect(signer.key).toMatchObject({ format: 'openpgp', fingerprint: key.fingerprint });
    const armour = await signer.sign(payload);
    const read = await readCertificate(key.line, nodeCryptography);
    const certificates = 'certificate' in read ? [read.certificate] : [];
    const [verdict] = await verifySignatures([{ payload, armour }], nodeCryptography, certificates);
    expect(verdict).toMatchObject({ good: true, key: { fingerprint: key.fingerprint } });
    expect(home.verify(payload, armour)).toContain(`VALIDSIG`);
  });

  test('gpg.openpgp.program and gpg.program say what is started', async () => {
    const crlf = program('crlf', 'gpg "$@" | sed "s/$/\\r/"');
    for (const name of ['gpg.program', 'gpg.openpgp.program']) {
      const configured = setup({ 'user.signingkey': alice.fingerprint, [name]: crlf });
      const armour = await (await openSigner(configured)).sign(payload);
      expect(new TextDecoder().decode(armour)).not.toContain('\r');
    }
    const missing = setup({ 'user.signingkey': 'x', 'gpg.program': '/nowhere/gpg' });
    expect(await problem(openSigner(missing))).toMatchObject({
      code: 'signature/program-missing',
      message: expect.stringContaining('/nowhere/gpg can not be started'),
    });
  });

  test('the exported certificate is that of the rules', async () => {
    const found = await findGpgKey('bob@x.example', setup({}));
    expect(found.armour).toBe(bob.line);
    expect(found.certificate.identity.fingerprint).toBe(bob.fingerprint);
  });

  test('no key, several keys, and no name are said so', async () => {
    expect(await problem(openSigner(setup({ 'user.signingkey': 'erin@x.example' })))).toMatchObject(
      {
        code: 'signature/no-key',
        message: expect.stringContaining('no secret OpenPGP key for erin@x.example'),
      },
    );
    expect(await problem(openSigner(setup({})))).toMatchObject({ code: 'signature/no-key' });
    const { message } = await problem(openSigner(setup({ 'user.signingkey': 'x.example' })));
    expect(message).toContain(alice.fingerprint);
    expect(message).toContain(bob.fingerprint);
  });

  test('a weak key does not sign', async () => {
    const weak = gpgKey(home, 'weak@weak.example', { algorithm: 'rsa1024' });
    expect(await problem(openSigner(setup({ 'user.signingkey': weak.fingerprint })))).toMatchObject(
      {
        code: 'signature/key-unsupported',
        message: expect.stringContaining('an RSA key of 1024 bits'),
      },
    );
  });

  test('a locked key without a terminal is said so', async () => {
    const locked = gpgHome();
    const dave = gpgKey(locked, 'dave@x.example', { options: ['--passphrase', 'secret'] });
    const signer = await openSigner(setup({ 'user.signingkey': dave.fingerprint }, locked.env));
    locked.forget();
    expect(await problem(signer.sign(payload))).toMatchObject({
      code: 'signature/passphrase',
      message: expect.stringContaining('this is not run on a terminal'),
    });
  });

  test('what does not verify, or is by another key, leaves nothing', async () => {
    const other = program('other', `exec gpg --status-fd=2 -bsau ${bob.fingerprint}`);
    const wrong = setup({ 'user.signingkey': alice.fingerprint, 'gpg.program': other });
    expect(await problem((await openSigner(wrong)).sign(payload))).toMatchObject({
      code: 'signature/signing-failed',
      message: expect.stringContaining(`does not verify`),
    });
    const sha1 = program('sha1', 'exec gpg --digest-algo SHA1 "$@"');
    const weak = setup({ 'user.signingkey': alice.fingerprint, 'gpg.program': sha1 });
    expect(await problem((await openSigner(weak)).sign(payload))).toMatchObject({
      code: 'signature/signing-failed',
      message: expect.stringContaining('SHA-1'),
    });
    const silent = program('silent', 'exit 2');
    const none = setup({ 'user.signingkey': alice.fingerprint, 'gpg.program': silent });
    expect((await problem((await openSigner(none)).sign(payload))).message).toContain('status 2');
  });
});
