import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SigningKey } from './ssh-keys.ts';
import { whenDone } from './when-done.ts';

/** Keys and signatures by stock `gpg`, in a home of their own that ends with the file. */
export interface GpgHome {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Run gpg without questions. @returns What it printed. */
  readonly run: (args: readonly string[], input?: Uint8Array | string) => Buffer;
  /** The revocation that gpg made beside a key. */
  readonly revocation: (fingerprint: string) => string;
  /** End the agent, which forgets every passphrase. */
  readonly forget: () => void;
  /** The status lines of `gpg --verify`, whatever it decides. */
  readonly verify: (payload: Uint8Array, armour: Uint8Array) => string;
}

// Registered here, because a home may be opened inside a test.
const ends: (() => void)[] = [];
whenDone(() => {
  for (const end of ends) end();
});

/** Open an empty home; its agent is ended after the tests of the file. */
export function gpgHome(): GpgHome {
  // The socket of the agent stands in it, and the path of a socket is short.
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'qms-gpg-'));
  const env = { ...process.env, GNUPGHOME: folder };
  const forget = (): void => {
    spawnSync('gpgconf', ['--kill', 'all'], { env });
  };
  ends.push(() => {
    forget();
    rmSync(folder, { recursive: true, force: true });
  });
  const always = ['--batch', '--no-tty', '--pinentry-mode', 'loopback', '--passphrase', ''];
  const run: GpgHome['run'] = (args, input = '') =>
    execFileSync('gpg', [...always, ...args], { env, input, stdio: ['pipe', 'pipe', 'pipe'] });
  const verify: GpgHome['verify'] = (payload, armour) => {
    const file = path.join(folder, 'signature');
    writeFileSync(file, armour);
    const said = spawnSync('gpg', ['--status-fd=1', '--verify', file, '-'], {
      env,
      input: payload,
    });
    return said.stdout.toString();
  };
  const revocation = (fingerprint: string): string => {
    const file = path.join(folder, 'openpgp-revocs.d', `${fingerprint}.rev`);
    // The colon keeps it from being imported by accident.
    return readFileSync(file, 'utf8').replace(':-----BEGIN', '-----BEGIN');
  };
  return { folder, env, run, revocation, forget, verify };
}

export interface GpgKeyOptions {
  /** As `--quick-generate-key` takes it: `ed25519`, `rsa3072`, `nistp256`, `dsa2048`. */
  readonly algorithm?: string;
  /** `sign`, or `cert` where only a subkey signs. */
  readonly usage?: 'sign' | 'cert';
  /** Algorithms of subkeys that sign. */
  readonly subkeys?: readonly string[];
  /** When the key expires: `0`, `1d`, `20260101T000000`. */
  readonly expires?: string;
  readonly options?: readonly string[];
}

/** A key of stock gpg, which signs through it. */
export interface GpgKey extends SigningKey {
  readonly home: GpgHome;
  /** Sign as git asks gpg to. */
  readonly sign: (bytes: Uint8Array, options?: readonly string[]) => Buffer;
}

/** Make a key for an address in a home. */
export function gpgKey(home: GpgHome, address: string, how: GpgKeyOptions = {}): GpgKey {
  const { algorithm = 'ed25519', usage = 'sign', expires = '0', options = [] } = how;
  const user = `${address.replace(/@.*/, '')} <${address}>`;
  home.run([...options, '--quick-generate-key', user, algorithm, usage, expires]);
  const listed = home.run(['--with-colons', '--list-keys', `<${address}>`]).toString();
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '';
  for (const subkey of how.subkeys ?? []) {
    home.run([...options, '--quick-add-key', fingerprint, subkey, 'sign', expires]);
  }
  return signingKey(home, fingerprint);
}

/** A key that a home has, with its certificate as it is now. */
export function signingKey(home: GpgHome, fingerprint: string): GpgKey {
  const sign: GpgKey['sign'] = (bytes, options = []) =>
    home.run([...options, '-bsau', fingerprint], bytes);
  return {
    home,
    fingerprint,
    line: exported(home, fingerprint),
    blob: Buffer.from(fingerprint, 'hex'),
    primitive: () => {
      throw new Error('an OpenPGP key makes no SSH signature');
    },
    armour: (bytes) => sign(bytes),
    sign,
  };
}

/** The certificate as somebody would put it into the rules. */
export function exported(home: GpgHome, fingerprint: string): string {
  return home
    .run(['--armor', '--export-options', 'export-minimal', '--export', fingerprint])
    .toString();
}
