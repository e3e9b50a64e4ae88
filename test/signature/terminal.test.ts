import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { gpgHome, gpgKey } from '../support/gpg.ts';
import { judge, utf8 } from './judge.ts';
import { freshPath, makeKey } from './ssh-tools.ts';

const script = fileURLToPath(new URL('./terminal-signing.ts', import.meta.url));
const hasPinentry = spawnSync('pinentry', ['--version']).status === 0;
const hasTerminals = spawnSync('script', ['--version']).status === 0;

/** Run the signing script on a terminal of its own and type when it asks. */
async function signOnTerminal(
  key: string,
  typed: string,
  format: 'ssh' | 'openpgp' = 'ssh',
  env: NodeJS.ProcessEnv = process.env,
): Promise<Buffer> {
  const outcome = freshPath('outcome');
  const command = `${process.execPath} --import tsx ${script} ${format} ${key} ${outcome}`;
  const child = spawn('script', ['-q', '-e', '-c', command, '/dev/null'], {
    env: { ...env, TERM: 'xterm' },
  });
  let shown = '';
  let asked = false;
  child.stdout.on('data', (data: Buffer) => {
    shown += data.toString();
    if (asked || !/Enter passphrase|Passphrase: _/.test(shown)) return;
    asked = true;
    child.stdin.write(`${typed}\r`);
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(asked).toBe(true);
  expect(shown).not.toContain(typed);
  return readFileSync(outcome);
}

describe.skipIf(!hasTerminals)('on a terminal', () => {
  test('the passphrase is asked for, not shown, and opens the key', async () => {
    const armour = await signOnTerminal(makeKey('ed25519', undefined, 'secret-1'), 'secret-1');
    expect(await judge(new Uint8Array(armour), utf8.encode('payload\n'))).toMatchObject({
      good: true,
    });
  });

  test.skipIf(!hasPinentry)('gpg asks there too, without GPG_TTY', async () => {
    const home = gpgHome();
    const key = gpgKey(home, 'alice@x.example', { options: ['--passphrase', 'secret-3'] });
    home.forget();
    const armour = await signOnTerminal(key.fingerprint, 'secret-3', 'openpgp', home.env);
    expect(home.verify(utf8.encode('payload\n'), armour)).toContain('VALIDSIG');
  });

  test('a wrong passphrase is said to be wrong', async () => {
    const said = await signOnTerminal(makeKey('ed25519', undefined, 'secret-2'), 'guess-2');
    expect(said.toString()).toMatch(/The passphrase of .* was wrong/);
  });
});
