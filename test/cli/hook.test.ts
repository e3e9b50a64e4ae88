import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import {
  commandFolder,
  installPreReceive,
  type Listening,
  serveGit,
} from '../support/hook-server.ts';
import { scratchFolder, stockEnvironment } from '../support/raw-repository.ts';
import { approvals, issue, people, rules, sop, wi } from '../support/shop.ts';
import { StockRegister } from '../support/stock-register.ts';

const bin = commandFolder(scratchFolder());
const withCommand = {
  ...stockEnvironment,
  PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
};
const present = () => Math.floor(Date.now() / 1000);

/** A register with SOP-001 1 whose story ended ten minutes ago, for a server with a real clock. */
function recentRegister(): StockRegister {
  const register = new StockRegister(people);
  register.clock = present() - 1800;
  const first = rules('1');
  register.commit(first.files, { by: 'carol' });
  register.release({ put: [first] });
  issue(register, sop('1'));
  return register;
}

interface Pushed {
  readonly code: number;
  readonly said: string;
}

/** Push refspecs with stock git. */
function push(
  register: StockRegister,
  address: string,
  refspecs: readonly string[],
  env: NodeJS.ProcessEnv = withCommand,
): Promise<Pushed> {
  const args = ['-C', register.repository.folder, 'push', '--atomic', address, ...refspecs];
  return new Promise((resolve) => {
    execFile('git', args, { env, encoding: 'utf8' }, (error, _stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: stderr });
    });
  });
}

const refsOf = (folder: string): string =>
  execFileSync('git', ['-C', folder, 'for-each-ref'], { env: stockEnvironment, encoding: 'utf8' });

function makeServer(folder: string, anchor: string | undefined): string {
  const server = path.join(folder, 'server.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', server], { env: stockEnvironment });
  installPreReceive(server, anchor);
  return server;
}

const everything = ['refs/heads/*', 'refs/tags/*'];
const byAlice = { by: 'alice', as: 'quality-manager approved' } as const;

describe.each(['file', 'http'] as const)(
  'a bare repository with the hook, over %s',
  (transport) => {
    const folder = scratchFolder();
    const register = recentRegister();
    const server = makeServer(folder, undefined);
    let listening: Listening | undefined;
    let address = '';

    beforeAll(async () => {
      if (transport === 'http') listening = await serveGit(folder, withCommand);
      address =
        listening === undefined ? pathToFileURL(server).href : `${listening.address}/server.git`;
    });
    afterAll(() => listening?.close());

    /** Expect a refusal that says the code behind `remote: `, and that nothing was taken. */
    const expectRefused = async (refspecs: readonly string[], code: string): Promise<void> => {
      const before = refsOf(server);
      const { code: exit, said } = await push(register, address, refspecs);
      expect(exit, said).toBe(1);
      const lines = said.split('\n').filter((line) => line.startsWith('remote: '));
      expect(lines.join('\n')).toContain('remote: qms: nothing of this push was taken.');
      expect(said).toContain(`(${code})`);
      expect(said).toContain('pre-receive hook declined');
      expect(lines.length).toBeLessThan(30);
      expect(Math.max(...lines.map((line) => line.trimEnd().length))).toBeLessThanOrEqual(100);
      expect(said).not.toContain('    at ');
      expect(refsOf(server)).toBe(before);
    };

    it('takes work before the anchor is set, and nothing of the register', async () => {
      await expectRefused(everything, 'anchor/missing');
      expect(await push(register, address, ['refs/heads/main'])).toMatchObject({ code: 0 });
      installPreReceive(server, register.anchor);
    });

    it('takes the register, then an approval, then the release that counts it', async () => {
      expect(await push(register, address, everything)).toMatchObject({ code: 0 });
      register.commit(sop('2').files);
      const both = approvals(register, sop('2'));
      expect(await push(register, address, everything)).toMatchObject({ code: 0 });
      register.release({ put: [sop('2')], approvals: both });
      const atOnce = await push(register, address, everything);
      expect(atOnce.code, atOnce.said).toBe(0);
      expect(refsOf(server)).toBe(refsOf(register.repository.folder));
    });

    it('refuses tags of the register that move, go or are forged', async () => {
      const { repository } = register;
      const tag = 'refs/tags/qms/release/2';
      await expectRefused(
        [`+${repository.git('rev-parse', 'qms/release/1')}:${tag}`],
        'push/tag-moved',
      );
      await expectRefused([`:${tag}`], 'push/tag-deleted');
      const forged = register.fork();
      const { tag: id } = forged.approve(wi('A'), { ...byAlice, change: { key: null } });
      repository.git('fetch', '-q', forged.repository.folder, id);
      await expectRefused(
        [`${id}:refs/tags/qms/approve/WI-001/A/alice`],
        'approval/signature-missing',
      );
    });

    it('refuses lost history, replace refs, branches below qms/ and objects over the limit', async () => {
      await expectRefused([`+${register.release1()}:refs/heads/main`], 'push/not-fast-forward');
      await expectRefused([`${register.main}:refs/heads/qms/x`], 'push/branch-name');
      await expectRefused([`${register.main}:refs/replace/${register.main}`], 'push/replace-ref');
      const { repository } = register;
      const large = repository.gitWithInput(
        Buffer.alloc(64 * 1024 * 1024 + 1),
        'hash-object',
        '-w',
        '--stdin',
      );
      const tree = repository.treeOf(new Map([['large.bin', { mode: '100644', id: large }]]));
      const commit = register.commitTree(tree, [register.main]);
      await expectRefused([`${commit}:refs/heads/large`], 'git/object-too-large');
    });

    it('lets branches of work and foreign tags pass', async () => {
      const { main } = register;
      const refspecs = [`${main}:refs/heads/work`, `${main}:refs/tags/v1`, `${main}:refs/notes/x`];
      expect(await push(register, address, refspecs)).toMatchObject({ code: 0 });
      expect(await push(register, address, [':refs/heads/work'])).toMatchObject({ code: 0 });
    });

    it('takes one of two releases of the same number', async () => {
      register.commit(wi('A').files);
      const other = register.fork();
      for (const one of [register, other]) {
        const approval = one.approve(wi('A'), byAlice);
        one.release({
          put: [wi('A')],
          approvals: [approval],
          comment: one === other ? 'Also.' : 'One.',
        });
      }
      const refspecs = ['refs/tags/qms/release/4', 'refs/heads/register', 'refs/heads/main'];
      const answers = await Promise.all([
        push(register, address, refspecs),
        push(other, address, refspecs),
      ]);
      expect(answers.map(({ code }) => code).sort()).toEqual([0, 1]);
      const tag = execFileSync('git', ['-C', server, 'rev-parse', 'qms/release/4'], {
        encoding: 'utf8',
      });
      expect(
        register.releases[3]?.tag === tag.trim() || other.releases[3]?.tag === tag.trim(),
      ).toBe(true);
      const verified = await runCommand(['verify', '--anchor', register.anchor], server);
      expect(verified.stdout).toContain('verified: 4 releases');
    });
  },
);

describe('the hook on the server', () => {
  const folder = scratchFolder();
  const register = recentRegister();
  const server = makeServer(folder, register.anchor);
  const address = pathToFileURL(server).href;
  const kept = path.join(server, 'qms/verified');

  it('keeps what it verified, and is not misled by a file that is damaged, old or gone', async () => {
    expect(await push(register, address, everything)).toMatchObject({ code: 0 });
    const approve = async (): Promise<void> => {
      register.approve(wi('A'), byAlice);
      const answer = await push(register, address, everything);
      expect(answer.code, answer.said).toBe(0);
    };
    await approve();
    const whole = readFileSync(kept);
    await approve();
    expect(readFileSync(kept).equals(whole)).toBe(true);
    for (const broken of [
      whole.subarray(0, 900),
      Buffer.from('x'),
      Buffer.concat([whole, whole]),
    ]) {
      writeFileSync(kept, broken);
      await approve();
      expect(readFileSync(kept).length).toBeGreaterThan(whole.length / 2);
    }
  });

  it('takes nothing where the command is not installed', async () => {
    const git = path.dirname(execFileSync('which', ['git'], { encoding: 'utf8' }).trim());
    register.commit({ note: 'x' });
    const env = { ...stockEnvironment, PATH: `${git}${path.delimiter}/bin` };
    const { code, said } = await push(register, address, [`${register.main}:refs/heads/x`], env);
    expect(code).toBe(1);
    expect(said).toContain('the command qms was not found');
  });

  const hook = (text: string, ...args: readonly string[]) => {
    const stdin = new PassThrough();
    stdin.end(text);
    return runCommand(['hook', ...args], server, { stdin });
  };

  it('asks for what git gives it', async () => {
    expect(await hook('main\n', 'pre-receive')).toMatchObject({ code: 64 });
    expect(await hook('', 'post-receive')).toMatchObject({ code: 64 });
    expect(await hook('', 'pre-receive')).toMatchObject({ code: 0, stderr: '' });
  });

  it('says each refused ref in turn, and no more than fits on a screen', async () => {
    const zeros = '0'.repeat(40);
    const lines = Array.from(
      { length: 40 },
      (_, at) => `${zeros} ${register.main} refs/heads/qms/${String(at)}\n`,
    );
    const answer = await hook(lines.join(''), 'pre-receive');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('refs/heads/qms/0\n');
    expect(answer.stderr).toMatch(/… and 3\d more refused\./);
    expect(answer.stderr.split('\n').length).toBeLessThanOrEqual(26);
    const json = await hook(lines.join(''), 'pre-receive', '--json');
    expect(JSON.parse(json.stdout).problems).toHaveLength(40);
  });

  it('takes no command on the register that starts from what the server does not hold', async () => {
    // Git leaves out such a command alone, and does what came beside it.
    const release = `${register.main} ${register.main} refs/tags/qms/release/9`;
    const answer = await hook(`${release}\n`, 'pre-receive', '--json');
    const problems = JSON.parse(answer.stdout).problems as { code: string }[];
    expect(problems.map(({ code }) => code)).toEqual(['push/tag-moved']);
  });

  it('names the tag of which another would be a folder, or the reverse', async () => {
    const of = (name: string): string => `${'0'.repeat(40)} ${register.main} ${name}\n`;
    for (const name of ['refs/tags/qms/release/1/x', 'refs/tags/qms/release']) {
      const answer = await hook(of(name), 'pre-receive');
      expect(answer.code).toBe(1);
      expect(answer.stderr.replace(/\s+/g, ' ')).toMatch(
        /The server holds refs\/tags\/qms\/release\/\d+; one of the two names would be a folder of the other\. .*--change-order/,
      );
    }
  });

  it('protects a branch under its other names as well', async () => {
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-C', server, ...args], { env: stockEnvironment });
    git('symbolic-ref', 'refs/heads/master', 'refs/heads/main');
    const aside = register.commit({ note: 'y' }, { parents: [], main: false });
    const address = pathToFileURL(server).href;
    for (const head of ['main', 'master']) {
      git('symbolic-ref', 'HEAD', `refs/heads/${head}`);
      for (const name of ['main', 'master']) {
        const answer = await push(register, address, [`+${aside}:refs/heads/${name}`]);
        expect(answer.said).toContain('push/not-fast-forward');
        const gone = await push(register, address, [`:refs/heads/${name}`]);
        expect(gone.said).toContain('push/branch-deleted');
      }
    }
    git('symbolic-ref', '--delete', 'refs/heads/master');
    git('symbolic-ref', 'HEAD', 'refs/heads/main');
  });

  it('protects the branch of a HEAD that is a link, and takes nothing under one it can not read', async () => {
    const head = path.join(server, 'HEAD');
    const gone = `${register.main} ${'0'.repeat(40)} refs/heads/main\n`;
    const held = readFileSync(head, 'utf8');
    rmSync(head);
    symlinkSync('refs/heads/main', head);
    expect((await hook(gone, 'pre-receive')).stderr).toContain('push/branch-deleted');
    rmSync(head);
    writeFileSync(head, 'ref: refs/heads/main \0\n');
    const answer = await hook(gone, 'pre-receive');
    expect(answer).toMatchObject({ code: 2, stderr: expect.stringContaining('git/ref-invalid') });
    writeFileSync(head, held);
  });

  it('protects the branches that qms.protected names', async () => {
    for (const name of ['stable', 'refs/heads/old']) {
      execFileSync('git', ['-C', server, 'config', '--add', 'qms.protected', name]);
    }
    const to = register.main;
    const gone = `${to} ${'0'.repeat(40)} refs/heads`;
    const answer = await hook(
      `${gone}/stable\n${gone}/old\n${gone}/other\n${gone}/main\n`,
      'pre-receive',
      '--json',
    );
    const refused = JSON.parse(answer.stdout).problems as { place: { ref: string } }[];
    expect(refused.map(({ place }) => place.ref)).toEqual([
      'refs/heads/stable',
      'refs/heads/old',
      'refs/heads/main',
    ]);
    expect(existsSync(kept)).toBe(true);
  });

  it('refuses a repository whose objects it can not read', async () => {
    const other = path.join(folder, 'sha256.git');
    execFileSync('git', ['init', '-q', '--bare', '--object-format=sha256', other], {
      env: stockEnvironment,
    });
    const answer = await runCommand(['hook', 'pre-receive'], other);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('git/object-format-unsupported');
  });
});
