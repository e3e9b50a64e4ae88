import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Auditor, type TypedStep, withValues } from '../support/auditor.ts';
import { CommandShop } from '../support/command-shop.ts';
import { DoctoredCopy } from '../support/doctoring.ts';
import {
  approvals,
  chain,
  content,
  expected,
  openPgpStep,
  pageSteps,
  rules,
} from '../support/verifying-page.ts';

const auditor = new Auditor();
/** A register of four releases by the commands, to be doctored; the newest puts SOP-001 2. */
const mill = new CommandShop();
const copies: DoctoredCopy[] = [];
let anchor = '';

beforeAll(async () => {
  anchor = await mill.foundWithThree();
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
});

function doctored(): DoctoredCopy {
  const copy = new DoctoredCopy(mill.top, mill.folder);
  copies.push(copy);
  return copy;
}

/** The steps of the page for SOP-001 revision 2, or what else is named. */
function typed(values: Readonly<Record<string, string>>): readonly TypedStep[] {
  const all = { ADDRESS: mill.top, ANCHOR: anchor, ID: 'SOP-001', REVISION: '2', ...values };
  return pageSteps.map(({ title, command }) => ({ title, command: withValues(command, all) }));
}

const followIn = (copy: DoctoredCopy, shell = 'sh'): ReadonlyMap<string, string> =>
  auditor.type(typed({ ADDRESS: copy.top }), shell);

describe('somebody who follows VERIFYING.md', () => {
  it('can do it again in the same window, for the rules themselves', () => {
    const again = typed({ ID: 'QMS' }).map((step) => ({ ...step, title: `${step.title} again` }));
    const said = auditor.type([...typed({}), ...again]);
    expect(said.get(`${chain} again`)).toContain('\n4 of 4 releases follow from the anchor\n');
    expect(said.get(`${content} again`)).toMatch(/^same: [^]*\nid: QMS\nrevision: 2\n/);
    expect(said.get(`${approvals} again`)).toMatch(/^qms\/approve\/QMS\/2\/alice\nsame: /);
    expect(said.get(`${approvals} again`)).toContain('\nGood "git" signature for alice ');
  });
});

describe('a doctored register, to somebody who follows VERIFYING.md', () => {
  const approval = 'qms/approve/SOP-001/2/carol';
  const good = (by: string): RegExp => new RegExp(`^Good "git" signature for ${by} `, 'm');
  const document = 'documents/SOP/SOP-001/qms-docs/sop/SOP-001.md';
  const before = (raw: string): string => raw.slice(0, raw.indexOf('-----BEGIN '));

  it.each(['sh', 'bash'])('shows the honest one as it is (%s)', (shell) => {
    const said = followIn(doctored(), shell);
    expect(said.get(chain)).toContain('\n4 of 4 releases follow from the anchor\n');
    expect(said.get(content)).toMatch(/^same: /);
    expect(said.get(approvals)).toMatch(good('bob'));
    expect(said.get(approvals)).toMatch(good('carol'));
    expect(said.get('See who wrote it')).toMatch(/^ +1 by Alice <alice@mill\.example> *\n$/);
    expect([...said.values()].join('')).not.toMatch(/DIFFERENT|^[A-Z ]{8,}|^error|^fatal/m);
  });

  it('does not begin at the anchor where it is another register', () => {
    const said = auditor.type(typed({ ANCHOR: `sha256:${'0'.repeat(64)}` }));
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

describe('the OpenPGP block of VERIFYING.md', () => {
  const place = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-pgp-'));
  const home = path.join(place, 'gnupg');
  const env = { ...process.env, GNUPGHOME: home };
  const gpg = (...args: readonly string[]): string =>
    execFileSync('gpg', ['--batch', '--quiet', '--passphrase', '', ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });

  beforeAll(() => {
    mkdirSync(home, { mode: 0o700 });
    for (const id of ['erin', 'frank']) {
      gpg('--quick-generate-key', `${id} <${id}@mill.example>`, 'ed25519', 'sign', 'never');
    }
    const armour = (id: string): string =>
      gpg('--armor', '--export', `${id}@mill.example`).replace(/^(?=.)/gm, '          ');
    const person = (id: string): string =>
      `  ${id}:\n    name: ${id}\n    keys:\n      - key: |\n${armour(id)}        use: [approve]\n`;
    writeFileSync(
      path.join(place, 'rules'),
      `people:\n${person('erin')}${person('frank')}types:\n`,
    );
  });
  afterAll(() => {
    spawnSync('gpgconf', ['--kill', 'all'], { env });
    rmSync(place, { recursive: true, force: true });
  });

  /** What the page says of an approval in Erin's name that one of the two signed. */
  function approvedBy(id: string, use = 'approve'): string {
    const commit = mill.git('alice', 'rev-parse', 'HEAD').trim();
    const text = `object ${commit}\ntype commit\ntag qms/approve/X\ntagger E <e@x.example> 1 +0000\n\nApprove X\n\nQms-Statement: approval/1\nDecision: approve\nPerson: erin\n`;
    const file = path.join(place, 'text');
    writeFileSync(file, text);
    rmSync(`${file}.asc`, { force: true });
    gpg('--armor', '--local-user', `${id}@mill.example`, '--detach-sign', file);
    writeFileSync(file, text + readFileSync(`${file}.asc`, 'utf8'));
    const [, clone, words] = pageSteps;
    if (clone === undefined || words === undefined) return '';
    const ask = `signed '${file}' qms/approve/X ${use} '${path.join(place, 'rules')}' || echo BAD`;
    const first = { title: 'address', command: `ADDRESS='${mill.top}'` };
    const all = [first, clone, words, openPgpStep(), { title: 'ask', command: ask }];
    return auditor.type(all).get('ask') ?? '';
  }

  it('finds a signature good that was made with the certificate of that person', () => {
    const [line = ''] = approvedBy('erin').split('\n');
    expect(`${line}\n`).toMatch(expected(openPgpStep().prints));
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '-k', 'erin'))?.[1];
    expect(line.endsWith(` ${fingerprint ?? '?'}`)).toBe(true);
  });

  it('finds it bad when it was made with the certificate of another, or for another use', () => {
    expect(approvedBy('frank')).toMatch(/^(?!.*VALIDSIG)[^]*BAD\n$/);
    expect(approvedBy('erin', 'release')).toMatch(/^(?!.*VALIDSIG)[^]*BAD\n$/);
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
