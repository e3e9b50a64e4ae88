import { ScratchRepository, fixedEnvironment, scratchFolder } from './scratch-repository.ts';
import { describe, expect, it } from 'vitest';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { normalizeKey, parseConfig, setInConfig } from '../../src/git/config-file.ts';
import {
  readConfig,
  readConfigAll,
  writeConfig,
  changeOwnConfig,
} from '../../src/git/configuration.ts';
import { absent, codeOf, describeBothStores } from './both-stores.ts';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { join } from 'node:path';
import { listIndex } from '../../src/git/index-file.ts';
import { openRepository, readLocalConfig } from '../../src/git/repository.ts';
import { resolveCommit } from '../../src/git/resolve-commit.ts';
import { runGit } from '../../src/git/git-program.ts';

describe('openRepository', () => {
  it('finds Git folder and work tree as git does, from anywhere in them', async () => {
    const scratch = new ScratchRepository();
    scratch.commit('a/b/c', 'x');
    const linked = join(scratchFolder(), 'linked');
    scratch.git('worktree', 'add', '-q', '-b', 'side', linked);
    const bare = new ScratchRepository(['--bare']);
    const separate = join(scratchFolder(), 'work');
    execFileSync(
      'git',
      ['init', '-q', '--separate-git-dir', join(scratchFolder(), 'g'), separate],
      {
        env: fixedEnvironment,
      },
    );
    const ask = (folder: string, ...args: readonly string[]): string =>
      execFileSync('git', ['-C', folder, 'rev-parse', '--path-format=absolute', ...args], {
        env: fixedEnvironment,
      })
        .toString()
        .trim();
    const inside = [
      scratch.folder,
      join(scratch.folder, 'a/b'),
      linked,
      join(linked, 'a'),
      separate,
    ];
    for (const folder of [...inside, bare.folder, join(bare.folder, 'refs')]) {
      const repository = await openRepository(folder, {});
      expect(repository.gitDir).toBe(ask(folder, '--git-dir'));
      expect(repository.commonDir).toBe(ask(folder, '--git-common-dir'));
      const top = inside.includes(folder) ? ask(folder, '--show-toplevel') : undefined;
      expect(repository.workTree).toBe(top);
    }
    const within = await openRepository(join(scratch.folder, '.git/refs'), {});
    expect(within).toMatchObject({
      gitDir: join(scratch.folder, '.git'),
      workTree: scratch.folder,
    });
  });

  it('goes by the folder alone, not by GIT_DIR of a hook', async () => {
    const one = new ScratchRepository();
    const two = new ScratchRepository();
    const env = {
      ...fixedEnvironment,
      GIT_DIR: join(one.folder, '.git'),
      GIT_WORK_TREE: one.folder,
    };
    const repository = await openRepository(two.folder, env);
    expect(repository.workTree).toBe(two.folder);
    await writeConfig(repository, 'qms.anchor', 'x');
    expect(two.git('config', 'qms.anchor')).toBe('x');
    expect(await readLocalConfig(await one.open(), 'qms.anchor')).toBe(undefined);
  });

  it('says that there is no repository', async () => {
    const folder = scratchFolder();
    expect(await codeOf(openRepository(folder, {}))).toBe('git/not-a-repository');
    expect(await codeOf(openRepository(join(folder, 'none'), {}))).toBe('git/not-a-repository');
    writeFileSync(join(folder, '.git'), 'gitdir: nowhere\n');
    expect(await codeOf(openRepository(folder, {}))).toBe('git/not-a-repository');
    mkdirSync(join(folder, 'b/.git'), { recursive: true });
    expect(await codeOf(openRepository(join(folder, 'b'), {}))).toBe('git/not-a-repository');
  });

  it('says that a configuration is broken, instead of going on without it', async () => {
    const scratch = new ScratchRepository();
    writeFileSync(join(scratch.folder, '.git/config'), '[core\n');
    const repository = await openRepository(scratch.folder, fixedEnvironment);
    expect(await codeOf(readLocalConfig(repository, 'qms.anchor'))).toBe('git/failed');
  });
});

describeBothStores('resolveCommit', ({ open }) => {
  it('finds HEAD, branches, tags, remote branches, full names, ids and their beginnings', async () => {
    const scratch = new ScratchRepository();
    const one = scratch.commit('a', 'a');
    scratch.git('tag', '-a', '-m', 'x', 'v1');
    scratch.git('tag', '-a', '-m', 'x', 'v2', 'v1');
    scratch.git('update-ref', 'refs/remotes/origin/main', one);
    const two = scratch.commit('b', 'b');
    const blob = scratch.git('rev-parse', 'HEAD:a');
    const repository = await scratch.open();
    const store = open(repository);
    const resolve = (name: string): Promise<string> => resolveCommit(repository, store, name);
    for (const name of ['HEAD', 'main', 'heads/main', 'refs/heads/main', two, two.slice(0, 7)]) {
      expect([name, await resolve(name)]).toEqual([name, two]);
    }
    for (const name of [
      'v1',
      'v2',
      'tags/v1',
      'refs/tags/v2',
      'origin/main',
      one,
      one.slice(0, 12),
    ]) {
      expect([name, await resolve(name)]).toEqual([name, one]);
    }
    scratch.git('pack-refs', '--all');
    scratch.git('repack', '-adq');
    scratch.git('checkout', '-q', '--detach', one);
    expect(await resolve('HEAD')).toBe(one);
    expect(await resolve('v1')).toBe(one);
    expect(await resolve(two.slice(0, 8))).toBe(two);
    for (const name of [
      '',
      'none',
      '--all',
      'HEAD~1',
      'abcd',
      '../config',
      'main:a',
      blob.slice(0, 9),
    ]) {
      expect([name, await codeOf(resolve(name))]).toEqual([name, 'git/name-unknown']);
    }
    expect(await codeOf(resolve(blob))).toBe('git/object-type');
    expect(await codeOf(resolve(absent))).toBe('git/object-missing');
  });

  it('says that there is no commit yet', async () => {
    const repository = await new ScratchRepository().open();
    expect(await codeOf(resolveCommit(repository, open(repository), 'HEAD'))).toBe(
      'git/name-unknown',
    );
  });
});

describe('listIndex', () => {
  it('lists what the next commit holds, as staged, with odd names', async () => {
    const scratch = new ScratchRepository();
    scratch.commit('a/ä\t"x"', 'one');
    writeFileSync(join(scratch.folder, 'b'), 'two');
    scratch.git('add', 'b');
    writeFileSync(join(scratch.folder, 'b'), 'not staged');
    const repository = await openRepository(join(scratch.folder, 'a'), fixedEnvironment);
    expect(await listIndex(repository)).toEqual([
      { path: 'a/ä\t"x"', mode: '100644', id: scratch.git('rev-parse', ':a/ä\t"x"'), stage: 0 },
      { path: 'b', mode: '100644', id: scratch.blob('two'), stage: 0 },
    ]);
  });

  it('is the index of the commit that is being made, in its hook', async () => {
    const scratch = new ScratchRepository();
    scratch.commit('a', 'a');
    const other = join(scratch.folder, '.git/other-index');
    const env = { ...fixedEnvironment, GIT_INDEX_FILE: '.git/other-index' };
    execFileSync('git', ['read-tree', '--empty'], { cwd: scratch.folder, env });
    expect(existsSync(other)).toBe(true);
    expect(await listIndex(await scratch.open(env))).toEqual([]);
    expect((await listIndex(await scratch.open())).length).toBe(1);
  });
});

describe.each([
  ['with git', {}],
  ['without git', { QMS_GIT_STORE: 'isomorphic' }],
])('configuration %s', (_how, how) => {
  it('reads user and repository, the repository last, and only the repository where asked', async () => {
    const scratch = new ScratchRepository();
    const global = join(scratchFolder(), 'gitconfig');
    writeFileSync(
      global,
      '[user]\n\tname = Global\n\tsigningKey = "a;b" # c\n[qms]\n\tanchor = not-this\n',
    );
    scratch.git('config', 'user.name', 'Local');
    const repository = await scratch.open({
      ...fixedEnvironment,
      ...how,
      GIT_CONFIG_GLOBAL: global,
    });
    expect(await readConfig(repository, 'user.name')).toBe('Local');
    expect(await readConfigAll(repository, 'user.name')).toEqual(['Global', 'Local']);
    expect(await readConfig(repository, 'user.SIGNINGKEY')).toBe('a;b');
    expect(await readConfig(repository, 'user.none')).toBe(undefined);
    expect(await readLocalConfig(repository, 'qms.anchor')).toBe(undefined);
  });

  it('writes what git reads, changes what is there, and keeps the rest', async () => {
    const scratch = new ScratchRepository();
    const repository = await scratch.open({ ...fixedEnvironment, ...how });
    const file = join(scratch.folder, '.git/config');
    writeFileSync(file, `${readFileSync(file, 'utf8')}# kept\n[user] name = A ; kept too\n`);
    const odd = 'sha256:"\\ #;\t x ';
    await writeConfig(repository, 'qms.anchor', odd);
    await writeConfig(repository, 'qms.head', '1');
    await writeConfig(repository, 'qms.head', '2');
    await writeConfig(repository, 'user.name', 'B');
    expect(scratch.gitBytes(['config', '-z', 'qms.anchor']).toString()).toBe(`${odd}\0`);
    expect(scratch.git('config', '--get-all', 'qms.head')).toBe('2');
    expect(scratch.git('config', '--get-all', 'user.name')).toBe('B');
    expect(await readLocalConfig(repository, 'qms.anchor')).toBe(odd);
    expect(readFileSync(file, 'utf8')).toContain('# kept');
    writeFileSync(`${file}.lock`, '');
    expect(await codeOf(writeConfig(repository, 'qms.head', '3'))).toBe('git/write-failed');
    expect(scratch.git('config', 'qms.head')).toBe('2');
  });

  it('changes a setting by what it held, one after the other, and the rest stays byte for byte', async () => {
    const scratch = new ScratchRepository();
    const repository = await scratch.open({ ...fixedEnvironment, ...how });
    const file = join(scratch.folder, '.git/config');
    const before = Buffer.concat([readFileSync(file), Buffer.from('# M\xfcller\n', 'latin1')]);
    writeFileSync(file, before);
    chmodSync(file, 0o664);
    const next = (known = '0'): string => String(Number(known) + 1);
    await Promise.all(
      Array.from({ length: 10 }, () => changeOwnConfig(repository, 'qms.count', next)),
    );
    expect(scratch.git('config', 'qms.count')).toBe('10');
    expect(readFileSync(file).subarray(0, before.length).equals(before)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o664);
    const held: (string | undefined)[] = [];
    await changeOwnConfig(repository, 'qms.count', (known) => void held.push(known));
    expect([held, existsSync(`${file}.lock`)]).toEqual([['10'], false]);
  });

  it('changes the file behind a link, as git does', async () => {
    const scratch = new ScratchRepository();
    const repository = await scratch.open({ ...fixedEnvironment, ...how });
    const file = join(scratch.folder, '.git/config');
    renameSync(file, `${file}.kept`);
    symlinkSync('config.kept', file);
    await changeOwnConfig(repository, 'user.name', () => 'M\u00fcller');
    expect(scratch.git('config', 'user.name')).toBe('M\u00fcller');
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
  });
});

describe('parseConfig', () => {
  it('reads what setInConfig wrote, whatever the value, and so does git', () => {
    const scratch = new ScratchRepository();
    const key = fc.constantFrom('qms.anchor', 'remote.a.B c.url', 'Core.Bare');
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            key,
            fc.string().map((text) => text.replace(/[\0\r]/g, '')),
          ),
          { maxLength: 4 },
        ),
        (settings) => {
          let text = '';
          const expected = new Map<string, string>();
          for (const [name, value] of settings) {
            const before = parseConfig(text);
            text = setInConfig(text, before.ok ? before.value : [], name, value);
            expected.set(normalizeKey(name), value);
          }
          const config = parseConfig(text);
          expect(
            config.ok && new Map(config.value.map(({ key: name, value }) => [name, value])),
          ).toEqual(expected);
          const listed = scratch.gitBytes(['config', '-z', '-f', '-', '--list'], text).toString();
          const entries = listed
            .split('\0')
            .filter(Boolean)
            .map((entry) => {
              const at = entry.indexOf('\n');
              return [entry.slice(0, at), entry.slice(at + 1)] as const;
            });
          expect(new Map(entries)).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(['[a]\nb = "c\n', '[a\n', 'b = c\n', '[a]\nb = \\q\n', '[a]\n= c\n', '[a]\nb c\n'])(
    'refuses %j',
    (text) => {
      expect(parseConfig(text).ok).toBe(false);
    },
  );

  it('reads continued lines, comments, bare names and old section names', () => {
    const config = parseConfig(
      '[A.b]\r\n\tone = x \\\n y # no\r\n  two\n[c "D\\"e"] three = " q " ;\n',
    );
    expect(config.ok && config.value.map(({ key, value }) => `${key}=${value}`)).toEqual([
      'a.b.one=x  y',
      'a.b.two=true',
      'c.D"e.three= q ',
    ]);
  });
});

describe('runGit', () => {
  it('gives output, and the exit codes that are an answer', async () => {
    const scratch = new ScratchRepository();
    const options = { cwd: scratch.folder, env: fixedEnvironment };
    expect((await runGit(['config', 'none.none'], { ...options, allowExit: [1] })).exit).toBe(1);
    expect(await codeOf(runGit(['config', 'none.none'], options))).toBe('git/failed');
    expect(await codeOf(runGit(['version'], { ...options, cwd: join(scratch.folder, 'x') }))).toBe(
      'git/failed',
    );
    expect(await codeOf(runGit(['version'], { ...options, env: { PATH: scratch.folder } }))).toBe(
      'git/program-missing',
    );
  });
});
