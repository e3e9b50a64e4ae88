import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-readme-'));
const installed = path.join(folder, 'installed');
const place = path.join(folder, 'place');
const shop = path.join(place, 'shop');
const command = path.join(installed, 'node_modules/.bin/qms');
const env = {
  ...process.env,
  PATH: `${path.join(installed, 'node_modules/.bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
};

/** The fences marked `sh` are what a reader types; those marked `text` are run by nobody here. */
function typedCommands(): string {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```sh\n([^]*?)^```$/gm)].map((match) => match[1] ?? '').join('\n');
}

function qms(...args: readonly string[]): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: shop, env, encoding: 'utf8' });
  return { code: status, text: stdout + stderr };
}

let story = '';

beforeAll(() => {
  mkdirSync(installed);
  mkdirSync(place);
  // The build belongs to `npm test`; packing must not start another one.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const answer = execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  const [packed] = JSON.parse(answer) as [{ filename: string }];
  const tarball = path.join(folder, packed.filename);
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];
  // Without a manifest of its own, npm would look for the next folder above that has one.
  writeFileSync(path.join(installed, 'package.json'), '{"private": true}\n');
  execFileSync('npm', ['install', ...quiet, tarball], { cwd: installed, stdio: 'pipe' });
  const ran = spawnSync('bash', ['-e', '-u', '-c', typedCommands()], {
    cwd: place,
    env,
    encoding: 'utf8',
  });
  story = ran.stdout + ran.stderr;
  if (ran.status !== 0) throw new Error(`README ended with ${String(ran.status)}:\n${story}`);
}, 300_000);

/** The story has OpenPGP keys of its own, whose agent ends with it. */
const gpgEnv = { ...env, GNUPGHOME: path.join(place, 'gnupg') };

afterAll(() => {
  spawnSync('gpgconf', ['--kill', 'all'], { env: gpgEnv });
  rmSync(folder, { recursive: true, force: true });
});

describe('the story of README with the packed package, in an empty folder', () => {
  it('verifies at its end', () => {
    expect(story).toContain('verified: 3 releases, 2 documents');
    expect(qms('verify').code).toBe(0);
  });

  it('has a good signature by stock git for each of its tags', () => {
    const tags = execFileSync('git', ['tag', '-l', 'qms/*'], { cwd: shop, encoding: 'utf8' });
    const names = tags.trim().split('\n');
    expect(names).toEqual([
      'qms/approve/QMS/2/alice',
      'qms/approve/SOP-001/1/alice',
      'qms/approve/SOP-001/1/bob',
      'qms/release/1',
      'qms/release/2',
      'qms/release/3',
    ]);
    expect(story.match(/^Good "git" signature for /gm)).toHaveLength(names.length);
  });

  it('verifies with OpenPGP keys and signed commits, and stock git agrees', () => {
    const cwd = path.join(place, 'press');
    const git = (...args: readonly string[]) =>
      execFileSync('git', args, { cwd, env: gpgEnv, encoding: 'utf8', stdio: 'pipe' });
    const tags = git('tag', '-l', 'qms/*').trim().split('\n');
    expect(tags).toHaveLength(5);
    git('verify-tag', ...tags);
    expect(readFileSync(path.join(cwd, 'qms-docs/qms.yaml'), 'utf8')).toContain(
      'contributors: signed',
    );
    expect(story).toMatch(/^gpg: Good signature from "Carol Reyes/m);
  });

  it('left a server that holds the register and lets nobody take a release away', () => {
    const server = path.join(place, 'server.git');
    const refs = () => execFileSync('git', ['for-each-ref'], { cwd: server, encoding: 'utf8' });
    const before = refs();
    expect(before.match(/refs\/tags\/qms\/release\//g)).toHaveLength(3);
    const push = ['push', 'origin', ':refs/tags/qms/release/3'];
    const pushed = spawnSync('git', push, { cwd: shop, env, encoding: 'utf8' });
    expect(pushed.status).toBe(1);
    expect(pushed.stderr).toContain('push/tag-deleted');
    expect(refs()).toBe(before);
  });

  it('checks documents before each commit by the hook it installed', () => {
    const file = path.join(shop, 'qms-docs/sop/SOP-002.md');
    execFileSync('bash', ['-c', `printf -- '---\\nid: SOP-002\\n' > ${file}`]);
    execFileSync('git', ['add', file], { cwd: shop });
    const commit = spawnSync('git', ['commit', '-qm', 'x'], { cwd: shop, env, encoding: 'utf8' });
    expect(commit.status).toBe(1);
    expect(commit.stderr).toContain('qms-docs/sop/SOP-002.md');
    execFileSync('git', ['rm', '-qf', file], { cwd: shop });
  });

  it('serves the page in force and its picture', async () => {
    const server: ChildProcess = spawn(command, ['serve', '--port', '0', '--json'], {
      cwd: shop,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => {
      server.on('close', resolve);
    });
    try {
      const said = await new Promise<string>((resolve, reject) => {
        let text = '';
        server.stdout?.on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8');
          if (text.includes('}')) resolve(text);
        });
        server.on('close', () => {
          reject(new Error('the server ended before it listened'));
        });
      });
      const { address } = JSON.parse(said) as { address: string };
      const page = await fetch(`${address}d/SOP-001`);
      expect(page.status).toBe(200);
      const html = await page.text();
      expect(html).toContain('Incoming inspection');
      expect(html).toContain('Bob Kowalski');
      const picture = /src="\/(d\/SOP-001\/1\/files\/[^"]+)"/.exec(html)?.[1] ?? 'no picture';
      const file = await fetch(address + picture);
      expect(file.status).toBe(200);
      expect(await file.text()).toBe(
        readFileSync(path.join(shop, 'qms-docs/sop/accepted.svg'), 'utf8'),
      );
    } finally {
      server.kill('SIGINT');
    }
    expect(await ended).toBe(0);
  });

  it('answers a closed pipe with silence', () => {
    const piped = spawnSync('bash', ['-c', 'qms explain | head -1; echo ${PIPESTATUS[0]}'], {
      cwd: shop,
      env,
      encoding: 'utf8',
    });
    expect(piped.stderr.replace(/^More on one.*\n/m, '')).toBe('');
    expect(piped.stdout).toMatch(/^CODE[^\n]*\n0\n$/);
  });
});
