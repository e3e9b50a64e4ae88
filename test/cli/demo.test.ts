import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, runCommand } from '../support/command.ts';

const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-demo-'));
const shop = path.join(folder, 'demo/shop');
/** Everything in the demo is dated from here backwards; the sample's records lie before it. */
const now = (): Date => new Date('2026-11-20T12:00:00Z');

const qms = (...argv: readonly string[]): Promise<Answer> => runCommand(argv, shop, { now });

interface Listed {
  readonly documents: readonly { readonly id: string; readonly revision: string }[];
}

const listed = async (state: string): Promise<readonly string[]> => {
  const { stdout } = await qms('list', '--state', state, '--json');
  const { documents } = JSON.parse(stdout) as Listed;
  return documents.map((one) => `${one.id}@${one.revision}`);
};

let made: Answer;

beforeAll(async () => {
  made = await runCommand(['demo', '--no-serve', '--folder', 'demo', '--json'], folder, { now });
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('qms demo', () => {
  it('makes a register that verifies with its anchor and not without', async () => {
    expect(made.stderr).toContain('Verified: ');
    expect(made.code).toBe(0);
    const { anchor } = JSON.parse(made.stdout) as { anchor: string };
    expect(execFileSync('git', ['config', 'qms.anchor'], { cwd: shop, encoding: 'utf8' })).toBe(
      `${anchor}\n`,
    );
    expect((await qms('verify')).code).toBe(0);
    execFileSync('git', ['config', '--unset', 'qms.anchor'], { cwd: shop });
    expect((await qms('verify')).code).toBe(2);
    execFileSync('git', ['config', 'qms.anchor', anchor], { cwd: shop });
  });

  it('has revisions, a planned one, a withdrawn document and filed records', async () => {
    expect(await listed('superseded')).toEqual(
      expect.arrayContaining(['SOP-005@1', 'SOP-005@2', 'SOP-009@1', 'WI-003@A', 'QMS@1']),
    );
    expect(await listed('pending')).toEqual(['WI-001@B']);
    expect(await listed('withdrawn')).toEqual(['WI-009@A']);
    const effective = await listed('effective');
    expect(effective).toEqual(expect.arrayContaining(['WI-001@A', 'QMS@2', 'NCR-2026-009@1']));
    expect(effective.length).toBeGreaterThan(60);
  });

  it('ends, for what is released, with the text of the sample', async () => {
    const { stdout } = await qms('show', 'SOP-010@2', '--content');
    const sample = path.resolve(import.meta.dirname, '../../qms-docs/sops/SOP-010.md');
    const body = (text: string): string => text.slice(text.indexOf('\n---\n', 3));
    expect(body(stdout)).toBe(body(readFileSync(sample, 'utf8')));
  });

  it('keeps the rejection of the first draft beside the approvals of the corrected one', () => {
    const tags = execFileSync('git', ['tag', '-l', 'qms/*/WI-003/*'], { cwd: shop });
    expect(tags.toString('utf8')).toContain('qms/reject/WI-003/B/alice');
  });

  it('has drafts without mistakes, and one approval still missing', async () => {
    const check = await qms('check', '--json');
    expect(JSON.parse(check.stdout)).toEqual({ problems: [] });
    execFileSync('git', ['config', 'user.email', 'carol@abc.example'], { cwd: shop });
    execFileSync('git', ['config', 'user.signingkey', path.join(folder, 'demo/keys/carol')], {
      cwd: shop,
    });
    const answer = await qms('release', 'SOP-008');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('SOP-008 revision 2 lacks an approval as quality-manager');
    const dispose = await qms('release', '--dispose', 'NCR-2026-009');
    expect(dispose.code).toBe(1);
    expect(dispose.stderr).toContain('making/retention');
  });

  it('refuses a folder that is not empty', async () => {
    const answer = await runCommand(['demo', '--no-serve', '--folder', 'demo'], folder, { now });
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('cli/file-exists');
  });
});
