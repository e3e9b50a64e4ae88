import { type Certificate, readCertificate } from './certificate.ts';
import type { Signer } from './signing.ts';
import {
  expandHome,
  fail,
  oneLine,
  type Run,
  type SigningSetup,
  start,
  verified,
  withPlainLineEnds,
} from './signing-program.ts';

/** An OpenPGP key that gpg can sign with. */
export interface GpgKey {
  readonly certificate: Certificate;
  /** The armoured certificate with all that it needs and nothing more, for the rules. */
  readonly armour: string;
}

/**
 * Get ready to sign with gpg as `git tag -s` would: with `user.signingkey`, or else with the key of
 * Git's user, through `gpg.openpgp.program` or `gpg.program`.
 *
 * @throws {QmsError} `signature/no-key`, `signature/key-unsupported`, `signature/program-missing`.
 */
export async function openGpgSigner(setup: SigningSetup): Promise<Signer> {
  const program = await gpgProgram(setup);
  const named = (await setup.readConfig('user.signingkey')) ?? (await userOf(setup));
  const { certificate } = await findGpgKey(named, setup);
  const key = certificate.identity;
  return {
    key,
    async sign(payload, listed = certificate) {
      const run = await start(
        program,
        ['--status-fd=2', '-bsau', named],
        await withTerminal(setup),
        {
          input: payload,
        },
      );
      if (run.status !== 0 || run.stdout === '') explain(run, named, program, setup);
      const armour = withPlainLineEnds(new TextEncoder().encode(run.stdout));
      return verified(armour, payload, { key, program, certificate: listed }, setup);
    },
  };
}

/**
 * Find the one secret key that gpg takes a name for, and export its certificate.
 * @param named A fingerprint, an id or an address, as `gpg -u` takes it.
 */
export async function findGpgKey(named: string, setup: SigningSetup): Promise<GpgKey> {
  const program = await gpgProgram(setup);
  const listed = await start(
    program,
    ['--batch', '--with-colons', '--list-secret-keys', '--', named],
    setup,
  );
  const keys = [...listed.stdout.matchAll(/^sec:[^]*?^fpr:+([0-9A-F]{40,64}):/gm)];
  const fingerprints = keys.map(([, fingerprint]) => fingerprint ?? '');
  const [fingerprint, second] = fingerprints;
  if (fingerprint === undefined) {
    const said = oneLine(listed.stderr);
    fail(
      'signature/no-key',
      `gpg has no secret OpenPGP key for ${named}${said === '' ? '' : ` (${said})`}.`,
    );
  }
  // Without this, gpg would take the first, and nobody would know which that is tomorrow.
  if (second !== undefined) {
    fail(
      'signature/no-key',
      `gpg has several secret keys for ${named}: ${fingerprints.join(', ')}; user.signingkey must name one by its fingerprint.`,
    );
  }
  const exported = await start(
    program,
    ['--batch', '--armor', '--export-options', 'export-minimal', '--export', fingerprint],
    setup,
  );
  const read = await readCertificate(exported.stdout, setup.cryptography);
  if ('certificate' in read) return { certificate: read.certificate, armour: exported.stdout };
  fail(
    'signature/key-unsupported',
    `The OpenPGP key ${fingerprint} can not be used: ${read.reason}.`,
  );
}

async function gpgProgram(setup: SigningSetup): Promise<string> {
  const configured =
    (await setup.readConfig('gpg.openpgp.program')) ?? (await setup.readConfig('gpg.program'));
  return expandHome(configured ?? 'gpg', setup);
}

/** The name by which git looks for a key where none is set. */
async function userOf(setup: SigningSetup): Promise<string> {
  const name = setup.env['GIT_COMMITTER_NAME'] ?? (await setup.readConfig('user.name'));
  const email = setup.env['GIT_COMMITTER_EMAIL'] ?? (await setup.readConfig('user.email'));
  if (name !== undefined && email !== undefined) return `${name} <${email}>`;
  fail('signature/no-key', 'Neither user.signingkey nor user.name and user.email are set.');
}

/** Tell the agent on which terminal it may ask: gpg reads what it signs from where it would look. */
async function withTerminal(setup: SigningSetup): Promise<SigningSetup> {
  if (!setup.terminal || setup.env['GPG_TTY'] !== undefined) return setup;
  const asked = await start('tty', [], setup).catch(() => undefined);
  if (asked?.status !== 0) return setup;
  return { ...setup, env: { ...setup.env, GPG_TTY: asked.stdout.trim() } };
}

/** Turn what gpg said into the problem that it is. */
function explain(run: Run, named: string, program: string, { terminal }: SigningSetup): never {
  const said = run.stderr;
  const words = oneLine(said.replace(/^\[GNUPG:\].*$/gm, ''));
  if (/No secret key|INV_SGNR/.test(said)) {
    fail('signature/no-key', `gpg has no secret key for ${named} that can sign: ${words}.`);
  }
  if (asksInVain(said)) {
    const why = terminal
      ? 'was not given or was wrong'
      : 'is needed, and this is not run on a terminal';
    fail('signature/passphrase', `The passphrase of ${named} ${why} (${words}).`);
  }
  const how = words === '' ? `it ended with status ${run.status ?? 'none'}` : words;
  fail('signature/signing-failed', `${program} did not sign: ${how}.`);
}

/** Whether gpg gave up because nobody gave the passphrase, told by its numbers in any language. */
function asksInVain(status: string): boolean {
  const failure = Number(/^\[GNUPG:\] FAILURE sign (\d+)$/m.exec(status)?.[1] ?? 0);
  // libgpg-error: source 5 is the pinentry; bad passphrase, time out, cancelled, no passphrase.
  return failure >> 24 === 5 || [11, 62, 99, 177].includes(failure & 0xffff);
}
