import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Evidence } from '../../src/audit/evidence.ts';
import { Auditor, type TypedStep, withValues } from '../support/auditor.ts';
import { runCommand } from '../support/command.ts';
import { CommandShop } from '../support/command-shop.ts';
import { DoctoredCopy } from '../support/doctoring.ts';

/** A step of the page: what to type, and what it prints, `…` for what differs each time. */
interface PageStep extends TypedStep {
  readonly prints: string;
}

const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'VERIFYING.md'), 'utf8');

const stepsOfPage = (text: string): readonly PageStep[] =>
  text
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [, command] = /^```sh\n([^]*?)\n```$/m.exec(section) ?? [];
      const [, prints = ''] = /^```text\n([^]*?)```$/m.exec(section) ?? [];
      const title = section.slice(0, section.indexOf('\n')).replace(/^[0-9]+\. /, '');
      return command === undefined ? [] : [{ title, command, prints }];
    });

const steps = stepsOfPage(page);
const openPgp = 'OpenPGP keys';
const pageSteps = steps.filter(({ title }) => title !== openPgp);

/** The box below a step as a pattern: `…` is anything in a line, a line of it any lines. */
function expected(prints: string): RegExp {
  const lines = prints.split('\n').slice(0, -1);
  const patterns = lines.map((line) =>
    line === '…'
      ? '(?:.*\\n)*?'
      : `${line
          .split('…')
          .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}\\n`,
  );
  return new RegExp(`^${patterns.join('')}$`);
}

const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-by-hand-'));
const shop = path.join(folder, 'demo/shop');
const now = (): Date => new Date('2026-11-20T12:00:00Z');
const auditor = new Auditor();
/** A register of four releases by the commands, to be doctored; the newest puts SOP-001 2. */
const mill = new CommandShop();
let millAnchor = '';
const copies: DoctoredCopy[] = [];
let anchor = '';

beforeAll(async () => {
  const made = await runCommand(['demo', '--no-serve', '--folder', 'demo', '--json'], folder, {
    now,
  });
  ({ anchor } = JSON.parse(made.stdout) as { anchor: string });
  millAnchor = await mill.foundWithThree();
  await mill.draft();
  await mill.do('bob', 'approve', 'SOP-001');
  await mill.do('carol', 'approve', 'SOP-001');
  await mill.do('carol', 'release', 'SOP-001');
  await mill.do('alice', 'revise', 'SOP-001', '-m', 'The list is new');
  mill.commit('alice', 'Revise SOP-001');
  await mill.do('bob', 'approve', 'SOP-001');
  await mill.do('carol', 'approve', 'SOP-001');
  await mill.do('carol', 'release', 'SOP-001');
}, 120_000);
afterAll(() => {
  for (const copy of copies) copy.remove();
  auditor.remove();
  mill.remove();
  rmSync(folder, { recursive: true, force: true });
});

function doctored(): DoctoredCopy {
  const copy = new DoctoredCopy(mill.top, mill.folder);
  copies.push(copy);
  return copy;
}

/** Follow the page with these values, by default those that stand there. */
function follow(
  values: Readonly<Record<string, string>>,
  shell = 'sh',
): ReadonlyMap<string, string> {
  const [first, ...rest] = pageSteps;
  if (first === undefined) throw new Error('the page has no steps');
  const named = { ...first, command: withValues(first.command, { ANCHOR: anchor, ...values }) };
  return auditor.type([named, ...rest], shell);
}

const chain = 'Walk the chain from the anchor';
const rules = 'Read the rules in force for it';
const content = 'Check the content';
const approvals = 'Check the approvals';

describe('VERIFYING.md, typed into a shell that has git, ssh-keygen and no software of ours', () => {
  it.each(['sh', 'bash'])('prints in each step what the page says (%s)', (shell) => {
    const located = execFileSync('sh', ['-c', `command -v ${shell}`], { encoding: 'utf8' }).trim();
    const said = follow({ ADDRESS: shop }, located);
    expect(said.size).toBe(10);
    for (const { title, prints } of pageSteps) {
      expect(said.get(title), title).toMatch(expected(prints));
    }
  });

  it('can be followed again in the same window, for the rules themselves', () => {
    const typed = (ID: string): TypedStep[] => {
      const values = { ADDRESS: mill.top, ANCHOR: millAnchor, ID, REVISION: '2' };
      return pageSteps.map(({ title, command }) => ({
        title: `${title} ${ID}`,
        command: withValues(command, values),
      }));
    };
    const said = auditor.type([...typed('SOP-001'), ...typed('QMS')]);
    expect(said.get(`${chain} QMS`)).toContain('\n4 of 4 releases follow from the anchor\n');
    expect(said.get(`${content} QMS`)).toMatch(/^same: [^]*\nid: QMS\nrevision: 2\n/);
    expect(said.get(`${approvals} QMS`)).toMatch(/^qms\/approve\/QMS\/2\/alice\nsame: /);
    expect(said.get(`${approvals} QMS`)).toContain('\nGood "git" signature for alice ');
  });

  it('has the commands that the software prints for the document at hand', async () => {
    const { stdout } = await runCommand(['show', 'SOP-009@2', '--evidence', '--json'], shop, {
      now,
    });
    const { commands } = JSON.parse(stdout) as Evidence;
    expect(commands.map(({ title, command }) => ({ title, command }))).toEqual(
      pageSteps.map(({ title, command }) => ({ title, command })),
    );
  });
});

/** Follow the page for the newest revision of a doctored copy. */
const followIn = (copy: DoctoredCopy): ReadonlyMap<string, string> =>
  follow({ ADDRESS: copy.top, ANCHOR: millAnchor, ID: 'SOP-001', REVISION: '2' });

describe('a doctored register, to somebody who follows VERIFYING.md', () => {
  const approval = 'qms/approve/SOP-001/2/carol';
  const good = (by: string): RegExp => new RegExp(`^Good "git" signature for ${by} `, 'm');
  const document = 'documents/SOP/SOP-001/qms-docs/sop/SOP-001.md';
  const before = (raw: string): string => raw.slice(0, raw.indexOf('-----BEGIN '));

  it('shows the honest one as it is', () => {
    const said = followIn(doctored());
    expect(said.get(chain)).toContain('\n4 of 4 releases follow from the anchor\n');
    expect(said.get(content)).toMatch(/^same: /);
    expect(said.get(approvals)).toMatch(good('bob'));
    expect(said.get(approvals)).toMatch(good('carol'));
    expect(said.get('See who wrote it')).toMatch(/^ +1 by Alice <alice@mill\.example> *\n$/);
    expect([...said.values()].join('')).not.toMatch(/DIFFERENT|^[A-Z ]{8,}|^error|^fatal/m);
  });

  it('does not begin at the anchor where it is another register', () => {
    const said = follow({ ADDRESS: doctored().top, ANCHOR: anchor, ID: 'SOP-001', REVISION: '2' });
    expect(said.get(chain)).toMatch(/^DIFFERENT: /);
    expect(said.get(chain)).toContain('0 of 4 releases follow from the anchor');
    expect(said.get('Find the release')).toContain('NO RELEASE OF THE CHAIN PUTS SOP-001 2');
    expect(said.get(approvals)).not.toContain('Good');
  });

  it('has another byte in a released text, though the releaser signed it', () => {
    const copy = doctored();
    const text = copy.git(['cat-file', 'blob', `refs/tags/qms/release/4^{commit}:${document}`]);
    copy.releaseAgain(4, { files: { [document]: `${text.replace('Buy', 'buy')}\n` } });
    const said = followIn(copy);
    expect(said.get(chain)).toContain('4 of 4 releases follow');
    expect(said.get(content)).toMatch(/^DIFFERENT: sha256:/);
    expect(said.get(approvals)).toContain('DIFFERENT: ');
    expect(said.get(approvals)).not.toContain('points at: this very content');
  });

  it('has an earlier release made again, from which the later ones do not follow', () => {
    const copy = doctored();
    copy.releaseAgain(3, { files: { [document]: 'Another text.\n' } });
    const said = followIn(copy);
    expect(said.get(chain)).toContain('\nrelease 4: DOES NOT FOLLOW\n3 of 4 releases follow');
    expect(said.get('Find the release')).toContain('NO RELEASE OF THE CHAIN PUTS SOP-001 2');
  });

  it.each(['mallory', 'alice'])('has an approval in the name of Carol by the key of %s', (by) => {
    const copy = doctored();
    copy.swapApproval(4, approval, (raw) => copy.sign(before(raw), by));
    const said = followIn(copy);
    expect(said.get(chain)).toContain('4 of 4 releases follow');
    expect(said.get(approvals)).toMatch(good('bob'));
    expect(said.get(approvals)).not.toMatch(good('carol'));
    expect(said.get(approvals)).toContain('Could not verify signature.');
  });

  it('has a rejection with "approve" written below its signature, which git verify-tag likes', () => {
    const copy = doctored();
    copy.swapApproval(4, approval, (raw) => {
      const text = before(raw);
      const rejection = text.replace('Decision: approve', 'Decision: reject');
      const made = `${copy.sign(rejection, 'carol')}\n${text.slice(text.indexOf('Qms-Statement:'))}`;
      copy.put('made', made);
      return made;
    });
    expect(verifyTag(copy, 'made')).toMatch(good('carol'));
    const said = followIn(copy);
    expect(said.get(approvals)).toContain(`NOT THE FORM OF A STATEMENT: ${approval}\n`);
    expect(said.get(approvals)).not.toMatch(good('carol'));
  });

  it('has an approval of another text', () => {
    const copy = doctored();
    const other = `$1${'0'.repeat(64)}`;
    copy.swapApproval(4, approval, (raw) =>
      copy.sign(before(raw).replace(/(Document: SOP-001 2 sha256:)[0-9a-f]{64}/, other), 'carol'),
    );
    const said = followIn(copy).get(approvals);
    expect(said).toMatch(good('carol'));
    expect(said?.match(/^says: this very content$/gm)).toHaveLength(1);
    expect(said).toContain('SAYS SOMETHING ELSE');
  });

  it('has an approval that points at another text', () => {
    const copy = doctored();
    const old = copy.git(['rev-parse', 'refs/tags/qms/release/3^{commit}^2']);
    copy.swapApproval(4, approval, (raw) =>
      copy.sign(before(raw).replace(/^object .*$/m, `object ${old}`), 'carol'),
    );
    const said = followIn(copy).get(approvals);
    expect(said).toMatch(
      /^Good "git" signature for carol [^]*says: this very content\nDIFFERENT: /m,
    );
    expect(said?.match(/^points at: this very content$/gm)).toHaveLength(1);
  });

  it('has a release signed by somebody whom the rules do not let release', () => {
    const copy = doctored();
    const text = (all: string): string => all.replace('Person: carol', 'Person: dave');
    copy.releaseAgain(4, { by: 'dave', text });
    const said = followIn(copy);
    expect(said.get(chain)).toContain('\n3 of 4 releases follow from the anchor\n');
  });

  it('has a release under the name of another, which git verify-tag likes too', () => {
    const copy = doctored();
    copy.git(['update-ref', 'refs/tags/qms/release/5', 'refs/tags/qms/release/4']);
    expect(verifyTag(copy, 'qms/release/5')).toMatch(good('carol'));
    const said = followIn(copy);
    expect(said.get(chain)).toContain('\n4 of 5 releases follow from the anchor\n');
  });

  it('has other rules in a tree than the ones that were released', () => {
    const copy = doctored();
    const file = 'documents/QMS/QMS/qms-docs/qms.yaml';
    const text = copy.git(['cat-file', 'blob', `refs/tags/qms/release/3^{commit}:${file}`]);
    copy.releaseAgain(3, { files: { [file]: `${text}\n# Mallory may release.\n` } });
    const previous = `Previous: sha256:${copy.digest('qms/release/3')}`;
    copy.releaseAgain(4, { text: (all) => all.replace(/^Previous: .*$/m, previous) });
    const said = followIn(copy);
    expect(said.get(chain)).toContain('4 of 4 releases follow');
    expect(said.get(rules)).toMatch(/^DIFFERENT: /);
  });

  it('lacks its newest release, which only the head from outside tells', () => {
    const copy = doctored();
    const head = `head 4:sha256:${copy.digest('qms/release/4')}\n`;
    expect(followIn(copy).get(chain)).toContain(head);
    copy.git(['update-ref', '-d', 'refs/tags/qms/release/4']);
    const said = followIn(copy);
    expect(said.get(chain)).toContain('\n3 of 3 releases follow from the anchor\n');
    expect(said.get(chain)).not.toContain(head);
  });

  it('has replaced objects and settings that start programs, which a clone leaves behind', () => {
    const copy = doctored();
    const blob = copy.git(['rev-parse', `refs/tags/qms/release/4^{commit}:${document}`]);
    copy.git(['replace', blob, copy.git(['hash-object', '-w', '--stdin'], 'Another text.\n')]);
    const trap = path.join(copy.top, 'started');
    for (const name of ['core.fsmonitor', 'core.pager', 'gpg.ssh.program', 'gpg.program']) {
      copy.git(['config', name, `touch ${trap}; true`]);
    }
    const said = followIn(copy);
    expect(said.get(content)).toMatch(/^same: /);
    expect(said.get(approvals)).toMatch(good('carol'));
    expect(() => readFileSync(trap)).toThrow('ENOENT');
  });
});

/** What stock `git verify-tag` says of a tag, given the key of Carol. */
function verifyTag(copy: DoctoredCopy, tag: string): string {
  const signers = path.join(copy.top, 'signers');
  writeFileSync(signers, `carol ${mill.worker('carol').publicKey}\n`);
  const { status, stderr } = spawnSync(
    'git',
    ['-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-tag', `refs/tags/${tag}`],
    { cwd: copy.top, encoding: 'utf8' },
  );
  return status === 0 ? stderr : '';
}
