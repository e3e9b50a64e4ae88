import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { CommandShop } from '../support/command-shop.ts';

describe('bad input gives one clear message, the right exit code, and loses nothing', () => {
  const shop = new CommandShop();

  beforeAll(async () => {
    await shop.foundWithThree();
    await shop.draft();
    await shop.do('bob', 'approve', 'SOP-001');
  });
  afterAll(() => {
    shop.remove();
  });

  it('a folder that does not exist', async () => {
    const answer = await runCommand(['-C', 'nowhere', 'list'], shop.top);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('git/not-a-repository');
  });

  it('a repository without a register', async () => {
    const other = new CommandShop();
    other.git('alice', 'init', '-q');
    for (const argv of [['list'], ['verify'], ['approve', 'SOP-001'], ['release', '--all']]) {
      const answer = await other.run('alice', ...argv);
      expect(answer.code).toBe(2);
      expect(answer.stderr).toContain('chain/empty');
      expect(answer.stderr).not.toContain(' at ');
    }
    other.remove();
  });

  it('a lost anchor: undecided, and nobody signs over it', async () => {
    const anchor = shop.git('alice', 'config', 'qms.anchor').trim();
    shop.git('alice', 'config', '--unset', 'qms.anchor');
    expect((await shop.run('alice', 'verify')).code).toBe(2);
    const approve = await shop.run('carol', 'approve', 'SOP-001');
    expect(approve.code).toBe(2);
    expect(approve.stderr).toContain('anchor/missing');
    expect((await shop.run('alice', 'verify', '--anchor', anchor)).code).toBe(0);
    const other = `sha256:${'0'.repeat(64)}`;
    expect((await shop.run('alice', 'verify', '--anchor', other)).code).toBe(1);
    expect((await shop.run('alice', 'verify', '--anchor', 'sha1:x')).stderr).toContain(
      'anchor/malformed',
    );
    shop.git('alice', 'config', 'qms.anchor', anchor);
  });

  it('a head that can not be read', async () => {
    const answer = await shop.run('alice', 'verify', '--head', 'newest');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('head/malformed');
  });

  it('a key that the rules do not know', async () => {
    const answer = await shop.run('mallory', 'approve', 'SOP-001');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('cli/not-in-rules');
  });

  it('an address of somebody else', async () => {
    const env = { ...shop.environment('bob'), GIT_COMMITTER_EMAIL: 'else@mill.example' };
    const answer = await runCommand(['approve', 'SOP-001'], shop.top, { env });
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('cli/address');
    expect(answer.stderr).toContain('git config user.email bob@mill.example');
  });

  it('no key', async () => {
    const key = path.join(shop.folder, 'gone.pub');
    const env = { ...shop.environment('bob'), GIT_CONFIG_VALUE_2: key };
    const answer = await runCommand(['approve', 'SOP-001'], shop.top, { env });
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('signature/key-unreadable');
  });

  it('no agent for a key whose private half is not there', async () => {
    shop.worker('carol');
    const publicOnly = path.join(shop.folder, 'public-only.pub');
    writeFileSync(publicOnly, `${shop.worker('carol').publicKey}\n`);
    const env = { ...shop.environment('carol'), GIT_CONFIG_VALUE_2: publicOnly };
    const answer = await runCommand(['approve', 'SOP-001'], shop.top, { env });
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('signature/agent');
    expect(shop.git('alice', 'tag', '-l', 'qms/approve/SOP-001/1/carol')).toBe('');
  });

  it('a key that may be used for something else only', async () => {
    const answer = await shop.run('dave', 'approve', 'SOP-001');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('cli/key-use');
  });

  it('nobody to sign as', async () => {
    const env = { ...shop.environment('bob'), GIT_CONFIG_KEY_1: 'user.nothing' };
    const answer = await runCommand(['approve', 'SOP-001'], shop.top, { env });
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('cli/no-identity');
  });

  it('a bare repository, which has no files to write in', async () => {
    const bare = path.join(shop.folder, 'bare.git');
    shop.git('alice', 'clone', '-q', '--bare', '.', bare);
    for (const argv of [['check'], ['new', 'sop', 'x'], ['revise', 'SOP-001', '-m', 'x']]) {
      const answer = await runCommand(argv, bare);
      expect(answer.code).toBe(2);
      expect(answer.stderr).toContain('cli/no-rules');
    }
  });

  it('a signer without the role', async () => {
    const answer = await shop.run('bob', 'release', 'SOP-001');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('release/role');
    const approve = await shop.run('bob', 'approve', 'QMS', '--confirm');
    expect(approve.code).toBe(1);
    expect(approve.stderr).toContain('making/not-entitled');
    const as = await shop.run('bob', 'approve', 'SOP-001', '--as', 'quality-manager:approved');
    expect(as.stderr).toContain('approval/role');
  });

  it('ids, types, days and options that are none', async () => {
    const typo = await shop.run('bob', 'approve', 'SOP-01');
    expect(typo.code).toBe(1);
    expect(typo.stderr).toContain('cli/document-unknown');
    expect(typo.stderr).toContain('Did you mean "SOP-001"');
    expect((await shop.run('bob', 'show', 'SOP-9')).stderr).toContain('audit/document-unknown');
    const type = await shop.run('bob', 'new', 'sopp', 'x');
    expect(type.code).toBe(1);
    expect(type.stderr).toContain('cli/type-unknown');
    expect(type.stderr).toContain('Did you mean "sop"');
    expect((await shop.run('bob', 'list', '--at', 'monday')).code).toBe(64);
    expect((await shop.run('bob', 'list', '--state', 'old')).code).toBe(64);
    expect((await shop.run('bob', 'approve', 'SOP-001', '--reject', '--confirm')).code).toBe(64);
    expect((await shop.run('bob', 'approve')).code).toBe(64);
    expect((await shop.run('carol', 'release')).code).toBe(64);
    expect((await shop.run('carol', 'serve', '--port', '99999')).code).toBe(64);
    const day = await shop.run('carol', 'release', 'SOP-001', '--effective', '2020-01-01');
    expect(day.stderr).toContain('release/day');
    const order = await shop.run('bob', 'approve', 'SOP-001', '--change-order', 'a b');
    expect(order.stderr).toContain('statement/name-invalid');
    const at = await shop.run('bob', 'approve', 'SOP-001', '--at', '--upload-pack=x');
    expect(at.stderr).toContain('git/name-unknown');
  });

  it('a comment that looks like a signature or a statement', async () => {
    for (const comment of ['-----BEGIN SSH SIGNATURE-----', 'Qms-Statement: approval/1']) {
      const answer = await shop.run('carol', 'approve', 'SOP-001', '-m', comment);
      expect(answer.code).toBe(1);
      expect(answer.stderr).toContain('statement/');
    }
  });

  it('documents with mistakes: all of them at once, with file, line and column', async () => {
    const files = {
      'broken.md': '---\nid: SOP-050\ntitle: x\n',
      'unknown.md':
        '---\nid: SOP-051\ntitle: x\ntype: sop\nrevision: 1\nowner: process-owner\nstatus: approved\n---\n',
      'image.md':
        '---\nid: SOP-052\ntitle: x\ntype: sop\nrevision: 1\nowner: process-owner\n---\n\n![x](gone.png)\n',
      'twice.md': '---\nid: SOP-001\ntitle: x\ntype: sop\nrevision: 1\nowner: process-owner\n---\n',
      'encoding.md': '\u00ef\u00bb\u00bf---\n',
    };
    for (const [name, text] of Object.entries(files)) shop.write(`qms-docs/sop/${name}`, text);
    writeFileSync(path.join(shop.top, 'qms-docs/sop/encoding.md'), Buffer.from([0xff, 0xfe, 0x2d]));
    const answer = await shop.run('alice', 'check');
    expect(answer.code).toBe(1);
    for (const code of [
      'document/front-matter-unclosed',
      'document/field-derived',
      'document/duplicate-id',
      'reference/missing',
      'text/utf8',
    ]) {
      expect(answer.stderr).toContain(code);
    }
    expect(answer.stderr).toMatch(/qms-docs\/sop\/image\.md:9:1 +error +reference\/missing/);
    const sarif = await shop.run('alice', 'check', '--format', 'sarif');
    const log = JSON.parse(sarif.stdout) as { version: string; runs: { results: unknown[] }[] };
    expect(log.version).toBe('2.1.0');
    expect(log.runs[0]?.results.length).toBeGreaterThan(4);
    const junit = await shop.run('alice', 'check', '--format', 'junit');
    expect(junit.stdout).toContain('<failure type="text/utf8"');
    const only = await shop.run('alice', 'check', 'qms-docs/sop/SOP-001.md', '--json');
    expect(only.stdout).not.toContain('text/utf8');
    for (const name of Object.keys(files)) rmSync(path.join(shop.top, 'qms-docs/sop', name));
  });

  it('checks what is staged, not what lies in the folder', async () => {
    shop.write('qms-docs/sop/SOP-060.md', '---\nid: SOP-060\n');
    expect((await shop.run('alice', 'check', '--staged')).code).toBe(0);
    shop.git('alice', 'add', 'qms-docs/sop/SOP-060.md');
    rmSync(path.join(shop.top, 'qms-docs/sop/SOP-060.md'));
    const answer = await shop.run('alice', 'check', '--staged');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('qms-docs/sop/SOP-060.md');
    shop.git('alice', 'rm', '-q', '--cached', 'qms-docs/sop/SOP-060.md');
  });

  it('a released text that was changed without a new revision', async () => {
    await shop.do('carol', 'approve', 'SOP-001');
    await shop.do('carol', 'release', 'SOP-001');
    const file = 'qms-docs/sop/SOP-001.md';
    const text = shop.read(file);
    const none = await shop.run('carol', 'release', '--all');
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('cli/nothing-to-do');
    shop.write(file, `${text}\nAnd more.\n`);
    expect((await shop.run('alice', 'check')).stderr).toContain('document/not-revised');
    expect((await shop.run('alice', 'check', '--base', 'HEAD')).stderr).toContain(file);
    shop.write(file, text);
  });

  it('the newest release deleted: noticed by the head that was remembered', async () => {
    const tag = shop.git('alice', 'rev-parse', 'qms/release/3').trim();
    shop.git('alice', 'tag', '-d', 'qms/release/3');
    const answer = await shop.run('alice', 'verify');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('head/rolled-back');
    shop.git('alice', 'update-ref', 'refs/tags/qms/release/3', tag);
    expect((await shop.run('alice', 'verify')).code).toBe(0);
  });

  it('a damaged object', async () => {
    const blob = shop.git('alice', 'rev-parse', 'HEAD:qms-docs/sop/SOP-001.md').trim();
    const file = path.join(shop.top, '.git/objects', blob.slice(0, 2), blob.slice(2));
    const bytes = readFileSync(file);
    chmodSync(file, 0o644);
    writeFileSync(
      file,
      Buffer.concat([bytes.subarray(0, 20), Buffer.from('x'), bytes.subarray(21)]),
    );
    const answer = await shop.run('alice', 'verify');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('git/object-corrupt');
    writeFileSync(file, bytes);
    expect((await shop.run('alice', 'verify')).code).toBe(0);
  });

  it('a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const answer = await shop.run('alice', 'serve', '--port', String(port));
    server.close();
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('server/port-in-use');
  });

  it('a second founding', async () => {
    const answer = await shop.run('alice', 'init', '--yes');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('cli/already-founded');
  });

  it('questions that nobody can be asked: the flag is named', async () => {
    const other = new CommandShop();
    const answer = await other.run('alice', 'init');
    expect(answer.code).toBe(64);
    expect(answer.stderr).toContain('--organization <name>');
    other.remove();
  });
});
