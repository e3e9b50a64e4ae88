import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ScratchRepository, fixedEnvironment, scratchFolder } from './scratch-repository.ts';
import { describe, expect, it } from 'vitest';
import { absent, asText, codeOf, faultOf } from './both-stores.ts';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { openGitProcessStore } from '../../src/git/git-process-store.ts';
import { openStore } from '../../src/git/open-store.ts';

describe('the store over git', () => {
  it('reads new objects inside the quarantine of a hook', async () => {
    const scratch = new ScratchRepository();
    scratch.commit('a', 'a');
    const quarantine = join(scratch.folder, '.git/objects/incoming');
    mkdirSync(quarantine);
    const env = {
      ...fixedEnvironment,
      GIT_OBJECT_DIRECTORY: quarantine,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: join(scratch.folder, '.git/objects'),
      GIT_QUARANTINE_PATH: quarantine,
    };
    const id = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: scratch.folder,
      env,
      input: 'new',
    })
      .toString()
      .trim();
    const head = scratch.git('rev-parse', 'HEAD');
    const inside = openGitProcessStore(await scratch.open(env));
    const outside = openGitProcessStore(await scratch.open());
    const found = await inside.read([id, head]);
    expect(asText(found.get(id))).toBe('new');
    expect(faultOf(found.get(head))).toBe(undefined);
    expect(await inside.has([id, head])).toEqual(new Set([id, head]));
    expect(faultOf((await outside.read([id])).get(id))).toBe('missing');
    await inside.close();
    await outside.close();
  });

  it('starts nothing that the configuration of a repository names', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    const trap = join(scratch.folder, 'trap');
    writeFileSync(trap, `#!/bin/sh\ntouch ${scratch.folder}/sprung\n`, { mode: 0o755 });
    for (const key of ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.gitProxy']) {
      scratch.git('config', key, trap);
    }
    scratch.git('config', 'remote.origin.url', `ext::${trap}`);
    scratch.git('config', 'remote.origin.promisor', 'true');
    scratch.git('config', 'protocol.ext.allow', 'always');
    const store = openGitProcessStore(await scratch.open());
    await store.refs('refs/');
    const found = await store.read([id, absent]);
    expect(faultOf(found.get(id))).toBe(undefined);
    expect(faultOf(found.get(absent))).toBe('missing');
    await store.close();
    expect(() => readFileSync(join(scratch.folder, 'sprung'))).toThrow('ENOENT');
  });

  it('goes on with another process when git was killed', async () => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    const shim = scratchFolder();
    const real = execFileSync('sh', ['-c', 'command -v git']).toString().trim();
    // A git whose first reader dies without a word.
    writeFileSync(
      join(shim, 'git'),
      `#!/bin/sh\ncase "$*" in *cat-file*) if [ ! -e ${shim}/once ]; then touch ${shim}/once; exit 9; fi;; esac\nexec ${real} "$@"\n`,
      { mode: 0o755 },
    );
    const env = { ...fixedEnvironment, PATH: `${shim}:${process.env['PATH'] ?? ''}` };
    const store = openGitProcessStore(await scratch.open(env));
    expect(faultOf((await store.read([id])).get(id))).toBe(undefined);
    await store.close();
  });

  it.each([
    ['fails', 'echo cannot >&2\nexit 9'],
    ['says nothing', 'exit 0'],
    ['says something else', 'echo hello\nexit 0'],
    ['answers in another way', 'while read line; do echo "$line is here"; done'],
    ['knows every object', 'while read line; do printf "%s blob 2\\nxx\\n" "$line"; done'],
  ])('says that git fails, and calls no object damaged, when git %s', async (_what, script) => {
    const scratch = new ScratchRepository();
    const id = scratch.commit('a', 'a');
    const shim = scratchFolder();
    writeFileSync(join(shim, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const store = openGitProcessStore(await scratch.open({ ...fixedEnvironment, PATH: shim }));
    expect(await codeOf(store.read([id, absent]))).toBe('git/failed');
    // Refs are read without git, so that it can not make them seem fewer than they are.
    expect(await store.refs('refs/')).toEqual([{ name: 'refs/heads/main', id }]);
    await store.close();
  });
});

describe('openStore', () => {
  it('takes git where there is one, otherwise isomorphic-git, and what QMS_GIT_STORE says', async () => {
    const scratch = new ScratchRepository();
    const nowhere = scratchFolder();
    const name = async (env: NodeJS.ProcessEnv): Promise<string> => {
      const store = await openStore(await scratch.open({ ...fixedEnvironment, ...env }));
      await store.close();
      return store.constructor.name;
    };
    expect(await name({})).toBe('GitProcessStore');
    expect(await name({ PATH: nowhere })).toBe('IsomorphicStore');
    mkdirSync(join(nowhere, 'git'));
    expect(await name({ PATH: nowhere })).toBe('IsomorphicStore');
    expect(await name({ QMS_GIT_STORE: 'isomorphic' })).toBe('IsomorphicStore');
    expect(await name({ QMS_GIT_STORE: 'git' })).toBe('GitProcessStore');
    expect(await codeOf(name({ QMS_GIT_STORE: 'svn' }))).toBe('git/failed');
  });

  it('says that the program is not there when it is asked for and not there', async () => {
    const scratch = new ScratchRepository();
    const env = { ...fixedEnvironment, PATH: scratchFolder(), QMS_GIT_STORE: 'git' };
    const store = await openStore(await scratch.open(env));
    expect(await codeOf(store.read([absent]))).toBe('git/program-missing');
    await store.close();
  });
});
