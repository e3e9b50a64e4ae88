import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, runCommand } from '../support/command.ts';
import { CommandShop } from '../support/command-shop.ts';
import { exported, gpgHome, gpgKey } from '../support/gpg.ts';

const home = gpgHome();
const alice = gpgKey(home, 'alice@mill.example', { usage: 'cert', subkeys: ['ed25519'] });
const shop = new CommandShop();
afterAll(() => {
  shop.remove();
});

/** Alice's environment: nothing says how to sign but user.signingkey, as gpg users have it. */
function environment(key = alice.fingerprint): NodeJS.ProcessEnv {
  const settings = {
    'user.name': 'Alice',
    'user.email': 'alice@mill.example',
    'user.signingkey': key,
  };
  const env: NodeJS.ProcessEnv = { ...process.env, ...home.env, GIT_CONFIG_COUNT: '3' };
  Object.entries(settings).forEach(([name, value], index) => {
    env[`GIT_CONFIG_KEY_${String(index)}`] = name;
    env[`GIT_CONFIG_VALUE_${String(index)}`] = value;
  });
  return env;
}

const qms = (...argv: readonly string[]): Promise<Answer> => {
  shop.now += 60;
  const at = shop.now;
  return runCommand(argv, shop.top, { env: environment(), now: () => new Date(at * 1000) });
};

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, {
    cwd: shop.top,
    encoding: 'utf8',
    env: environment(),
    stdio: 'pipe',
  });

function commit(message: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--no-verify', '-S', '-m', message);
}

beforeAll(async () => {
  const where = ['--organization', 'Mill', '--timezone', 'America/Detroit', '--yes'];
  const answer = await qms('init', ...where);
  expect(answer.stderr).toContain('qms/release/1  signed');
  expect(answer.code).toBe(0);
});

describe('a QMS begun with an OpenPGP key', () => {
  test('has the exported certificate in its rules, and verifies', async () => {
    const rules = shop.read('qms-docs/qms.yaml');
    const indented = exported(home, alice.fingerprint)
      .trimEnd()
      .replace(/^(?=.)/gm, '          ');
    expect(rules).toContain(`- key: |\n${indented}\n        use:`);
    expect((await qms('check')).code).toBe(0);
    expect((await qms('verify')).code).toBe(0);
    expect(git('config', '--local', 'gpg.format')).toBe('openpgp\n');
    git('verify-tag', 'qms/release/1');
  });

  test('says that its keys do not stand in a file of allowed signers', async () => {
    const answer = await qms('verify', '--allowed-signers', '../signers');
    expect(answer.stderr).toContain(`with gpg --import: ${alice.fingerprint}`);
    expect(answer.code).toBe(0);
  });

  test('approves and releases, with signed commits where a type asks for them', async () => {
    await qms('revise', 'QMS', '-m', 'Only signed commits');
    const rules = shop.read('qms-docs/qms.yaml');
    const signed = rules.replace(/(prefix: SOP)\n/u, '$1\n    contributors: signed\n');
    shop.write('qms-docs/qms.yaml', signed);
    commit('Only signed commits');
    for (const command of ['approve', 'release']) {
      expect((await qms(command, 'QMS')).stderr).not.toContain('error');
    }
    const { stdout } = await qms('new', 'sop', 'Buying');
    const file = stdout.trim();
    shop.write(file, `${shop.read(file)}\nBuy from the list.\n`);
    commit('Draft it');
    expect((await qms('approve', 'SOP-001')).code).toBe(0);
    expect((await qms('release', 'SOP-001')).code).toBe(0);
    expect((await qms('verify')).code).toBe(0);
    // An unsigned commit is one too many.
    await qms('revise', 'SOP-001', '-m', 'A better list');
    git('add', '--all');
    git('commit', '--quiet', '--no-verify', '--no-gpg-sign', '-m', 'Unsigned');
    await qms('approve', 'SOP-001');
    const refused = await qms('release', 'SOP-001');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('release/contributor-unsigned');
  });

  test('refuses a subkey that the rules do not list yet, and leaves no tag', async () => {
    const before = git('tag', '-l');
    home.run(['--quick-add-key', alice.fingerprint, 'ed25519', 'sign', '0']);
    const { stdout } = await qms('new', 'form', 'List');
    shop.write(stdout.trim(), `${shop.read(stdout.trim())}\nA list.\n`);
    commit('A form');
    const answer = await qms('approve', 'FRM-001');
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('is no signing key of a certificate in the rules');
    expect(git('tag', '-l')).toBe(before);
  });
});
