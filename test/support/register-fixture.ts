import { createHash } from 'node:crypto';

import type {
  ContentFile,
  Digest,
  FieldValue,
  FrontMatter,
  Interval,
} from '../../src/document/document.ts';
import { startOfDay } from '../../src/document/day.ts';
import type { Problem } from '../../src/problem/problem.ts';
import { outcomeOf } from '../../src/problem/problem.ts';
import type { Snapshot } from '../../src/publish/snapshot.ts';
import type {
  CountedApproval,
  Register,
  RegisteredDocument,
  Release,
  ReleaseAct,
  Revision,
  Verification,
} from '../../src/register/register.ts';
import type { DocumentType, Person, Rules } from '../../src/rules/rules.ts';
import { fixtureFiles, fixtureTexts } from './register-fixture-texts.ts';

/**
 * A register made by hand, without Git and without signatures, for tests of pages and questions
 * only. Twelve documents and two records in every state that there is.
 */

const zone = 'America/Detroit';

/** Wednesday 25 November 2026, 14:00 in Detroit. */
export const fixtureNow = Date.UTC(2026, 10, 25, 19, 0, 0) / 1000;

const sha256 = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');

const keyOf = (person: string): string =>
  `SHA256:${createHash('sha256').update(person).digest('base64').replace(/=+$/, '')}`;

function person(id: string, name: string, roles: string[], use: Person['keys'][0]['use']): Person {
  return {
    id,
    name,
    email: [`${id}@abc.example`],
    roles,
    keys: [
      {
        text: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${sha256(id).slice(0, 43)} ${id}@abc.example`,
        identity: { format: 'ssh', fingerprint: keyOf(id), algorithm: 'ssh-ed25519' },
        use,
      },
    ],
  };
}

const people = new Map(
  [
    person('alice', 'Alice Ng', ['quality-manager'], ['approve', 'commit']),
    person('bob', 'Bob Fischer', ['process-owner'], ['approve', 'commit']),
    person('carol', 'Carol Diaz', ['document-controller'], ['release', 'commit']),
    person('dave', 'Dave Okafor', ['operator'], ['commit']),
  ].map((each) => [each.id, each]),
);

const months = (count: number): Interval => ({ count, unit: 'months' });
const years = (count: number): Interval => ({ count, unit: 'years' });

function type(
  id: string,
  title: string,
  prefix: string,
  rest: Partial<DocumentType> = {},
): DocumentType {
  return {
    id,
    title,
    kind: 'document',
    prefix,
    revisions: 'number',
    approvals: [
      { role: 'process-owner', meaning: 'reviewed', count: 1 },
      { role: 'quality-manager', meaning: 'approved', count: 1 },
    ],
    independent: true,
    contributors: 'known',
    review: months(24),
    retention: years(10),
    fields: new Map(),
    ...rest,
  };
}

const types = new Map(
  [
    type('policy', 'Policy', 'POL'),
    type('sop', 'Standard operating procedure', 'SOP'),
    type('wi', 'Work instruction', 'WI', { revisions: 'letter', review: months(12) }),
    type('external', 'External document', 'EXT', { kind: 'external', review: months(12) }),
    type('ncr', 'Nonconformity report', 'NCR', {
      kind: 'record',
      approvals: [],
      review: undefined,
    }),
    type('rules', 'Document control rules', 'QMS', {
      kind: 'rules',
      approvals: [{ role: 'quality-manager', meaning: 'approved', count: 1 }],
      review: undefined,
    }),
  ].map((each) => [each.id, each]),
);

export const fixtureRules: Rules = {
  revision: '1',
  title: 'Document control rules',
  organization: 'ABC Industrial Components',
  timezone: zone,
  standards: ['iso9001:2015'],
  changes: undefined,
  roles: new Map([
    ['quality-manager', 'Quality manager'],
    ['document-controller', 'Document controller'],
    ['process-owner', 'Process owner'],
    ['operator', 'Operator'],
    ['inspector', 'Inspector'],
  ]),
  people,
  types,
  releaseRole: 'document-controller',
  compromised: [],
};

interface PutFacts {
  readonly id: string;
  readonly revision: string;
  readonly title: string;
  readonly type: string;
  /** Markdown after the front matter, or a key of the fixture's texts. */
  readonly body: string;
  readonly path: string;
  readonly day: string;
  readonly more?: Partial<FrontMatter>;
  readonly attachments?: readonly string[];
  readonly contested?: readonly string[];
}

/** Bytes of every released file by their SHA-256. */
const blobs = new Map<string, Uint8Array>();

function contentFile(path: string, bytes: Uint8Array): ContentFile {
  const digest = sha256(bytes);
  blobs.set(digest, bytes);
  const blob = createHash('sha1')
    .update(`blob ${String(bytes.length)}\0`)
    .update(bytes)
    .digest('hex');
  return { path, size: bytes.length, sha256: digest, blob };
}

class Builder {
  readonly releases: Release[] = [];
  readonly documents = new Map<string, RegisteredDocument>();
  readonly #blank: FrontMatter = {
    id: '',
    title: '',
    type: '',
    revision: '',
    owner: 'process-owner',
    clauses: [],
    changes: undefined,
    effective: undefined,
    approval: [],
    review: undefined,
    audience: [],
    processes: [],
    departments: [],
    machines: [],
    keywords: [],
    supersedes: [],
    date: undefined,
    fields: undefined,
    source: undefined,
    issue: undefined,
    checked: undefined,
  };

  /** One release, signed at ten in the morning of a day. */
  release(
    day: string,
    lines: {
      readonly put?: readonly PutFacts[];
      readonly withdraw?: readonly {
        readonly id: string;
        readonly day: string;
        readonly why: string;
      }[];
      readonly confirm?: readonly string[];
      readonly comment?: string;
    },
  ): void {
    const number = this.releases.length + 1;
    const seconds = startOfDay(day, zone) + 10 * 3600;
    const approvals: CountedApproval[] = [];
    const acts: ReleaseAct[] = [];
    for (const put of lines.put ?? []) acts.push(this.#put(number, seconds, put, approvals));
    for (const each of lines.withdraw ?? []) {
      const document = this.#document(each.id);
      const last = document.revisions.at(-1);
      if (last === undefined) throw new Error(`${each.id} has no revision`);
      const act = this.#act('withdraw', last, number, seconds, each.day, approvals, each.why);
      this.documents.set(each.id, { ...document, end: act });
      acts.push(act);
    }
    for (const id of lines.confirm ?? []) {
      const document = this.#document(id);
      const last = document.revisions.at(-1);
      if (last === undefined) throw new Error(`${id} has no revision`);
      const act = this.#act('confirm', last, number, seconds, day, approvals, '');
      const revisions = [
        ...document.revisions.slice(0, -1),
        { ...last, confirmations: [...last.confirmations, act] },
      ];
      this.documents.set(id, { ...document, revisions });
      acts.push(act);
    }
    const words = acts.map((act) =>
      act.act === 'put'
        ? `${act.document} revision ${act.revision}`
        : `${act.document} ${act.act === 'withdraw' ? 'withdrawn' : 'confirmed'}`,
    );
    const subject = `Release ${String(number)}: ${words.join(', ')}`;
    const fields = acts.map((act) => {
      const name = { put: 'Put', withdraw: 'Withdraw', confirm: 'Confirm', dispose: 'Dispose' }[
        act.act
      ];
      const digest = act.act === 'put' ? ` ${this.#digestOf(act)}` : '';
      return `${name}: ${act.document} ${act.revision}${digest} ${act.day}`;
    });
    const raw = rawTag(`qms/release/${String(number)}`, 'Carol Diaz <carol@abc.example>', seconds, [
      subject,
      ...(lines.comment === undefined ? [] : ['', lines.comment]),
      '',
      'Qms-Statement: release/1',
      ...(number === 1 ? [] : [`Register: ${this.releases[0]?.digest ?? ''}`]),
      `Release: ${String(number)}`,
      ...(number === 1 ? [] : [`Previous: ${this.releases.at(-1)?.digest ?? ''}`]),
      'Person: carol',
      ...fields,
      ...approvals.map((approval) => `Approval: ${approval.digest} ${approval.name}`),
    ]);
    this.releases.push({
      number,
      tag: createHash('sha1').update(raw).digest('hex'),
      digest: `sha256:${sha256(raw)}`,
      commit: createHash('sha1')
        .update(`commit ${String(number)}`)
        .digest('hex'),
      person: 'carol',
      personName: 'Carol Diaz',
      key: { format: 'ssh', fingerprint: keyOf('carol'), algorithm: 'ssh-ed25519' },
      time: { seconds, offset: '-0500' },
      subject,
      comment: lines.comment ?? '',
      acts,
      approvals,
      rules: fixtureRules,
      raw,
    });
  }

  #document(id: string): RegisteredDocument {
    const document = this.documents.get(id);
    if (document === undefined) throw new Error(`${id} is not released`);
    return document;
  }

  #digestOf(act: ReleaseAct): string {
    const found = this.#document(act.document).revisions.find(
      (each) => each.revision === act.revision,
    );
    return found?.digest ?? '';
  }

  #put(number: number, seconds: number, facts: PutFacts, approvals: CountedApproval[]): ReleaseAct {
    const documentType = types.get(facts.type);
    if (documentType === undefined) throw new Error(facts.type);
    const frontMatter: FrontMatter = {
      ...this.#blank,
      id: facts.id,
      title: facts.title,
      type: facts.type,
      revision: facts.revision,
      ...facts.more,
    };
    const body = fixtureTexts[facts.body] ?? facts.body;
    const isRules = facts.type === 'rules';
    const source = isRules
      ? body
      : `---\nid: ${facts.id}\ntitle: ${facts.title}\nrevision: ${facts.revision}\n---\n\n${body}`;
    const files = [contentFile(facts.path, new TextEncoder().encode(source))];
    for (const path of facts.attachments ?? []) {
      const bytes = fixtureFiles.get(path);
      if (bytes === undefined) throw new Error(`no file ${path}`);
      files.push(contentFile(path, bytes));
    }
    const lines = files.map((file) => `${file.sha256} ${String(file.size)} ${file.path}\n`).sort();
    const digest: Digest = `sha256:${sha256(`qms-content 1\n${lines.join('')}`)}`;
    const bare = { document: facts.id, revision: facts.revision, digest, type: documentType };
    const put = this.#act('put', bare, number, seconds, facts.day, approvals, '');
    const revision: Revision = {
      ...bare,
      put,
      path: facts.path,
      files,
      frontMatter: isRules ? undefined : frontMatter,
      title: facts.title,
      contributors: ['dave'],
      confirmations: [],
      contested: facts.contested ?? [],
    };
    const known = this.documents.get(facts.id);
    this.documents.set(facts.id, {
      id: facts.id,
      type: documentType,
      revisions: [...(known?.revisions ?? []), revision],
      end: known?.end,
    });
    return put;
  }

  #act(
    act: 'put' | 'withdraw' | 'confirm',
    revision: Pick<Revision, 'document' | 'revision' | 'digest' | 'type'>,
    release: number,
    seconds: number,
    day: string,
    approvals: CountedApproval[],
    comment: string,
  ): ReleaseAct {
    const decision = act === 'put' ? 'approve' : act;
    const mine: CountedApproval[] = [];
    const needs = release === 1 ? [] : revision.type.approvals;
    const filled = needs.map((requirement) => {
      const by = [...people.values()].find((each) => each.roles.includes(requirement.role));
      if (by === undefined) throw new Error(requirement.role);
      const name = `qms/${decision}/${revision.document}/${revision.revision}/${by.id}`;
      const raw = rawTag(name, `${by.name} <${by.email[0] ?? ''}>`, seconds - 86_400, [
        `${act === 'put' ? 'Approve' : act === 'withdraw' ? 'Withdraw' : 'Confirm'} ${revision.document} revision ${revision.revision}`,
        ...(comment === '' ? [] : ['', comment]),
        '',
        'Qms-Statement: approval/1',
        `Register: ${this.releases[0]?.digest ?? ''}`,
        `Document: ${revision.document} ${revision.revision} ${revision.digest}`,
        `Decision: ${decision}`,
        `As: ${requirement.role} ${requirement.meaning}`,
        `Person: ${by.id}`,
      ]);
      const approval: CountedApproval = {
        name,
        digest: `sha256:${sha256(raw)}`,
        commit: createHash('sha1').update(name).digest('hex'),
        person: by.id,
        personName: by.name,
        as: [{ role: requirement.role, meaning: requirement.meaning }],
        decision,
        documents: [revision.document],
        comment,
        time: { seconds: seconds - 86_400, offset: '-0500' },
        key: { format: 'ssh', fingerprint: keyOf(by.id), algorithm: 'ssh-ed25519' },
        raw,
      };
      mine.push(approval);
      return { ...requirement, by: [{ person: by.id, approval: name }] };
    });
    approvals.push(...mine);
    return {
      act,
      document: revision.document,
      revision: revision.revision,
      release,
      day,
      from: Math.max(seconds, startOfDay(day, zone)),
      filled,
      approvals: mine,
    };
  }
}

function rawTag(
  name: string,
  tagger: string,
  seconds: number,
  message: readonly string[],
): Uint8Array {
  const object = createHash('sha1').update(name).digest('hex');
  const armour = Buffer.from(sha256(message.join('\n')).repeat(4)).toString('base64');
  const lines = armour.match(/.{1,70}/g) ?? [];
  return new TextEncoder().encode(
    [
      `object ${object}`,
      'type commit',
      `tag ${name}`,
      `tagger ${tagger} ${String(seconds)} -0500`,
      '',
      ...message,
      '-----BEGIN SSH SIGNATURE-----',
      ...lines,
      '-----END SSH SIGNATURE-----',
      '',
    ].join('\n'),
  );
}

/** The register of the fixture. */
export function fixtureRegister(): Register {
  const b = new Builder();
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
    head: newest === undefined ? undefined : `${String(newest.number)}:${newest.digest}`,
    register,
    approvals: [],
    chain: undefined,
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
  const b = new Builder();
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
