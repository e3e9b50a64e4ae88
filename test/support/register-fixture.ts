import type { FieldValue, FrontMatter } from '../../src/document/document.ts';
import { outcomeOf, type Problem } from '../../src/problem/problem.ts';
import type { Snapshot } from '../../src/publish/snapshot.ts';
import type { Register, Verification } from '../../src/register/register.ts';
import { blobs, type PutFacts, RegisterBuilder } from './register-fixture-builder.ts';
import { fixtureRules } from './register-fixture-rules.ts';
import { fixtureFiles } from './register-fixture-texts.ts';

/**
 * A register made by hand, without Git and without signatures, for tests of pages and questions
 * only. Twelve documents and a record in every state that there is.
 */

/** Wednesday 25 November 2026, 14:00 in Detroit. */
export const fixtureNow = Date.UTC(2026, 10, 25, 19, 0, 0) / 1000;

/** The register of the fixture. */
export function fixtureRegister(): Register {
  const b = new RegisterBuilder();
  const sops = 'qms-docs/sops';
  const wis = 'qms-docs/work-instructions';
  b.release('2025-03-03', {
    put: [
      {
        id: 'QMS',
        revision: '1',
        title: 'Document control rules',
        type: 'rules',
        body: 'rules',
        path: 'qms-docs/qms.yaml',
        day: '2025-03-03',
      },
    ],
    comment: 'The register begins.',
  });
  const sop = (
    id: string,
    revision: string,
    title: string,
    day: string,
    processes: string[],
    more: Partial<FrontMatter> = {},
    body = 'procedure',
  ): PutFacts => ({
    id,
    revision,
    title,
    type: 'sop',
    body,
    path: `${sops}/${id}.md`,
    day,
    more: { processes, clauses: ['7.5.3'], audience: ['operator'], ...more },
  });
  b.release('2025-03-10', {
    put: [
      {
        id: 'POL-001',
        revision: '1',
        title: 'Quality policy',
        type: 'policy',
        body: 'policy',
        path: 'qms-docs/POL-001.md',
        day: '2025-03-10',
        more: { owner: 'quality-manager', clauses: ['5.2.1', '5.2.2'], processes: ['leadership'] },
      },
      sop('SOP-001', '1', 'Control of documents', '2025-03-10', ['document-control']),
      sop('SOP-002', '1', 'Control of nonconforming product', '2025-03-10', ['quality'], {
        clauses: ['8.7'],
        audience: ['operator', 'inspector'],
      }),
      sop('SOP-003', '1', 'Internal audit', '2025-03-10', ['quality']),
      sop('SOP-009', '1', 'Paper master list', '2025-03-10', ['document-control']),
    ],
  });
  b.release('2025-06-02', {
    put: [
      sop('SOP-001', '2', 'Control of documented information', '2025-06-02', ['document-control'], {
        changes: 'External documents added.',
      }),
      {
        id: 'WI-004',
        revision: 'A',
        title: 'Setting up mill 4',
        type: 'wi',
        body: 'Old text of the work instruction.\n',
        path: `${wis}/WI-004.md`,
        day: '2025-06-02',
        more: { processes: ['machining'], machines: ['mill-4'] },
      },
      {
        id: 'WI-009',
        revision: 'B',
        title: 'Deburring by hand',
        type: 'wi',
        body: 'deburring',
        path: `${wis}/WI-009.md`,
        day: '2025-06-02',
        more: { processes: ['machining'] },
      },
      {
        id: 'EXT-001',
        revision: '1',
        title: 'ISO 2768-1 General tolerances',
        type: 'external',
        body: 'external',
        path: 'qms-docs/external/EXT-001.md',
        day: '2025-06-02',
        more: {
          source: 'International Organization for Standardization',
          issue: '1989',
          checked: '2025-05-28',
          processes: ['machining', 'quality'],
        },
      },
    ],
  });
  b.release('2026-03-09', {
    confirm: ['POL-001'],
  });
  b.release('2026-09-14', {
    put: [
      {
        id: 'NCR-2026-014',
        revision: '1',
        title: 'Bore diameter out of tolerance, order 4711',
        type: 'ncr',
        body: 'ncr',
        path: 'qms-docs/records/NCR-2026-014.md',
        day: '2026-09-14',
        more: {
          date: '2026-09-11',
          fields: new Map<string, FieldValue>([
            ['severity', 'major'],
            ['found', '2026-09-11'],
            ['product', 'Bearing housing BH-220'],
          ]),
        },
      },
    ],
  });
  b.release('2026-11-02', {
    put: [
      {
        id: 'WI-004',
        revision: 'B',
        title: 'Setting up and clamping on mill 4',
        type: 'wi',
        body: 'setup',
        path: `${wis}/WI-004.md`,
        day: '2026-11-02',
        attachments: [
          `${wis}/pictures/clamping.svg`,
          `${wis}/pictures/table.png`,
          `${wis}/settings.csv`,
        ],
        more: {
          changes: 'New vice: clamping force and jaw height changed after NCR-2026-014.',
          processes: ['machining'],
          departments: ['production'],
          machines: ['mill-4'],
          keywords: ['vice', 'clamping', 'zero point'],
          audience: ['operator'],
          clauses: ['8.5.1'],
        },
      },
      {
        id: 'WI-010',
        revision: 'A',
        title: 'Deburring in the vibratory finisher',
        type: 'wi',
        body: 'deburring',
        path: `${wis}/WI-010.md`,
        day: '2026-11-02',
        more: { processes: ['machining'], supersedes: ['WI-009'] },
      },
    ],
  });
  b.release('2026-11-10', {
    withdraw: [
      {
        id: 'SOP-009',
        day: '2026-11-10',
        why: 'The register is the master list now.',
      },
      {
        id: 'WI-009',
        day: '2026-11-12',
        why: 'Deburring by hand is no longer done; parts go to the vibratory finisher.',
      },
    ],
  });
  b.release('2026-11-20', {
    put: [
      sop('SOP-001', '3', 'Control of documented information', '2026-12-01', ['document-control'], {
        changes: 'Planned effective dates added after audit finding NCR-2026-014.',
      }),
      sop('SOP-005', '1', 'Calibration of measuring equipment', '2027-01-04', ['quality'], {
        clauses: ['7.1.5'],
      }),
      {
        ...sop('SOP-004', '1', 'Release of first articles', '2026-11-20', ['quality', 'machining']),
        contested: [
          'The key SHA256:pV3…, with which the approval by Bob Fischer was signed, is compromised since release 8: the laptop was stolen.',
        ],
      },
    ],
  });
  return {
    anchor: b.releases[0]?.digest ?? 'sha256:',
    releases: b.releases,
    documents: b.documents,
    rules: fixtureRules,
  };
}

/** A verification of the fixture that found nothing but the problems given. */
export function fixtureVerification(
  problems: readonly Problem[] = [],
  register: Register = fixtureRegister(),
): Verification {
  const newest = register.releases.at(-1);
  return {
    outcome: outcomeOf(problems),
    anchor: register.anchor,
    anchorSource: 'qms.anchor in the Git configuration',
    headKnown: true,
    headReached: true,
    head: newest === undefined ? undefined : `${String(newest.number)}:${newest.digest}`,
    register,
    approvals: [],
    chain: undefined,
    seen: undefined,
    problems,
  };
}

/** A snapshot of the fixture; files are read from memory. */
export function fixtureSnapshot(problems: readonly Problem[] = []): Snapshot {
  return {
    verification: fixtureVerification(problems),
    verifiedAt: fixtureNow - 90,
    source: '/srv/qms/abc.git',
    readFile: (file) => {
      const bytes = blobs.get(file.sha256);
      return bytes === undefined
        ? Promise.reject(new Error(`no bytes for ${file.path}`))
        : Promise.resolve(bytes);
    },
  };
}

/** A snapshot with one document whose text (and files) a test chooses. */
export function snapshotOf(
  body: string,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): Snapshot {
  for (const [path, bytes] of files) fixtureFiles.set(path, bytes);
  const b = new RegisterBuilder();
  b.release('2025-03-03', {
    put: [
      {
        id: 'QMS',
        revision: '1',
        title: 'Document control rules',
        type: 'rules',
        body: 'rules',
        path: 'qms-docs/qms.yaml',
        day: '2025-03-03',
      },
    ],
  });
  b.release('2025-03-10', {
    put: [
      {
        id: 'SOP-001',
        revision: '1',
        title: 'Text of a test',
        type: 'sop',
        body,
        path: 'qms-docs/SOP-001.md',
        day: '2025-03-10',
        attachments: [...files.keys()],
      },
    ],
  });
  const [first] = b.releases;
  if (first === undefined) throw new Error('no release');
  const register: Register = {
    anchor: first.digest,
    releases: b.releases,
    documents: b.documents,
    rules: fixtureRules,
  };
  return { ...fixtureSnapshot(), verification: fixtureVerification([], register) };
}
