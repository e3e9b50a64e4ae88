import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGitProcessStore } from '../../src/git/git-process-store.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { openRepository } from '../../src/git/repository.ts';
import { verifyRegister } from '../../src/register/verify-register.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const scripts = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'qms-stock-'));
const made = join(folder, 'made');
const keys = join(folder, 'keys');
const signers = join(keys, 'allowed-signers');
let anchor = '';

beforeAll(() => {
  anchor = execFileSync(join(scripts, 'make-register.sh'), [made, keys], {
    encoding: 'utf8',
  }).trim();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function check(repository: string, withAnchor = anchor, withSigners = signers) {
  const run = spawnSync(join(scripts, 'check-register.sh'), [repository, withAnchor, withSigners], {
    encoding: 'utf8',
  });
  return { status: run.status, output: run.stdout + run.stderr };
}

/** A copy of the register to be damaged. */
function copy(name: string) {
  const repository = join(folder, name);
  cpSync(made, repository, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trim();
  return { repository, git };
}

describe('a register made with git, ssh-keygen and sha256sum alone', () => {
  test('is found good with git, ssh-keygen and sha256sum alone', () => {
    expect(anchor).toMatch(/^sha256:[0-9a-f]{64}$/);
    const { status, output } = check(made);
    expect(output).not.toContain('fault');
    expect(output).toMatch(/^release 3: bob: approve, as quality-manager approved$/m);
    expect(output).toMatch(/^head 5:sha256:[0-9a-f]{64}$/m);
    expect(status).toBe(0);
  });

  test('is refused under another anchor', () => {
    const { status, output } = check(made, `sha256:${'0'.repeat(64)}`);
    expect(status).toBe(1);
    expect(output).toContain('the anchor of this register is');
  });

  test('is refused with allowed signers that do not hold the approver', () => {
    const few = join(folder, 'few-signers');
    writeFileSync(few, execFileSync('grep', ['-v', '^bob', signers]));
    const { status, output } = check(made, anchor, few);
    expect(status).toBe(1);
    expect(output).toContain('qms/approve/SOP-001/1/bob: the signature is not good');
  });

  test('is refused with a release missing in the middle', () => {
    const { repository, git } = copy('gap');
    git('update-ref', '-d', 'refs/tags/qms/release/3');
    const { status, output } = check(repository);
    expect(status).toBe(1);
    expect(output).toContain('release 3 is missing');
  });

  test('is refused with a release tag moved to another commit', () => {
    const { repository, git } = copy('moved');
    const raw = git('cat-file', 'tag', 'qms/release/5').replace(
      /^object .*/,
      `object ${git('rev-parse', 'qms/release/4^{commit}')}`,
    );
    const id = execFileSync('git', ['-C', repository, 'mktag', '--no-strict'], {
      input: raw + '\n',
      encoding: 'utf8',
    }).trim();
    git('update-ref', 'refs/tags/qms/release/5', id);
    const { status, output } = check(repository);
    expect(status).toBe(1);
    expect(output).toContain('qms/release/5: the signature is not good');
    expect(output).toContain('qms/release/5: evidence/ does not hold exactly');
  });

  test('is refused with a release tag stored under another number', () => {
    const { repository, git } = copy('renamed');
    git('update-ref', 'refs/tags/qms/release/6', 'refs/tags/qms/release/5');
    const { status, output } = check(repository);
    expect(status).toBe(1);
    expect(output).toContain('qms/release/6: the signed name is qms/release/5');
  });

  test('is refused with replace refs', () => {
    const { repository, git } = copy('replaced');
    git('replace', 'qms/release/2^{commit}', 'qms/release/3^{commit}');
    const { status, output } = check(repository);
    expect(status).toBe(1);
    expect(output).toContain('there are replace refs');
  });

  test('is refused with an object whose bytes were changed', () => {
    const { repository, git } = copy('damaged');
    const blob = git('rev-parse', 'qms/release/3:documents/WI/WI-001/qms-docs/wi/WI-001.md');
    const other = git('rev-parse', 'qms/release/2:documents/SOP/SOP-001/qms-docs/sops/SOP-001.md');
    const object = (id: string) => join(repository, '.git/objects', id.slice(0, 2), id.slice(2));
    rmSync(object(blob), { force: true });
    cpSync(object(other), object(blob));
    const { status, output } = check(repository);
    expect(status).toBe(1);
    expect(output).toContain('objects are damaged or missing');
    expect(output).toContain('qms/release/3: the content of WI-001 is not what was signed');
  });

  test('leaves the repository that is checked as it was', () => {
    const objects = () => readdirSync(join(made, '.git/objects'), { recursive: true }).sort();
    const before = objects();
    check(made);
    expect(objects()).toEqual(before);
  });
});

describe('a register made without qms', () => {
  const verify = async (repository: string) => {
    const store = openGitProcessStore(await openRepository(repository, process.env));
    try {
      const anchors = [{ digest: anchor, source: '--anchor' }];
      const now = Math.floor(Date.now() / 1000);
      return await verifyRegister({
        store,
        cryptography: nodeCryptography,
        anchors,
        heads: [],
        now,
      });
    } finally {
      await store.close();
    }
  };

  test('is verified by the verification, without a word', async () => {
    const verification = await verify(made);
    expect(verification.problems).toEqual([]);
    expect(verification.outcome).toBe('verified');
    expect(verification.register?.releases).toHaveLength(5);
    expect(verification.register?.documents.get('WI-001')?.end?.release).toBe(4);
  });

  test('is found wrong by the verification where the check by hand finds it wrong', async () => {
    const { repository, git } = copy('both');
    git('update-ref', '-d', 'refs/tags/qms/release/3');
    expect((await verify(repository)).outcome).toBe('problems');
    expect(check(repository).status).toBe(1);
  });
});
