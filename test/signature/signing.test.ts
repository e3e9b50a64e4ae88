import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { parseSshArmour } from '../../src/signature/armour.ts';
import { openSigner, type Signer, splitCommand } from '../../src/signature/signing.ts';
import { judge, payload } from './judge.ts';
import {
  folder,
  freshPath,
  makeKey,
  publicLine,
  signWithTool,
  toolFingerprint,
  toolSaysGood,
} from './ssh-tools.ts';

type Configuration = Readonly<Record<string, string>>;

function open(
  configuration: Configuration,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Signer> {
  const values: Configuration = { 'gpg.format': 'ssh', ...configuration };
  return openSigner({
    readConfig: (key) => Promise.resolve(values[key]),
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
    cwd: folder,
    terminal: false,
    cryptography: nodeCryptography,
  });
}

async function problem(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      return { code: String(error.code), message: error.message };
    }
    throw error;
  }
  return { code: 'none', message: 'nothing was thrown' };
}

/** Sign, and have both us and ssh-keygen look at what came out. */
async function expectSigned(signer: Signer, keyFile: string): Promise<void> {
  expect(signer.key.fingerprint).toBe(toolFingerprint(keyFile));
  const armour = await signer.sign(payload);
  expect(await judge(armour)).toEqual({ good: true, key: signer.key });
  expect(toolSaysGood(armour, payload)).toBe(true);
}

/** A program that stands in for ssh-keygen; `$BUFFER` is the file to sign. */
function program(script: string): string {
  const file = freshPath('program');
  writeFileSync(file, `#!/bin/sh\nfor BUFFER; do :; done\n${script}\n`, { mode: 0o755 });
  return file;
}

describe('with a key file', () => {
  for (const [type, bits] of [
    ['ed25519', undefined],
    ['ecdsa', 384],
    ['rsa', 2048],
  ] as const) {
    test(`${type} ${bits ?? ''} signs by its private and by its public path`, async () => {
      const keyFile = makeKey(type, bits);
      await expectSigned(await open({ 'user.signingkey': keyFile }), keyFile);
      await expectSigned(await open({ 'user.signingkey': `${keyFile}.pub` }), keyFile);
    });
  }

  test('a private key in PEM signs, with its public key beside it', async () => {
    const keyFile = makeKey('rsa', 2048, '', ['-m', 'PEM']);
    await expectSigned(await open({ 'user.signingkey': keyFile }), keyFile);
    rmSync(`${keyFile}.pub`);
    expect(await problem(open({ 'user.signingkey': keyFile }))).toMatchObject({
      code: 'signature/key-unsupported',
      message: expect.stringContaining(`${keyFile}.pub can not be read`),
    });
  });

  test('a private key alone signs', async () => {
    const keyFile = makeKey('ed25519');
    const signer = await open({ 'user.signingkey': keyFile });
    const line = publicLine(keyFile);
    rmSync(`${keyFile}.pub`);
    expect(await judge(await signer.sign(payload))).toMatchObject({ good: true });
    expect(signer.key.algorithm).toBe(line.split(' ')[0]);
  });

  test('paths are seen from the working tree, and ~ is the home of the user', async () => {
    const keyFile = makeKey('ed25519');
    const name = path.basename(keyFile);
    await expectSigned(await open({ 'user.signingkey': name }), keyFile);
    await expectSigned(await open({ 'user.signingkey': `~/${name}.pub` }), keyFile);
  });

  test('the armour is laid out as git puts it into a tag', async () => {
    const keyFile = makeKey('ed25519');
    const armour = await (await open({ 'user.signingkey': keyFile })).sign(payload);
    expect(parseSshArmour(armour)).toMatchObject({ ok: true, value: { lineLength: 70 } });
    expect(armour).toEqual(signWithTool(keyFile, payload));
  });

  test('an encrypted key without a terminal asks for an agent, and nobody is asked', async () => {
    const keyFile = makeKey('ed25519', undefined, 'secret');
    const signer = await open({ 'user.signingkey': keyFile });
    expect(signer.key.fingerprint).toBe(toolFingerprint(keyFile));
    const { code, message } = await problem(signer.sign(payload));
    expect(code).toBe('signature/passphrase');
    expect(message).toBe(
      `The passphrase of ${keyFile} is needed, and this is not run on a terminal.`,
    );
  });

  test('a key file that is missing, a folder, or nothing like a key is said so', async () => {
    const missing = await problem(open({ 'user.signingkey': '/nowhere/key' }));
    expect(missing.code).toBe('signature/key-unreadable');
    expect(missing.message).toMatch(/\/nowhere\/key .* it does not exist/);
    const isFolder = await problem(open({ 'user.signingkey': folder }));
    expect(isFolder).toMatchObject({
      code: 'signature/key-unreadable',
      message: expect.stringContaining('it is a folder'),
    });
    const file = freshPath();
    writeFileSync(file, 'hello\n');
    expect((await problem(open({ 'user.signingkey': file }))).code).toBe(
      'signature/key-unsupported',
    );
    writeFileSync(file, Buffer.alloc(100_000));
    expect((await problem(open({ 'user.signingkey': file }))).code).toBe(
      'signature/key-unreadable',
    );
  });

  test('a private key that others may read is not used', async () => {
    const keyFile = makeKey('ed25519');
    chmodSync(keyFile, 0o644);
    for (const setting of [keyFile, `${keyFile}.pub`]) {
      const signer = await open({ 'user.signingkey': setting });
      const { code, message } = await problem(signer.sign(payload));
      expect(code).toBe('signature/key-unreadable');
      expect(message).toBe(`Others may read the private key ${keyFile}, so it is not used.`);
    }
  });

  test('a public key without its private one, and without an agent, is for the agent', async () => {
    const keyFile = makeKey('ed25519');
    for (const file of [freshPath('only'), `${freshPath('only')}.pub`]) {
      copyFileSync(`${keyFile}.pub`, file);
      chmodSync(file, 0o644);
      const signer = await open({ 'user.signingkey': file });
      const { code, message } = await problem(signer.sign(payload));
      expect(code).toBe('signature/agent');
      expect(message).toMatch(/SSH_AUTH_SOCK is not set.*no private key beside/);
    }
  });

  test('weak keys and certificates are refused before anything is signed', async () => {
    const weak = await problem(open({ 'user.signingkey': makeKey('rsa', 1024) }));
    expect(weak.code).toBe('signature/key-unsupported');
    expect(weak.message).toMatch(/RSA key of 1024 bits/);
    const keyFile = makeKey('ed25519');
    execFileSync('ssh-keygen', ['-q', '-s', makeKey('ed25519'), '-I', 'a', `${keyFile}.pub`]);
    const certificate = await problem(open({ 'user.signingkey': `${keyFile}-cert.pub` }));
    expect(certificate.code).toBe('signature/key-unsupported');
    expect(certificate.message).toMatch(/is a certificate/);
  });
});

describe('with an agent', () => {
  const socket = path.join(folder, 'agent.sock');
  const keyFile = makeKey('ed25519');
  const only = freshPath('only.pub');
  let agent: ReturnType<typeof spawn>;

  beforeAll(async () => {
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => agent.stdout?.once('data', resolve));
    const protectedKey = makeKey('ecdsa', 256);
    for (const key of [keyFile, protectedKey]) {
      execFileSync('ssh-add', ['-q', key], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    }
    copyFileSync(`${keyFile}.pub`, only);
  });
  afterAll(() => {
    agent.kill();
  });
  const env = { SSH_AUTH_SOCK: socket };

  test('a literal key signs, with key:: and without', async () => {
    const line = publicLine(keyFile);
    await expectSigned(await open({ 'user.signingkey': `key::${line}` }, env), keyFile);
    await expectSigned(await open({ 'user.signingkey': line }, env), keyFile);
  });

  test('a public key file alone signs', async () => {
    await expectSigned(await open({ 'user.signingkey': only }, env), keyFile);
  });

  test('the first key that gpg.ssh.defaultKeyCommand prints signs', async () => {
    const command = `sh -c "ssh-add -L"`;
    await expectSigned(await open({ 'gpg.ssh.defaultKeyCommand': command }, env), keyFile);
  });

  test('a key that the agent does not have is said so', async () => {
    const other = publicLine(makeKey('ed25519'));
    const signer = await open({ 'user.signingkey': `key::${other}` }, env);
    const { code, message } = await problem(signer.sign(payload));
    expect(code).toBe('signature/agent');
    expect(message).toContain(`the SSH agent at ${socket} does not have it`);
  });

  test('without an agent a literal key can not sign', async () => {
    const line = publicLine(keyFile);
    for (const other of [{}, { SSH_AUTH_SOCK: path.join(folder, 'no.sock') }]) {
      const signer = await open({ 'user.signingkey': line }, other);
      expect((await problem(signer.sign(payload))).code).toBe('signature/agent');
    }
  });
});

describe('configuration', () => {
  const keyFile = makeKey('ed25519');

  test('X.509 and unknown formats are said with what can be set', async () => {
    for (const format of ['x509', 'SSH']) {
      const { code, message } = await problem(open({ 'gpg.format': format }));
      expect(code).toBe('signature/format-unsupported');
      expect(message).toContain(`sign with ${format} (gpg.format)`);
    }
  });

  test('no key, or a command that names none, is said so', async () => {
    const configurations: readonly (readonly [Configuration, RegExp])[] = [
      [{}, /Neither user.signingkey nor gpg.ssh.defaultKeyCommand is set/],
      [{ 'user.signingkey': '' }, /Neither/],
      [{ 'gpg.ssh.defaultKeyCommand': 'true' }, /\(true\) named no key\.$/],
      [{ 'gpg.ssh.defaultKeyCommand': 'echo nothing here' }, /named no key: nothing here\.$/],
      [{ 'gpg.ssh.defaultKeyCommand': "sh -c 'echo no >&2; exit 1'" }, /named no key: no\.$/],
      [{ 'gpg.ssh.defaultKeyCommand': 'echo "x' }, /can not be read/],
      [{ 'gpg.ssh.defaultKeyCommand': ' ' }, /can not be read/],
    ];
    for (const [configuration, message] of configurations) {
      const found = await problem(open(configuration));
      expect(found.code).toBe('signature/no-key');
      expect(found.message).toMatch(message);
    }
    const missing = await problem(open({ 'gpg.ssh.defaultKeyCommand': '/nowhere/command' }));
    expect(missing.code).toBe('signature/program-missing');
  });

  test('a literal key that is none is said so', async () => {
    for (const literal of ['key::hello', 'ssh-ed25519 AAAA', 'key::']) {
      const found = await problem(open({ 'user.signingkey': literal }));
      expect(found.code).toBe('signature/key-unsupported');
    }
  });

  test('a program that is missing or may not be started is said so', async () => {
    const forbidden = freshPath('forbidden');
    writeFileSync(forbidden, '', { mode: 0o644 });
    for (const name of ['/nowhere/ssh-keygen', 'no-such-program-here', forbidden]) {
      const signer = await open({ 'user.signingkey': keyFile, 'gpg.ssh.program': name });
      const { code, message } = await problem(signer.sign(payload));
      expect(code).toBe('signature/program-missing');
      expect(message).toContain(`${name} can not be started`);
    }
  });

  test('another program signs through the interface that git uses', async () => {
    const log = freshPath('log');
    const wrapper = program(`echo "$@" > ${log}; exec ssh-keygen "$@"`);
    await expectSigned(
      await open({ 'user.signingkey': keyFile, 'gpg.ssh.program': wrapper }),
      keyFile,
    );
    expect(readFileSync(log, 'utf8')).toMatch(
      new RegExp(`^-Y sign -n git -f ${keyFile} /\\S*/payload\n$`),
    );
  });

  test('CRLF and a missing last line end, as some programs write, are put right', async () => {
    const wrapper = program(
      'ssh-keygen "$@" && printf "%s" "$(sed "s/$/\\r/" "$BUFFER.sig")" > "$BUFFER.out" && mv "$BUFFER.out" "$BUFFER.sig"',
    );
    await expectSigned(
      await open({ 'user.signingkey': keyFile, 'gpg.ssh.program': wrapper }),
      keyFile,
    );
  });

  test('a program that fails, lies or signs something else never gives a signature', async () => {
    const other = makeKey('ed25519');
    const scripts: readonly (readonly [string, RegExp])[] = [
      ['echo "no luck" >&2; echo "at all." >&2; exit 1', /did not sign: no luck; at all\.$/],
      ['printf "\\033[31mred\\n" >&2; exit 1', /did not sign: \[31mred\.$/],
      ['exit 3', /did not sign: it ended with status 3\.$/],
      ['kill -9 $$', /did not sign: it ended with status none\.$/],
      ['echo "usage: ssh-keygen" >&2; exit 1', /OpenSSH 8\.2 or later/],
      ['exit 0', /wrote no signature/],
      ['echo hello > "$BUFFER.sig"', /does not verify: it does not begin/],
      [': > "$BUFFER.sig"', /does not verify/],
      ['echo more >> "$BUFFER"; ssh-keygen "$@"', /does not belong to these bytes/],
      [
        `ssh-keygen -Y sign -n file -f ${keyFile} "$BUFFER"`,
        /does not verify: the namespace is "file"/,
      ],
      [`ssh-keygen -Y sign -n git -f ${other} "$BUFFER"`, /not with the configured key SHA256:/],
      [
        'ssh-keygen "$@"; cat "$BUFFER.sig" "$BUFFER.sig" > "$BUFFER.2"; mv "$BUFFER.2" "$BUFFER.sig"',
        /after its END line/,
      ],
    ];
    for (const [script, message] of scripts) {
      const wrapper = program(script);
      const signer = await open({ 'user.signingkey': keyFile, 'gpg.ssh.program': wrapper });
      const found = await problem(signer.sign(payload));
      expect(found.code).toBe('signature/signing-failed');
      expect(found.message).toMatch(message);
      expect(found.message).not.toContain('\n');
    }
  });

  test('nothing stays behind in the folder for temporary files', async () => {
    const temporary = freshPath('temporary');
    mkdirSync(temporary);
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = temporary;
    try {
      await (await open({ 'user.signingkey': keyFile })).sign(payload);
      const failing = await open({
        'user.signingkey': keyFile,
        'gpg.ssh.program': program('exit 1'),
      });
      await problem(failing.sign(payload));
      expect(execFileSync('ls', ['-A', temporary], { encoding: 'utf8' })).toBe('');
      rmSync(temporary, { recursive: true });
      const found = await problem((await open({ 'user.signingkey': keyFile })).sign(payload));
      expect(found.code).toBe('signature/signing-failed');
      expect(found.message).toContain(`can not be written to ${temporary}: it does not exist`);
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.env, 'TMPDIR');
      else process.env['TMPDIR'] = before;
    }
  });
});

test('command lines are split as git splits them', () => {
  expect(splitCommand('ssh-add -L')).toEqual(['ssh-add', '-L']);
  expect(splitCommand(` a  'b c' "d \\" e" f\\ g '' `)).toEqual(['a', 'b c', 'd " e', 'f g', '']);
  expect(splitCommand(`'a\\b'c`)).toEqual(['a\\bc']);
  expect(splitCommand('')).toEqual([]);
  for (const open of [`'a`, `"a`, 'a\\']) expect(splitCommand(open)).toBeUndefined();
});
