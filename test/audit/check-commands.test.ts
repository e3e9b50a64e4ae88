import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Evidence, evidenceOf } from '../../src/audit/evidence.ts';
import { registerOf } from '../../src/audit/document-facts.ts';
import { verify } from '../support/expect-verification.ts';
import { stockEnvironment } from '../support/raw-repository.ts';
import { shop } from '../support/shop.ts';

let clone: string;
let evidence: Evidence;

beforeAll(async () => {
  const register = shop();
  evidence = evidenceOf(registerOf(await verify(register)), 'SOP-001', '2');
  clone = mkdtempSync(path.join(tmpdir(), 'qms-evidence-'));
  execFileSync('git', ['clone', '--quiet', '--no-checkout', register.repository.folder, clone], {
    env: stockEnvironment,
  });
});
afterAll(() => {
  rmSync(clone, { recursive: true, force: true });
});

/** Run a command of the page as a reader would: a shell in a clone, nothing else. */
function run(title: RegExp): string {
  const command = evidence.commands.find((each) => title.test(each.title));
  return execFileSync('sh', ['-c', `{ ${command?.command ?? 'false'}\n} 2>&1`], {
    cwd: clone,
    env: stockEnvironment,
    encoding: 'utf8',
  });
}

describe('the commands of the evidence page, with stock tools in a clone', () => {
  it('fetch the register and give the anchor', () => {
    run(/^Get the register/);
    const [anchor] = run(/^Find the anchor/).split(' ');
    expect(evidence.commands[1]?.expect).toContain(anchor);
  });

  it('show the line of the release that puts the revision', () => {
    expect(run(/^Read what/)).toContain(`\nPut: SOP-001 2 ${evidence.digest} `);
  });

  it('find the signature of the release good, with the keys of its rules', () => {
    run(/^Write down/);
    const { key } = evidence.released;
    expect(run(/^Check the signature/)).toMatch(/^Good "git" signature for carol@/m);
    expect(run(/^Check the signature/)).toContain(key);
  });

  it('find each approval good, in the release itself, though its tag may be gone', () => {
    expect(evidence.approvals).toHaveLength(2);
    for (const approval of evidence.approvals) {
      const said = run(new RegExp(`^Check the approval by ${approval.name}`));
      expect(said).toContain(approval.digest.slice('sha256:'.length));
      expect(said).toContain(approval.statement);
      expect(said).toMatch(/^Good "git" signature for /m);
      expect(said).toContain(approval.key);
    }
  });

  it('compute the content digest from the files of the release', () => {
    expect(run(/^Check that these/).split(' ')[0]).toBe(evidence.digest.slice('sha256:'.length));
  });
});
