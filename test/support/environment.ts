/**
 * The environment of every test file: a home of its own and no setting of the person or the
 * machine that runs the tests, so that `git`, `ssh-keygen` and `gpg` find what a test gave them
 * and nothing else.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

const home = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-home-'));
writeFileSync(path.join(home, 'gitconfig'), '');

for (const name of Object.keys(process.env)) {
  // Without this, a test run from a hook of Git would work on the repository of that hook.
  if (/^(?:GIT|SSH|GPG|GNUPG|QMS|XDG)_?/.test(name)) Reflect.deleteProperty(process.env, name);
}
for (const name of ['EDITOR', 'VISUAL', 'PAGER', 'EMAIL', 'NO_COLOR', 'FORCE_COLOR', 'DISPLAY']) {
  Reflect.deleteProperty(process.env, name);
}
Object.assign(process.env, {
  HOME: home,
  USERPROFILE: home,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: path.join(home, 'gitconfig'),
  GIT_TERMINAL_PROMPT: '0',
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
