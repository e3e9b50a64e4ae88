import { createHash } from 'node:crypto';

import { startOfDay } from '../../src/document/day.ts';
import type { ContentFile, Digest, FrontMatter } from '../../src/document/document.ts';
import type {
  CountedApproval,
  RegisteredDocument,
  Release,
  ReleaseAct,
  Revision,
} from '../../src/register/register.ts';
import { fixtureRules, keyOf, people, sha256, types, zone } from './register-fixture-rules.ts';
import { fixtureFiles, fixtureTexts } from './register-fixture-texts.ts';

/** A revision to put, with its text. */
export interface PutFacts {
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
export const blobs = new Map<string, Uint8Array>();

function contentFile(path: string, bytes: Uint8Array): ContentFile {
  const digest = sha256(bytes);
  blobs.set(digest, bytes);
  const blob = createHash('sha1')
    .update(`blob ${String(bytes.length)}\0`)
    .update(bytes)
    .digest('hex');
  return { path, size: bytes.length, sha256: digest, blob };
}

/** Builds releases one after the other, as a releaser would. */
export class RegisterBuilder {
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
      notCounted: [],
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
