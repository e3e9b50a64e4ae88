/**
 * Threat: A repository names its objects by SHA-256, keeps its refs as reftable, or is laid out in a
 * way that only newer programs know, and is taken for an empty or a good one.
 * Decision: Each format has its own words, nothing is guessed from what can be read of it, and the
 * outcome is undecided in every command.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import { stockEnvironment } from '../support/raw-repository.ts';
import { shop } from '../support/shop.ts';
import { runCommand } from '../support/command.ts';
import type { StockRegister } from '../support/stock-register.ts';

const layout = (version: number, extension: string) =>
  `[core]\n\trepositoryformatversion = ${String(version)}\n[extensions]\n\t${extension}\n`;

/** What makes a repository one that can't be read; by stock git, or as a newer git lays it out. */
const formats: readonly [
  what: string,
  make: (folder: string) => void,
  code: string,
  words: RegExp,
][] = [
  [
    'objects named by SHA-256',
    (folder) => {
      rmSync(folder, { recursive: true });
      const options = ['--bare', '--object-format=sha256'];
      execFileSync('git', ['init', '-q', ...options, folder], { env: stockEnvironment });
    },
    'git/object-format-unsupported',
    /names its objects by sha256; only sha1 can be read/,
  ],
  [
    'reftable, as git 2.45 makes it',
    (folder) => {
      appendFileSync(join(folder, 'config'), layout(1, 'refStorage = reftable'));
      for (const name of ['refs', 'packed-refs']) {
        rmSync(join(folder, name), { recursive: true, force: true });
      }
      mkdirSync(join(folder, 'refs'));
      mkdirSync(join(folder, 'reftable'));
      writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/.invalid\n');
      writeFileSync(join(folder, 'refs/heads'), 'this repository uses the reftable format\n');
      writeFileSync(join(folder, 'reftable/tables.list'), '0x000000000001-0x000000000001-a.ref\n');
    },
    'git/ref-storage-unsupported',
    /stores its refs as reftable; only files can be read/,
  ],
  [
    'reftable declared beside files that say otherwise',
    (folder) => {
      appendFileSync(join(folder, 'config'), layout(1, 'refStorage = reftable'));
    },
    'git/ref-storage-unsupported',
    /reftable/,
  ],
  [
    'an extension of Git that nobody here knows',
    (folder) => {
      appendFileSync(join(folder, 'config'), layout(1, 'novelty = true'));
    },
    'git/repository-format-unsupported',
    /extensions of Git that are not known here: novelty/,
  ],
  [
    'a layout of a later version',
    (folder) => {
      appendFileSync(join(folder, 'config'), layout(2, 'noop = true'));
    },
    'git/repository-format-unsupported',
    /layout version 2; only 0 and 1 can be read/,
  ],
];

/** A command in the repository, through one of the stores. */
const ask = (register: StockRegister, store: string, ...argv: string[]) =>
  runCommand([...argv, '--anchor', register.anchor], register.repository.folder, {
    env: { ...stockEnvironment, QMS_GIT_STORE: store },
    now: () => new Date((register.clock + 3600) * 1000),
  });

describe.each(['git', 'isomorphic'] as const)(
  'a format that can not be read (store %s)',
  (store) => {
    test('a plain repository is verified', async () => {
      const register = shop();
      expectVerified(await verify(register, { store }));
      expect((await ask(register, store, 'verify')).code).toBe(0);
    });

    test.each(formats)(
      '%s is an unknown with words of its own',
      async (_what, make, code, words) => {
        const register = shop();
        make(register.repository.folder);
        const verification = await verify(register, { store, head: register.head() });
        expectProblem(verification, { code, severity: 'unknown', upTo: 0 });
        // Nothing is guessed: neither that releases are gone, nor that there is none.
        expect(verification.problems.map((problem) => problem.code)).toEqual([code]);
        for (const argv of [['verify'], ['list'], ['show', 'SOP-001'], ['serve', '--port', '0']]) {
          const { code: exit, stderr, stdout } = await ask(register, store, ...argv);
          expect([argv, exit]).toEqual([argv, 2]);
          expect(stderr).toContain(code);
          expect(stderr).toMatch(words);
          expect(stdout + stderr).not.toMatch(/fault|\bat .*\.ts:/);
        }
      },
    );
  },
);

describe('a git that can not be relied on', () => {
  const broken: readonly [what: string, script: string][] = [
    ['fails', 'echo "a library is missing" >&2\nexit 127'],
    ['says nothing', 'exit 0'],
    ['is another program', 'echo hello\nexit 0'],
  ];

  test.each(broken)(
    'that %s leaves it undecided, and calls nothing damaged',
    async (_what, script) => {
      const register = shop();
      const { folder } = register.repository;
      const programs = join(folder, '..', 'programs');
      mkdirSync(programs);
      writeFileSync(join(programs, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const env = { ...stockEnvironment, PATH: programs };
      for (const argv of [['verify'], ['list'], ['show', 'SOP-001'], ['serve', '--port', '0']]) {
        const { code, stderr } = await runCommand([...argv, '--anchor', register.anchor], folder, {
          env,
        });
        expect([argv, code]).toEqual([argv, 2]);
        expect(stderr).toContain('git/failed');
        expect(stderr).toContain('QMS_GIT_STORE=isomorphic');
        expect(stderr).not.toContain('git/object-corrupt');
      }
      const without = { ...env, QMS_GIT_STORE: 'isomorphic' };
      const options = { env: without };
      expect(
        (await runCommand(['verify', '--anchor', register.anchor], folder, options)).code,
      ).toBe(0);
    },
  );

  test('that is not there is not needed', async () => {
    const register = shop();
    const env = { ...stockEnvironment, PATH: '/nonexistent' };
    const argv = ['verify', '--anchor', register.anchor];
    expect((await runCommand(argv, register.repository.folder, { env })).code).toBe(0);
    expect((await runCommand(['list'], register.repository.folder, { env })).code).toBe(2);
  });

  test('that distrusts the owner of the folder is not asked for trust: nothing configured is run', async () => {
    const register = shop();
    const { folder } = register.repository;
    const env = { ...stockEnvironment, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
    expect(() => execFileSync('git', ['status'], { cwd: folder, env, stdio: 'pipe' })).toThrow(
      /dubious ownership/,
    );
    expect((await runCommand(['verify', '--anchor', register.anchor], folder, { env })).code).toBe(
      0,
    );
  });
});
