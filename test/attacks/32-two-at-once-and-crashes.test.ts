/**
 * Threat: Two releases or approvals are made at once, or a command is killed or runs into a full
 * disk in the middle.
 * Decision: Each lands whole or not at all and says what to do; nothing is lost or half made, and
 * the same command can be run again.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, runCommand } from '../support/command.ts';
import { CommandShop } from '../support/command-shop.ts';

const bin = path.resolve(import.meta.dirname, '../../src/cli/bin.ts');
const node = ['--import', import.meta.resolve('tsx'), bin] as const;
/** Ten processes on a busy machine. */
const slow = 240_000;
const ten = Array.from({ length: 10 }, (_, at) => `SOP-${String(at + 1).padStart(3, '0')}`);

describe('many at once against one bare repository', () => {
  const shop = new CommandShop();
  const server = path.join(shop.folder, 'server.git');
  let anchor = '';

  const git = (folder: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
  const cloneOf = (name: string): string => {
    const folder = path.join(shop.folder, name);
    execFileSync('git', ['clone', '-q', server, folder]);
    git(folder, 'config', 'qms.anchor', anchor);
    return folder;
  };
  /** A command as a process of its own, at the machine's time. */
  const start = async (folder: string, ...argv: readonly string[]): Promise<Answer> => {
    const child = spawn(process.execPath, [...node, ...argv], {
      cwd: folder,
      env: shop.environment('alice'),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number>((resolve) => {
      child.on('close', (exit) => {
        resolve(exit ?? -1);
      });
    });
    return { code, stdout, stderr };
  };
  const here = (folder: string, ...argv: readonly string[]): Promise<Answer> =>
    runCommand(argv, folder, { env: shop.environment('alice') });
  const expectSound = async (folder: string): Promise<void> => {
    const verified = await here(folder, 'verify', '--anchor', anchor);
    expect([verified.code, verified.stderr]).toEqual([0, expect.any(String)]);
    expect(git(folder, 'fsck', '--strict', '--no-dangling', '--no-progress')).toBe('');
  };

  beforeAll(async () => {
    anchor = await shop.found();
    await shop.draft();
    const text = shop.read('qms-docs/sop/SOP-001.md');
    for (const id of ten) shop.write(`qms-docs/sop/${id}.md`, text.replace('SOP-001', id));
    shop.commit('alice', 'Ten procedures');
    execFileSync('git', ['init', '-q', '--bare', '--initial-branch=main', server]);
    shop.git('alice', 'remote', 'add', 'origin', server);
    shop.git('alice', 'push', '-q', 'origin', 'main', 'register', 'refs/tags/qms/*');
  });
  afterAll(() => {
    shop.remove();
  });

  it(
    'ten approvals all land',
    async () => {
      const clones = ten.map((id) => ({ id, folder: cloneOf(`approves-${id}`) }));
      const answers = await Promise.all(
        clones.map(({ id, folder }) => start(folder, 'approve', id, '--push')),
      );
      expect(answers.map(({ code, stderr }) => (code === 0 ? '' : stderr))).toEqual(
        ten.map(() => ''),
      );
      expect(git(server, 'tag', '-l', 'qms/approve/*').split('\n')).toHaveLength(10);
      await expectSound(server);
    },
    slow,
  );

  it(
    'ten releases: one lands, nine name the number they lost, and land one after another',
    async () => {
      const clones = ten.map((id) => ({ id, folder: cloneOf(`releases-${id}`) }));
      const answers = await Promise.all(
        clones.map(async ({ id, folder }) => ({
          id,
          folder,
          before: git(folder, 'for-each-ref'),
          answer: await start(folder, 'release', id, '--push'),
        })),
      );
      const lost = answers.filter(({ answer }) => answer.code !== 0);
      expect(lost).toHaveLength(9);
      expect(git(server, 'tag', '-l', 'qms/release/*').split('\n')).toHaveLength(2);
      await expectSound(server);
      for (const { answer, folder, before } of lost) {
        expect(answer.code).toBe(2);
        expect(answer.stderr).toContain('qms/release/2');
        expect(answer.stderr).toContain('git fetch origin --tags');
        expect(answer.stderr).toContain('run the command again');
        expect(git(folder, 'for-each-ref')).toBe(before);
      }
      for (const { id, folder } of lost) {
        git(folder, 'fetch', '-q', 'origin', '--tags');
        const again = await here(folder, 'release', id, '--push');
        expect([again.code, again.code === 0 ? '' : again.stderr]).toEqual([0, '']);
      }
      expect(git(server, 'tag', '-l', 'qms/release/*').split('\n')).toHaveLength(11);
      await expectSound(server);
    },
    slow,
  );

  it(
    'a release made without a push that lost its number: the message says how to take it back',
    async () => {
      const one = cloneOf('one');
      const other = cloneOf('other');
      for (const [folder, id] of [
        [one, 'SOP-001'],
        [other, 'SOP-002'],
      ] as const) {
        expect((await here(folder, 'verify')).code).toBe(0);
        expect((await here(folder, 'approve', id, '--confirm', '--push')).code).toBe(0);
      }
      expect((await here(other, 'release', '--confirm', 'SOP-002')).code).toBe(0);
      expect((await here(one, 'release', '--confirm', 'SOP-001', '--push')).code).toBe(0);
      expect((await here(other, 'approve', 'SOP-003', '--confirm')).code).toBe(0);
      const refused = await here(other, 'release', '--confirm', 'SOP-003', '--push');
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('qms/release/12 lost to what origin holds');
      const steps = /Take your own back and fetch: (.*) && qms verify\./u.exec(refused.stderr)?.[1];
      execFileSync('sh', ['-c', steps ?? 'false'], { cwd: other, stdio: 'pipe' });
      expect((await here(other, 'verify')).stdout).toContain('verified: 12 releases');
      const again = await here(other, 'release', '--confirm', 'SOP-002', '--push');
      expect([again.code, again.code === 0 ? '' : again.stderr]).toEqual([0, '']);
      await expectSound(other);
      await expectSound(server);
    },
    slow,
  );

  it(
    'two releases in one clone: one is recorded, and the other says what to do',
    async () => {
      const folder = cloneOf('shared');
      for (const id of ['SOP-004', 'SOP-005']) {
        expect((await here(folder, 'approve', id, '--confirm')).code).toBe(0);
      }
      const answers = await Promise.all(
        ['SOP-004', 'SOP-005'].map((id) => start(folder, 'release', '--confirm', id)),
      );
      await expectSound(folder);
      for (const [at, id] of ['SOP-004', 'SOP-005'].entries()) {
        const { code, stderr } = answers[at] ?? { code: -1, stderr: '' };
        if (code === 0) continue;
        expect(stderr).toMatch(/ref-exists|rm "[^"]+\.lock"/u);
        const again = await here(folder, 'release', '--confirm', id);
        expect([again.code, again.code === 0 ? '' : again.stderr]).toEqual([0, '']);
      }
      expect(git(folder, 'tag', '-l', 'qms/release/*').split('\n')).toHaveLength(15);
      await expectSound(folder);
    },
    slow,
  );
});

describe('a command that was ended in the middle', () => {
  const shop = new CommandShop();
  beforeAll(async () => {
    await shop.found();
    await shop.draft();
  });
  afterAll(() => {
    shop.remove();
  });

  it('what a killed writer left beside a document is taken away, and what another writes stays', async () => {
    const folder = path.join(shop.top, 'qms-docs/sop');
    const left = path.join(folder, '.SOP-002.md.999999999-0123abcd.new');
    const running = path.join(folder, `.SOP-003.md.${String(process.ppid)}-0123abcd.new`);
    for (const file of [left, running]) writeFileSync(file, '---\nid: SOP');
    await shop.do('alice', 'new', 'sop', 'Selling');
    expect([existsSync(left), existsSync(running)]).toEqual([false, true]);
    expect(shop.read('qms-docs/sop/SOP-002.md')).toContain('title: Selling');
    rmSync(running);
    rmSync(path.join(folder, 'SOP-002.md'));
  });

  it('a founding that ended before its last step is completed, and the anchor is said', async () => {
    const anchor = shop.git('alice', 'config', 'qms.anchor').trim();
    // With a head that was noted, somebody founds twice.
    expect((await shop.run('alice', 'init', '--yes')).stderr).toContain('cli/already-founded');
    shop.git('alice', 'config', '--unset', 'qms.head');
    shop.git('alice', 'update-ref', '-d', 'refs/heads/register');
    const again = await shop.do('alice', 'init', '--yes');
    expect(again.stdout.trim()).toBe(anchor);
    expect(shop.git('alice', 'config', 'qms.head').trim()).toBe(`1:${anchor}`);
    expect(shop.git('alice', 'rev-parse', 'register')).toBe(
      shop.git('alice', 'rev-parse', 'qms/release/1^{commit}'),
    );
  });

  it.runIf(existsSync('/dev/full'))('output that a full disk does not take is named', () => {
    const script = 'exec "$@" > /dev/full';
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', script, '-', process.execPath, ...node, 'list'],
      {
        cwd: shop.top,
        encoding: 'utf8',
      },
    );
    expect(stderr).toMatch(/The output could not be written: .*no space left/u);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(2);
  });

  it('an anchor that release 1 does not have completes nothing', async () => {
    const anchor = shop.git('alice', 'config', 'qms.anchor').trim();
    shop.git('alice', 'config', '--unset', 'qms.head');
    shop.git('alice', 'config', 'qms.anchor', `sha256:${'0'.repeat(64)}`);
    const again = await shop.run('alice', 'init', '--yes');
    expect(again.stderr).toContain('cli/already-founded');
    shop.git('alice', 'config', 'qms.anchor', anchor);
    await shop.do('alice', 'verify');
  });

  it('a branch that a killed release left behind is moved on by the next one', async () => {
    await shop.do('alice', 'approve', 'SOP-001');
    const first = shop.git('alice', 'rev-parse', 'register').trim();
    await shop.do('alice', 'release', 'SOP-001');
    const second = shop.git('alice', 'rev-parse', 'register').trim();
    shop.git('alice', 'update-ref', 'refs/heads/register', first);
    const again = await shop.run('alice', 'release', 'SOP-001');
    expect(again.stderr).toContain('is released already');
    expect(shop.git('alice', 'rev-parse', 'register').trim()).toBe(second);
    // Somebody's own branch of that name is nothing to move.
    const main = shop.git('alice', 'rev-parse', 'main').trim();
    shop.git('alice', 'update-ref', 'refs/heads/register', main);
    await shop.run('alice', 'release', 'SOP-001');
    expect(shop.git('alice', 'rev-parse', 'register').trim()).toBe(main);
    shop.git('alice', 'update-ref', 'refs/heads/register', second);
  });

  it('every lock in the way is named, with the command that removes it', async () => {
    const locks: readonly (readonly [string, readonly string[]])[] = [
      ['refs/tags/qms/approve/SOP-001/1/alice.3.lock', ['approve', 'SOP-001', '--withdraw']],
      ['refs/heads/register.lock', ['release', '--confirm', 'SOP-001']],
    ];
    await shop.do('alice', 'approve', 'SOP-001', '--confirm');
    for (const without of [undefined, 'isomorphic']) {
      for (const [name, argv] of locks) {
        const lock = path.join(shop.top, '.git', name);
        mkdirSync(path.dirname(lock), { recursive: true });
        writeFileSync(lock, '');
        const env = shop.environment('alice');
        const now = () => new Date((shop.now += 60) * 1000);
        const given = without === undefined ? env : { ...env, QMS_GIT_STORE: without };
        const answer = await runCommand(argv, shop.top, { env: given, now });
        expect([answer.code, answer.stderr]).toEqual([2, expect.any(String)]);
        expect(answer.stderr).toContain(`run the same command again: rm "${lock}"`);
        rmSync(lock);
      }
    }
    await shop.do('alice', 'release', '--confirm', 'SOP-001');
  });
});
