import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, runCommand } from '../support/command.ts';
import { CommandShop } from '../support/command-shop.ts';
import { commandFolder, installPreReceive } from '../support/hook-server.ts';

describe('approvals and releases that are pushed as they are made', () => {
  const shop = new CommandShop();
  const server = path.join(shop.folder, 'server.git');
  const address = pathToFileURL(server).href;
  const other = path.join(shop.folder, 'other');

  const git = (folder: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
  const refs = (folder: string, pattern: string): string =>
    git(folder, 'for-each-ref', '--format=%(objectname) %(refname)', pattern);
  /** Run a command in the second clone. */
  const there = async (id: string, ...argv: readonly string[]): Promise<Answer> => {
    shop.now += 60;
    const at = shop.now;
    const env = shop.environment(id);
    return runCommand(argv, other, { env, now: () => new Date(at * 1000) });
  };

  beforeAll(async () => {
    execFileSync('git', ['init', '-q', '--bare', '--initial-branch=main', server]);
    const anchor = await shop.foundWithThree();
    await shop.draft('Buying');
    await shop.draft('Selling');
    shop.git('alice', 'remote', 'add', 'origin', address);
    shop.git('alice', 'push', '-q', 'origin', 'main');
    // What the release command tells those to type who do not use --push.
    shop.git('alice', 'push', '-q', 'origin', 'refs/tags/qms/*', 'register');
    execFileSync('git', ['clone', '-q', address, other]);
    git(other, 'config', 'qms.anchor', anchor);
  });
  afterAll(() => {
    shop.remove();
  });

  it('pushes each approval to the default remote', async () => {
    for (const id of ['SOP-001', 'SOP-002']) {
      const answer = await shop.do('bob', 'approve', id, '--push');
      expect(answer.stdout).toContain(`Signed qms/approve/${id}/1/bob and pushed it to origin`);
      await shop.do('carol', 'approve', id, '--push', address);
    }
    expect(refs(server, 'refs/tags/qms/approve')).toBe(refs(shop.top, 'refs/tags/qms/approve'));
    git(other, 'fetch', '-q', '--tags');
  });

  it('pushes a release with the branch, and a fresh clone of the server verifies', async () => {
    const answer = await shop.do('carol', 'release', 'SOP-001', '--push');
    expect(answer.stderr).toContain('pushed to origin and recorded');
    expect(refs(server, 'refs/tags/qms')).toBe(refs(shop.top, 'refs/tags/qms'));
    expect(git(server, 'rev-parse', 'register')).toBe(
      git(server, 'rev-parse', 'qms/release/3^{commit}'),
    );
    const fresh = path.join(shop.folder, 'fresh');
    execFileSync('git', ['clone', '-q', address, fresh]);
    const anchor = shop.git('alice', 'config', 'qms.anchor').trim();
    const verify = await runCommand(['verify', '--anchor', anchor], fresh);
    expect(verify.stdout).toContain('verified: 3 releases');
    expect(verify.code).toBe(0);
  });

  it('records nothing where the other side has another release of that number', async () => {
    const before = refs(other, 'refs');
    const served = refs(server, 'refs');
    const answer = await there('carol', 'release', 'SOP-002', '--push');
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('git/push-failed');
    const words = answer.stderr.replace(/\s+/g, ' ');
    expect(words).toContain('origin moved on: it holds another qms/release/3 already');
    expect(words).toContain('Nothing was recorded in this repository either.');
    expect(words).toContain('git fetch origin --tags');
    expect(answer.stdout).toBe('');
    expect(refs(other, 'refs')).toBe(before);
    expect(refs(server, 'refs')).toBe(served);
    expect((await there('carol', 'verify')).stdout).toContain('verified: 2 releases');
  });

  it('makes the next number after a fetch, and moves the branch on', async () => {
    git(other, 'fetch', '-q', 'origin', '--tags');
    const answer = await there('carol', 'release', 'SOP-002', '--push', '--json');
    expect(answer.stderr).toBe('');
    expect(JSON.parse(answer.stdout)).toMatchObject({ release: 4, outcome: 'verified' });
    for (const folder of [other, server]) {
      expect(git(folder, 'rev-parse', 'register')).toBe(
        git(folder, 'rev-parse', 'qms/release/4^{commit}'),
      );
    }
    shop.git('alice', 'fetch', '-q', 'origin', '--tags');
    expect((await shop.do('alice', 'verify')).stdout).toContain('verified: 4 releases');
  });

  it('brings the releases before it that the other side lacks', async () => {
    for (const [person, decision] of [
      ['bob', '--confirm'],
      ['carol', '--confirm'],
    ] as const) {
      await shop.do(person, 'approve', 'SOP-001', decision);
      await shop.do(person, 'approve', 'SOP-002', decision);
    }
    await shop.do('carol', 'release', '--confirm', 'SOP-001');
    expect(git(server, 'tag', '-l', 'qms/release/5')).toBe('');
    await shop.do('carol', 'release', '--confirm', 'SOP-002', '--push');
    expect(git(server, 'tag', '-l', 'qms/release/[56]').split('\n')).toHaveLength(2);
  });

  it('goes on where a push that was killed left the branch of the other side without its tag', async () => {
    const who = ['-c', 'user.name=Carol', '-c', 'user.email=carol@mill.example'];
    const orphan = git(
      server,
      ...[...who, 'commit-tree', 'register^{tree}', '-p', 'register', '-m', 'Release 7'],
    );
    git(server, 'update-ref', 'refs/heads/register', orphan);
    for (const who of ['bob', 'carol']) await shop.do(who, 'approve', 'SOP-001', '--confirm');
    const answer = await shop.do('carol', 'release', '--confirm', 'SOP-001', '--push');
    expect(answer.stderr.replace(/\s+/g, ' ')).toContain(
      'The branch register of origin holds the commit of no release and was left.',
    );
    expect(refs(server, 'refs/tags/qms/release')).toBe(refs(shop.top, 'refs/tags/qms/release'));
    expect(git(server, 'rev-parse', 'register')).toBe(orphan);
    git(server, 'update-ref', '-d', 'refs/heads/register');
  });

  it('shows what the hook of the server says, and records nothing', async () => {
    const { anchor } = JSON.parse((await shop.do('alice', 'verify', '--json')).stdout);
    const kept = path.join(shop.folder, 'kept.git');
    execFileSync('git', ['clone', '-q', '--mirror', address, kept]);
    const bin = commandFolder(path.join(shop.folder, 'command'));
    installPreReceive(kept, anchor);
    const env = { ...shop.environment('bob'), PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    const before = refs(shop.top, 'refs');
    // By the clock of the server, this story is long ago.
    const late = new Date((shop.now + 60) * 1000);
    const address2 = pathToFileURL(kept).href;
    const argv = ['approve', 'SOP-002', '--withdraw', '--push', address2];
    const refused = await runCommand(argv, shop.top, { env, now: () => late });
    expect(refused.code).toBe(2);
    const words = refused.stderr.replace(/\s+/g, ' ');
    expect(words).toContain('took nothing of the push: qms: nothing of this push was taken.');
    expect(words).toContain(
      'at most 7 days are taken. Set the clock right and sign again. (push/too-old)',
    );
    expect(words).toContain('Nothing was recorded in this repository either.');
    expect(words).not.toContain('remote:');
    expect(refs(shop.top, 'refs')).toBe(before);
    execFileSync('git', ['-C', kept, 'config', 'qms.mirror', 'true']);
    const taken = await runCommand(argv, shop.top, { env, now: () => late });
    expect(taken.code, taken.stderr).toBe(0);
    shop.git('bob', 'tag', '-d', 'qms/approve/SOP-002/1/bob.3');
  });

  it('signs nothing that counts where the other side refuses or is not there', async () => {
    const hook = path.join(server, 'hooks/pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho "the office is closed" >&2\nexit 1\n', { mode: 0o755 });
    const before = refs(shop.top, 'refs');
    const refused = await shop.run('bob', 'approve', 'SOP-001', 'SOP-002', '--withdraw', '--push');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('the office is closed');
    const nowhere = await shop.run('bob', 'approve', 'SOP-001', '--withdraw', '--push', 'nowhere');
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('git/push-failed');
    expect(nowhere.stderr).not.toContain('    at ');
    expect(refs(shop.top, 'refs')).toBe(before);
  });
});
