/**
 * Threat: The server's hook runs while the new objects lie in a quarantine; hooks of a client are
 * bypassed; a repository's configuration names programs that git would start.
 * Decision: The hook reads the quarantine and what it refuses leaves nothing behind; what a client
 * skips the server asks; reading a repository starts nothing that its configuration names.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, runCommand } from '../support/command.ts';
import { commandFolder, installPreReceive } from '../support/hook-server.ts';
import { scratchFolder, stockEnvironment } from '../support/raw-repository.ts';
import { revise, shop, sop } from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';

describe('the hook reads the quarantine', () => {
  const folder = scratchFolder();
  const bin = commandFolder(folder);
  const env = { ...stockEnvironment, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };

  /** A server that holds the shop, on which the age of statements is not asked. */
  function serverOf(register: StockRegister, name: string): string {
    const server = path.join(folder, name);
    const { folder: from } = register.repository;
    execFileSync('git', ['clone', '-q', '--mirror', from, server], { env });
    installPreReceive(server, register.anchor);
    execFileSync('git', ['-C', server, 'config', 'qms.mirror', 'true']);
    return server;
  }
  const push = (register: StockRegister, server: string, ...args: readonly string[]) =>
    spawnSync('git', ['-C', register.repository.folder, 'push', ...args, server, 'refs/*:refs/*'], {
      env,
      encoding: 'utf8',
    });
  const has = (server: string, id: string): boolean =>
    spawnSync('git', ['-C', server, 'cat-file', '-e', id], { env }).status === 0;

  test('a release whose every object is new is verified before git accepts one of them', () => {
    const register = shop();
    const server = serverOf(register, 'good.git');
    revise(register);
    const release = register.releases[3]?.tag ?? '';
    expect(has(server, release)).toBe(false);
    expect(push(register, server).status).toBe(0);
    expect(has(server, release)).toBe(true);
  });

  test('of a forged release, no object stays on the server', () => {
    const register = shop();
    const server = serverOf(register, 'forged.git');
    revise(register, { release: { by: 'mallory' } });
    const answer = push(register, server);
    expect(answer.status).toBe(1);
    expect(answer.stderr).toContain('(release/');
    expect(has(server, register.releases[3]?.tag ?? '')).toBe(false);
    expect(has(server, register.lastRelease())).toBe(false);
    const left = readdirSync(path.join(server, 'objects'));
    expect(left.filter((name) => name.startsWith('tmp_objdir'))).toEqual([]);
  });

  test('git push --no-verify goes round the hooks of the client, not round this one', () => {
    const register = shop();
    const server = serverOf(register, 'bypassed.git');
    const before = path.join(register.repository.folder, 'hooks/pre-push');
    mkdirSync(path.dirname(before), { recursive: true });
    writeFileSync(before, '#!/bin/sh\necho no push >&2\nexit 1\n', { mode: 0o755 });
    revise(register, { release: { change: { key: null } } });
    expect(push(register, server).stderr).toContain('no push');
    const bypassed = push(register, server, '--no-verify');
    expect(bypassed.status).toBe(1);
    expect(bypassed.stderr).toContain('release/signature-missing');
  });
});

describe('reading a repository starts nothing that its configuration names', () => {
  const folder = scratchFolder();
  const marker = path.join(folder, 'started');
  const clone = path.join(folder, 'clone');
  const trap = path.join(folder, 'trap');
  const register = shop();
  const anchor = register.anchor;

  /** Everything in a configuration that can name a program. */
  const traps: readonly (readonly [string, string])[] = [
    ['core.fsmonitor', trap],
    ['core.hooksPath', path.join(folder, 'hooks')],
    ['core.sshCommand', trap],
    ['core.pager', trap],
    ['core.editor', trap],
    ['core.askPass', trap],
    ['core.gitProxy', trap],
    ['core.alternateRefsCommand', trap],
    ['sequence.editor', trap],
    ['pager.cat-file', trap],
    ['pager.for-each-ref', trap],
    ['pager.log', trap],
    ['gpg.program', trap],
    ['gpg.ssh.program', trap],
    ['gpg.ssh.defaultKeyCommand', trap],
    ['gpg.x509.program', trap],
    ['credential.helper', `!${trap}`],
    ['diff.external', trap],
    ['diff.trap.textconv', trap],
    ['diff.trap.command', trap],
    ['merge.trap.driver', trap],
    ['filter.trap.clean', trap],
    ['filter.trap.smudge', trap],
    ['filter.trap.process', trap],
    ['filter.odd=name.clean', trap],
    ['uploadpack.packObjectsHook', trap],
    ['remote.origin.url', 'ext::sh -c "touch started"'],
    ['remote.origin.uploadpack', trap],
    ['remote.origin.promisor', 'true'],
    ['protocol.allow', 'always'],
    ...['cat-file', 'for-each-ref', 'rev-parse', 'config', 'ls-files', 'merge-base', 'diff'].map(
      (name) => [`alias.${name}`, `!${trap}`] as const,
    ),
  ];

  beforeAll(() => {
    execFileSync('git', ['clone', '-q', register.repository.folder, clone], {
      env: stockEnvironment,
    });
    writeFileSync(trap, `#!/bin/sh\ntouch ${marker}\nexit 1\n`, { mode: 0o755 });
    mkdirSync(path.join(folder, 'hooks'));
    for (const name of [
      'pre-commit',
      'post-checkout',
      'post-index-change',
      'reference-transaction',
    ]) {
      writeFileSync(path.join(folder, 'hooks', name), `#!/bin/sh\ntouch ${marker}\n`, {
        mode: 0o755,
      });
    }
    writeFileSync(
      path.join(clone, '.gitattributes'),
      '* filter=trap diff=trap merge=trap\n*.svg filter=odd=name\n',
    );
    for (const [key, value] of traps) {
      execFileSync('git', ['-C', clone, 'config', key, value], { env: stockEnvironment });
    }
    writeFileSync(
      path.join(clone, 'qms-docs/sop/SOP-001.md'),
      sop('2').files['qms-docs/sop/SOP-001.md'] ?? '',
    );
    rmSync(marker, { force: true });
  });
  afterEach(() => {
    rmSync(marker, { force: true });
  });

  const ask = (...argv: readonly string[]): Promise<Answer> =>
    runCommand(['--anchor', anchor, ...argv], clone);

  test('the traps are armed: stock git starts them', () => {
    for (const args of [['status'], ['diff'], ['add', '.']]) {
      rmSync(marker, { force: true });
      spawnSync('git', args, { cwd: clone, env: stockEnvironment });
      expect(existsSync(marker), args.join(' ')).toBe(true);
    }
  });

  test.each([
    'verify',
    'verify 3',
    'list',
    'show SOP-001',
    'history SOP-001',
    'check',
    'check --staged',
    'check --base HEAD',
    'hook pre-commit',
  ])('qms %s starts none', async (line) => {
    const answer = await ask(...line.split(' '));
    expect(existsSync(marker)).toBe(false);
    expect(answer.stderr).not.toContain(' has a fault');
    expect(answer.code).toBeLessThan(3);
  });

  test('qms hook pre-receive starts none', async () => {
    const stdin = new PassThrough();
    const id = register.releases[2]?.tag ?? '';
    stdin.end(
      `${register.release1()} ${register.main} refs/heads/main\n${'0'.repeat(40)} ${id} refs/tags/qms/approve/x\n`,
    );
    const answer = await runCommand(['hook', 'pre-receive', '--anchor', anchor], clone, { stdin });
    expect(existsSync(marker)).toBe(false);
    expect(answer.code).toBe(1);
  });
});
