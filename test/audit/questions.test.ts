import { describe, expect, it } from 'vitest';

import { documentView } from '../../src/audit/document-view.ts';
import { historyOf } from '../../src/audit/history.ts';
import { endOfDay, formatInstant, formatSignedInstant } from '../../src/audit/instant.ts';
import { releaseJournal, releaseView } from '../../src/audit/journal.ts';
import { listDocuments } from '../../src/audit/list.ts';
import { verificationReport } from '../../src/audit/verification-report.ts';
import { makeProblem, QmsError } from '../../src/problem/problem.ts';
import { fixtureNow, fixtureRegister, fixtureVerification } from '../support/register-fixture.ts';

const register = fixtureRegister();
const verification = fixtureVerification([], register);

function codeOf(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (error instanceof QmsError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('the master list', () => {
  it('has a line for each effective and pending revision and each withdrawn document', () => {
    const lines = listDocuments(verification, fixtureNow).documents.map(
      (each) => `${each.id} ${each.revision} ${each.state}`,
    );
    expect(lines).toEqual([
      'EXT-001 1 effective',
      'NCR-2026-014 1 effective',
      'POL-001 1 effective',
      'QMS 1 effective',
      'SOP-001 2 effective',
      'SOP-001 3 pending',
      'SOP-002 1 effective',
      'SOP-003 1 effective',
      'SOP-004 1 effective',
      'SOP-005 1 pending',
      'SOP-009 1 withdrawn',
      'WI-004 B effective',
      'WI-009 B withdrawn',
      'WI-010 A effective',
    ]);
  });

  it('has exactly the fields that the formats page promises', () => {
    const [first] = listDocuments(verification, fixtureNow, { type: 'wi' }).documents;
    expect(first).toEqual({
      id: 'WI-004',
      type: 'wi',
      title: 'Setting up and clamping on mill 4',
      revision: 'B',
      state: 'effective',
      effective: '2026-11-02',
      release: 6,
      owner: 'process-owner',
      path: 'qms-docs/work-instructions/WI-004.md',
      clauses: ['8.5.1'],
      nextReview: '2027-11-02',
      contested: false,
    });
  });

  it('says which documents are contested, and no next review where none is asked for', () => {
    const list = listDocuments(verification, fixtureNow).documents;
    const of = (id: string) => list.find((each) => each.id === id);
    expect(of('SOP-004')?.contested).toBe(true);
    expect(of('QMS')).toMatchObject({ nextReview: null, owner: null });
    expect(of('SOP-005')?.nextReview).toBeNull();
  });

  it('counts the next review from the last confirmation', () => {
    const [policy] = listDocuments(verification, fixtureNow, { type: 'policy' }).documents;
    expect(policy?.nextReview).toBe('2028-03-09');
  });

  it('gives the revisions in one state where one is asked for', () => {
    const superseded = listDocuments(verification, fixtureNow, { state: 'superseded' }).documents;
    expect(superseded.map((each) => `${each.id} ${each.revision}`)).toEqual([
      'SOP-001 1',
      'WI-004 A',
    ]);
  });

  it('is that of an earlier day, without what was released later', () => {
    const at = endOfDay('2025-03-10', 'America/Detroit');
    const list = listDocuments(verification, at);
    expect(list.at).toBe('2025-03-10T23:59:59-04:00');
    expect(list.documents.map((each) => `${each.id} ${each.revision} ${each.title}`)).toEqual([
      'POL-001 1 Quality policy',
      'QMS 1 Document control rules',
      'SOP-001 1 Control of documents',
      'SOP-002 1 Control of nonconforming product',
      'SOP-003 1 Internal audit',
      'SOP-009 1 Paper master list',
    ]);
    expect(list.documents[0]?.nextReview).toBe('2027-03-10');
  });

  it('is refused where no release is valid, never empty', () => {
    const nothing = { ...verification, register: undefined };
    expect(codeOf(() => listDocuments(nothing, fixtureNow))).toBe('audit/no-register');
  });
});

describe('one document', () => {
  it('is shown with its effective revision where none is named', () => {
    const view = documentView(register, 'SOP-001', fixtureNow);
    expect(view).toMatchObject({
      revision: '2',
      state: 'effective',
      since: '2025-06-02T10:00:00-04:00',
      until: '2026-12-01T00:00:00-05:00',
      inForce: '2',
      pending: { revision: '3', effective: '2026-12-01' },
      changes: 'External documents added.',
      ownerTitle: 'Process owner',
    });
    expect(
      view.approvals.map((each) => `${each.name}: ${each.roleTitle}, ${each.meaning}`),
    ).toEqual(['Bob Fischer: Process owner, reviewed', 'Alice Ng: Quality manager, approved']);
  });

  it('is shown with the pending revision where none is effective, and the last where all ended', () => {
    expect(documentView(register, 'SOP-005', fixtureNow)).toMatchObject({
      state: 'pending',
      inForce: null,
      since: null,
    });
    expect(documentView(register, 'WI-009', fixtureNow)).toMatchObject({
      state: 'withdrawn',
      successor: 'WI-010',
      end: {
        act: 'withdraw',
        day: '2026-11-12',
        reason: 'Deburring by hand is no longer done; parts go to the vibratory finisher.',
      },
    });
  });

  it('is refused by its id or revision where there is none', () => {
    expect(codeOf(() => documentView(register, 'SOP-999', fixtureNow))).toBe(
      'audit/document-unknown',
    );
    expect(codeOf(() => documentView(register, '__proto__', fixtureNow))).toBe(
      'audit/document-unknown',
    );
    expect(codeOf(() => documentView(register, 'SOP-001', fixtureNow, '9'))).toBe(
      'audit/revision-unknown',
    );
  });
});

describe('the history of a document', () => {
  it('runs from the newest revision to the first, with the time in force of each', () => {
    const history = historyOf(register, 'SOP-001', fixtureNow);
    expect(
      history.revisions.map((each) => [each.revision, each.state, each.from, each.until]),
    ).toEqual([
      ['3', 'pending', '2026-12-01T00:00:00-05:00', null],
      ['2', 'effective', '2025-06-02T10:00:00-04:00', '2026-12-01T00:00:00-05:00'],
      ['1', 'superseded', '2025-03-10T10:00:00-04:00', '2025-06-02T10:00:00-04:00'],
    ]);
    expect(history.title).toBe('Control of documented information');
  });

  it('holds confirmations and the end with their reasons', () => {
    const [policy] = historyOf(register, 'POL-001', fixtureNow).revisions;
    expect(policy?.confirmations.map((each) => `${each.day} ${String(each.release)}`)).toEqual([
      '2026-03-09 4',
    ]);
    expect(historyOf(register, 'SOP-009', fixtureNow)).toMatchObject({
      end: { reason: 'The register is the master list now.', release: 7 },
      successor: null,
    });
  });
});

describe('the journal', () => {
  it('lists every release, newest first, with what it did', () => {
    const journal = releaseJournal(register);
    expect(journal.releases.map((each) => each.release)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(journal.releases[1]?.acts.map((each) => `${each.act} ${each.id}`)).toEqual([
      'withdraw SOP-009',
      'withdraw WI-009',
    ]);
  });

  it('shows one release with the statement that was signed and the one before it', () => {
    const release = releaseView(register, 7);
    expect(release.statement).toMatch(/^Release 7: SOP-009 withdrawn, WI-009 withdrawn\n/);
    expect(release.statement).not.toContain('BEGIN');
    expect(release.signature).toMatch(/^-----BEGIN SSH SIGNATURE-----\n/);
    expect(release.previous).toBe(register.releases[5]?.digest);
    expect(release.steps.every((step) => step.holds)).toBe(true);
  });

  it('refuses a number that no release has', () => {
    expect(codeOf(() => releaseView(register, 9))).toBe('audit/release-unknown');
    expect(codeOf(() => releaseView(register, 0))).toBe('audit/release-unknown');
  });
});

describe('the report of a verification', () => {
  it('gives outcome, anchor, head, documents and problems', () => {
    const problem = makeProblem('release/contested', {
      message: 'SOP-004 revision 1 rests on a compromised key.',
      place: {},
      document: 'SOP-004',
    });
    const report = verificationReport(fixtureVerification([problem], register), fixtureNow);
    expect(report.outcome).toBe('problems');
    expect(report.releases).toBe(8);
    expect(report.head).toBe(`8:${register.releases[7]?.digest ?? ''}`);
    expect(report.problems).toEqual([problem]);
    expect(report.documents.filter((each) => each.id === 'SOP-001')).toEqual([
      { id: 'SOP-001', revision: '1', state: 'superseded', release: 2, contested: false },
      { id: 'SOP-001', revision: '2', state: 'effective', release: 3, contested: false },
      { id: 'SOP-001', revision: '3', state: 'pending', release: 8, contested: false },
    ]);
  });

  it('has no documents and says so plainly where no release is valid', () => {
    const nothing = { ...verification, register: undefined, head: undefined, anchor: undefined };
    expect(verificationReport(nothing, fixtureNow)).toMatchObject({
      anchor: null,
      head: null,
      releases: 0,
      documents: [],
    });
  });
});

describe('an instant in words for machines', () => {
  it('bears the offset that the zone has on that day', () => {
    expect(formatInstant(Date.UTC(2026, 6, 1) / 1000, 'America/Detroit')).toBe(
      '2026-06-30T20:00:00-04:00',
    );
    expect(formatInstant(Date.UTC(2026, 11, 1) / 1000, 'Asia/Kolkata')).toBe(
      '2026-12-01T05:30:00+05:30',
    );
    expect(formatInstant(0.9, 'UTC')).toBe('1970-01-01T00:00:00+00:00');
  });

  it('keeps the offset that a signer stated', () => {
    const seconds = Date.UTC(2026, 10, 21, 12, 0, 5) / 1000;
    expect(formatSignedInstant({ seconds, offset: '+0100' })).toBe('2026-11-21T13:00:05+01:00');
    expect(formatSignedInstant({ seconds, offset: '-0330' })).toBe('2026-11-21T08:30:05-03:30');
  });
});
