import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Evidence } from '../../src/audit/evidence.ts';
import { Auditor, withValues } from '../support/auditor.ts';
import { CommandShop } from '../support/command-shop.ts';

/** The commands for a revision of a mill, typed by an auditor who got the anchor from Alice. */
const auditor = new Auditor();
const mill = new CommandShop();
let evidence: Evidence;
let said: ReadonlyMap<string, string>;

beforeAll(async () => {
  const anchor = await mill.foundWithThree();
  await mill.draft();
  await mill.do('bob', 'approve', 'SOP-001');
  await mill.do('carol', 'approve', 'SOP-001');
  await mill.do('carol', 'release', 'SOP-001');
  mill.git('alice', 'tag', '-d', 'qms/approve/SOP-001/1/bob');
  const shown = await mill.do('alice', 'show', 'SOP-001', '--evidence', '--json');
  evidence = JSON.parse(shown.stdout) as Evidence;
  const [first, ...rest] = evidence.commands;
  if (first === undefined) throw new Error('there are no commands');
  const values = { ADDRESS: mill.top, ANCHOR: anchor };
  said = auditor.type([{ ...first, command: withValues(first.command, values) }, ...rest]);
}, 60_000);
afterAll(() => {
  auditor.remove();
  mill.remove();
});

describe('the commands of the evidence page, with stock tools in a clone', () => {
  it('name the document, and leave the anchor to the reader', () => {
    const [first] = evidence.commands;
    expect(first?.command).toContain('\nID=SOP-001\nREVISION=1');
    expect(first?.command).not.toMatch(/[0-9a-f]{64}/);
    expect(first?.expect).toContain('only if somebody else told you the same');
  });

  it('say nothing where nothing is to be expected', () => {
    for (const { title, expect: promised } of evidence.commands) {
      if (promised.startsWith('No')) expect(said.get(title), title).toBe('');
      else expect(said.get(title), title).not.toBe('');
    }
    expect([...said.values()].join('')).not.toMatch(/DIFFERENT|NOT |fatal|error/);
  });

  it('walk the chain from the anchor to the newest release', () => {
    const chain = said.get('Walk the chain from the anchor') ?? '';
    expect(chain.match(/^release \d: Good "git" signature for (alice|carol) /gm)).toHaveLength(3);
    expect(chain).toContain('\n3 of 3 releases follow from the anchor\n');
  });

  it('find the line of the release that puts the revision, and the rules in force for it', () => {
    const line = `release 3: Put: SOP-001 1 ${evidence.digest} `;
    expect(said.get('Find the release')).toContain(line);
    const rules = said.get('Read the rules in force for it');
    expect(rules).toMatch(/^same: [0-9a-f]{40}\n {2}role: document-controller\n {2}sop:\n/);
    expect(rules).toContain('\n  carol:\n');
  });

  it('compute the content digest from the files of the release', () => {
    const files = said.get('Check the content');
    expect(files).toContain(`same: ${evidence.digest}\n${evidence.manifest}`);
  });

  it('find each approval good, in the release itself, though its tag may be gone', () => {
    expect(evidence.approvals).toHaveLength(2);
    for (const { tag, digest, key, person } of evidence.approvals) {
      expect(said.get('Check the approvals')).toContain(
        `${tag}\nsame: ${digest}\nGood "git" signature for ${person} with ED25519 key ${key}\n`,
      );
    }
    expect(said.get('Check the approvals')?.match(/^(says|points at): this /gm)).toHaveLength(4);
  });
});
