import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { registerOf } from '../../src/audit/document-facts.ts';
import { evidenceOf } from '../../src/audit/evidence.ts';
import { formatJson } from '../../src/audit/json.ts';
import { Session } from '../../src/cli/session.ts';
import { withVerification } from '../../src/cli/open-register.ts';
import { Auditor } from '../support/auditor.ts';
import { CommandShop } from '../support/command-shop.ts';

const shop = new CommandShop();

beforeAll(async () => {
  await shop.foundWithThree();
}, 60_000);
afterAll(() => {
  shop.remove();
});

const show = async (...argv: readonly string[]): Promise<string> =>
  (await shop.do('alice', 'show', ...argv, '--evidence')).stdout;

describe('qms show in a shallow clone', () => {
  it('names the clone and what completes it, for what is there and for what is not', async () => {
    const folder = path.join(shop.folder, 'shallow');
    const env = shop.environment('alice');
    const git = (...args: readonly string[]): void => {
      execFileSync('git', args, { env, stdio: 'ignore' });
    };
    git('clone', '-q', '--depth=1', pathToFileURL(shop.top).href, folder);
    git('-C', folder, 'fetch', '-q', '--depth=1', 'origin', '+refs/tags/qms/*:refs/tags/qms/*');
    const anchor = shop.git('alice', 'config', 'qms.anchor').trim();
    const lost = await shop.run('alice', '-C', folder, '--anchor', anchor, 'show', 'SOP-001');
    expect(lost).toMatchObject({ code: 2, stderr: expect.stringMatching(/unknown git\/shallow/) });
    expect(lost.stderr).toContain('git fetch --unshallow');
    const there = await shop.run('alice', '-C', folder, '--anchor', anchor, 'show', 'QMS@1');
    expect(there.code).toBe(2);
    expect(there.stderr).toContain('The register is not verified');
    expect(there.stderr).not.toContain('can not be released');
  });
});

describe('qms show --evidence', () => {
  it('says who approved with which key, why it counts, and the statement as it was signed', async () => {
    const text = await show('QMS');
    expect(text).toContain('Evidence for revision 2, from a clone alone.\n');
    expect(text).toMatch(/^Approved by Alice as Quality manager \(approved\)$/m);
    expect(text).toMatch(/^ {2}Key {5}SHA256:\S{43} \(ssh-ed25519\)$/m);
    expect(text).toMatch(/^ {2}\S independence {4}/m);
    expect(text).toMatch(/^ {2}\| Document: QMS 2 sha256:[0-9a-f]{64}\n {2}\| Decision: approve$/m);
    expect(text).toMatch(/^Released by Alice, release 2$/m);
    expect(text).not.toContain('-----BEGIN SSH SIGNATURE-----\n');
  });

  it('prints the evidence of the revision that was asked for', async () => {
    const text = await show('QMS@1');
    expect(text).toContain('Evidence for revision 1,');
    expect(text).not.toContain('Approved by');
    expect(text).toContain('\nID=QMS\nREVISION=1\n');
  });

  it('ends with commands that a shell takes as they stand, remarks and all', async () => {
    const text = await show('QMS');
    const command = text.slice(text.indexOf('Check it yourself\n') + 'Check it yourself\n'.length);
    const auditor = new Auditor();
    const typed = command
      .replace(/^ADDRESS=.*$/m, `ADDRESS='${shop.top}'`)
      .replace(/^ANCHOR=.*$/m, `ANCHOR='${shop.git('alice', 'config', 'qms.anchor').trim()}'`);
    const said = auditor.type([{ title: 'all', command: typed }]).get('all');
    auditor.remove();
    expect(said).toContain('\n2 of 2 releases follow from the anchor\n');
    expect(said).toContain('\nsays: this very content\npoints at: this very content\n');
    expect(said).not.toMatch(/not found|DIFFERENT|fatal/);
  });

  it('holds as JSON what the server answers below /api/v1/show/<id>/evidence', async () => {
    const json = await show('QMS', '--json');
    const session = new Session(
      {
        cwd: shop.top,
        env: shop.environment('alice'),
        stdin: process.stdin,
        stdout: process.stdout,
        stderr: process.stderr,
        now: () => new Date(shop.now * 1000),
        terminal: { input: false, output: false, error: false, columns: 80 },
        untilStopped: () => new AbortController().signal,
      },
      {},
    );
    const evidence = await withVerification(session, ({ verification }) =>
      evidenceOf(registerOf(verification), 'QMS', '2'),
    );
    expect(json).toBe(formatJson(evidence));
  });
});
