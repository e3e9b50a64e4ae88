import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { evidenceOf } from '../../src/audit/evidence.ts';
import { fixtureRegister } from '../support/register-fixture.ts';

const register = fixtureRegister();
const evidence = evidenceOf(register, 'WI-004', 'B');

describe('the evidence for a revision', () => {
  it('names each approver with role, meaning, key and the statement that was signed', () => {
    expect(evidence.approvals.map((each) => [each.name, each.as[0]?.roleTitle])).toEqual([
      ['Bob Fischer', 'Process owner'],
      ['Alice Ng', 'Quality manager'],
    ]);
    expect(evidence.approvals[0]?.statement).toContain(`Document: WI-004 B ${evidence.digest}\n`);
    expect(evidence.approvals[0]?.key).toMatch(/^SHA256:/);
  });

  it('gives the text whose SHA-256 is the content digest', () => {
    const digest = createHash('sha256').update(evidence.manifest).digest('hex');
    expect(`sha256:${digest}`).toBe(evidence.digest);
  });

  it('walks through the verdict: statement, signature, key, role, content, need, independence', () => {
    const steps = evidence.approvals[1]?.steps ?? [];
    expect(steps.map((each) => each.step)).toEqual([
      'statement',
      'signature',
      'key',
      'role',
      'content',
      'requirement',
      'independence',
    ]);
    expect(steps.every((each) => each.holds)).toBe(true);
    expect(steps[6]?.words).toBe(
      'Alice Ng did not contribute to this revision. Contributors: dave.',
    );
  });

  it('says of a step that it does not hold where the register says otherwise', () => {
    const document = register.documents.get('WI-004');
    const revisions = document?.revisions.map((each) => ({
      ...each,
      digest: `sha256:${'0'.repeat(64)}` as const,
      contributors: ['alice'],
    }));
    const documents = new Map(register.documents);
    if (document !== undefined && revisions !== undefined) {
      documents.set('WI-004', { ...document, revisions });
    }
    const releases = register.releases.map((release) => ({
      ...release,
      rules: { ...release.rules, people: new Map<string, never>() },
    }));
    const doubtful = evidenceOf({ ...register, documents, releases }, 'WI-004', 'B');
    const failing = doubtful.approvals[1]?.steps.filter((each) => !each.holds);
    expect(failing?.map((each) => each.step)).toEqual(['key', 'role', 'content', 'independence']);
    const release = doubtful.released.steps.filter((each) => !each.holds);
    expect(release.map((each) => each.step)).toEqual(['key', 'role']);
  });

  it('gives commands for this very revision, and says what release, digest and people to expect', () => {
    expect(evidence.commands[0]?.command).toContain('ID=WI-004\nREVISION=B');
    const expected = evidence.commands.map((each) => each.expect).join('\n');
    expect(expected).toContain('Release 6 puts WI-004 B from ');
    expect(expected).toContain(`"same: ${evidence.digest}"`);
    expect(expected).toContain('For Bob Fischer, Alice Ng: ');
    expect(expected).toContain('Nobody who wrote may be needed among those who approved.');
  });

  it('teaches the shell OpenPGP only where the register holds such signatures', () => {
    const titles = (one: typeof evidence): string[] => one.commands.map(({ title }) => title);
    expect(titles(evidence)).not.toContain('Teach it OpenPGP');
    const releases = register.releases.map((release) => ({
      ...release,
      key: { ...release.key, format: 'openpgp' as const },
    }));
    const mixed = evidenceOf({ ...register, releases }, 'WI-004', 'B');
    expect(titles(mixed).slice(2, 5)).toEqual([
      'Teach the shell eight words',
      'Teach it OpenPGP',
      'Walk the chain from the anchor',
    ]);
  });
});
