import { addInterval, dayOf, isDay } from '../../document/day.ts';
import type { ContentFile, Digest, FrontMatter, Requirement } from '../../document/document.ts';
import { rulesId } from '../../document/identity.ts';
import { compareCodePoints } from '../../git/code-point-order.ts';
import { successor } from '../../document/revision.ts';
import type { ProblemCode } from '../../problem/codes.ts';
import { makeProblem, type Problem } from '../../problem/problem.ts';
import type { DocumentType, Rules } from '../../rules/rules.ts';
import type { Chain } from '../chain.ts';
import type { RegisteredDocument } from '../register.ts';
import type { ActNeeds } from '../release-approvals.ts';

/** A revision as it stands in a commit, not yet released. */
export interface WrittenRevision {
  readonly id: string;
  readonly revision: string;
  readonly type: DocumentType;
  /** Path of the Markdown file, or of `qms.yaml`. */
  readonly path: string;
  readonly title: string;
  readonly digest: Digest;
  readonly files: readonly ContentFile[];
  /** Undefined for `QMS`. */
  readonly frontMatter: FrontMatter | undefined;
  /** For `QMS`: the rules that it would put in force. */
  readonly rules: Rules | undefined;
}

/** What somebody wants to release. */
export interface ReleaseWish {
  readonly put: readonly WrittenRevision[];
  /** Ids of documents. */
  readonly withdraw: readonly string[];
  readonly confirm: readonly string[];
  readonly dispose: readonly string[];
  /** `YYYY-MM-DD`; the day of signing, or the document's own later day, where undefined. */
  readonly effective: string | undefined;
}

/** One line of the release to be. */
export interface PlannedLine extends ActNeeds {
  readonly day: string;
  readonly type: DocumentType;
  readonly path: string;
}

/** What a document of this type needs, with what its own front matter adds. */
export function requirementsOf(
  type: DocumentType,
  frontMatter: FrontMatter | undefined,
): readonly Requirement[] {
  return [...type.approvals, ...(frontMatter?.approval ?? [])];
}

/**
 * The lines that a wish asks for, and every reason why one of them can not be.
 * @param now  Seconds since the epoch: the instant of signing.
 * @see shared register format, "Release"
 */
export function planLines(
  wish: ReleaseWish,
  chain: Pick<Chain, 'documents'>,
  rules: Rules,
  now: number,
): { readonly lines: readonly PlannedLine[]; readonly problems: readonly Problem[] } {
  const planner = new LinePlanner(wish, chain.documents, rules, dayOf(now, rules.timezone));
  for (const written of wish.put) planner.put(written);
  for (const id of wish.withdraw) planner.end(id, 'withdraw');
  for (const id of wish.confirm) planner.end(id, 'confirm');
  for (const id of wish.dispose) planner.end(id, 'dispose');
  return planner.finish();
}

class LinePlanner {
  readonly #wish: ReleaseWish;
  readonly #documents: ReadonlyMap<string, RegisteredDocument>;
  readonly #rules: Rules;
  readonly #today: string;
  readonly #lines = new Map<string, PlannedLine>();
  readonly #problems: Problem[] = [];

  constructor(
    wish: ReleaseWish,
    documents: ReadonlyMap<string, RegisteredDocument>,
    rules: Rules,
    today: string,
  ) {
    this.#wish = wish;
    this.#documents = documents;
    this.#rules = rules;
    this.#today = today;
    if (wish.effective !== undefined && (!isDay(wish.effective) || wish.effective < today)) {
      this.#find(
        'release/day',
        `The day ${wish.effective} is not today (${today} in ${rules.timezone}) or later.`,
        {},
      );
    }
  }

  #find(code: ProblemCode, message: string, about: { document?: string; revision?: string }): void {
    this.#problems.push(makeProblem(code, { message, place: {}, ...about }));
  }

  put(written: WrittenRevision): void {
    const { id, revision, type, frontMatter, path } = written;
    const about = { document: id, revision };
    const before = this.#documents.get(id);
    if (before?.end !== undefined) {
      this.#find(
        'release/ended',
        `${id} was ended by release ${String(before.end.release)}.`,
        about,
      );
      return;
    }
    const last = before?.revisions.at(-1);
    if (last?.revision === revision) {
      const same = last.digest === written.digest;
      this.#find(
        'making/nothing-new',
        same
          ? `${id} revision ${revision} is released already, by release ${String(last.put.release)}.`
          : `${path} differs from ${id} revision ${revision}, which release ${String(last.put.release)} put, but bears the same revision.`,
        about,
      );
      return;
    }
    const next = last === undefined ? undefined : successor(type.revisions, last.revision);
    if (last !== undefined && next !== revision) {
      this.#find(
        'release/revision-order',
        `${path} is revision ${revision}; after ${last.revision} comes ${next ?? 'none'}.`,
        about,
      );
      return;
    }
    const asked = frontMatter?.effective;
    const day =
      this.#wish.effective ?? (asked !== undefined && asked > this.#today ? asked : this.#today);
    if (asked !== undefined && day < asked) {
      this.#find('release/day', `${id} asks to be effective on ${asked}, not on ${day}.`, about);
    }
    if (id === rulesId && day !== this.#today) {
      this.#find(
        'release/day',
        `The rules take effect on the day of signing, ${this.#today}.`,
        about,
      );
    }
    const requirements = requirementsOf(type, frontMatter);
    const files = written.files.map((file) => ({ ...file, mode: '100644' }));
    const digest = written.digest;
    this.#add({ act: 'put', document: id, revision, digest, requirements, files, day, type, path });
  }

  end(id: string, act: 'withdraw' | 'confirm' | 'dispose'): void {
    const document = this.#documents.get(id);
    const last = document?.revisions.at(-1);
    if (document === undefined || last === undefined) {
      this.#find('release/unknown-document', `No release has put ${id} in force.`, {
        document: id,
      });
      return;
    }
    const about = { document: id, revision: last.revision };
    if (document.end !== undefined) {
      const by = String(document.end.release);
      this.#find('release/ended', `${id} was ended by release ${by}.`, about);
      return;
    }
    const type = this.#rules.types.get(document.type.id) ?? document.type;
    if (act === 'withdraw' && id === rulesId) {
      this.#find('release/act', 'The rules are never withdrawn; they are replaced.', about);
      return;
    }
    if (act === 'dispose') {
      if (type.kind !== 'record') {
        this.#find('release/act', `${id} is no record. A document is withdrawn.`, about);
        return;
      }
      this.#requirePastRetention(type, last.frontMatter?.date, about);
    }
    const day = act === 'withdraw' ? (this.#wish.effective ?? this.#today) : this.#today;
    const { revision, digest, path } = last;
    const requirements = requirementsOf(type, last.frontMatter);
    const files = last.files.map((file) => ({ ...file, mode: '100644' }));
    this.#add({ act, document: id, revision, digest, requirements, files, day, type, path });
  }

  /** Verification does not compute retention, so nothing but this keeps a record long enough. */
  #requirePastRetention(
    type: DocumentType,
    date: string | undefined,
    about: { readonly document: string; readonly revision: string },
  ): void {
    if (type.retention === undefined || date === undefined) {
      this.#find(
        'making/retention',
        type.retention === undefined
          ? `The type ${type.id} names no retention time, so nothing says how long ${about.document} must be kept.`
          : `The date of ${about.document} is not known, so nothing says until when it must be kept.`,
        about,
      );
      return;
    }
    const until = addInterval(date, type.retention);
    if (until <= this.#today) return;
    this.#find(
      'making/retention',
      `${about.document} is of ${date} and must be kept until ${until}; today is ${this.#today}.`,
      about,
    );
  }

  #add(line: PlannedLine): void {
    if (this.#lines.has(line.document)) {
      this.#find('release/act', `${line.document} is named for two things at once.`, {
        document: line.document,
      });
      return;
    }
    this.#lines.set(line.document, line);
  }

  finish(): { readonly lines: readonly PlannedLine[]; readonly problems: readonly Problem[] } {
    const lines = [...this.#lines.values()].sort((a, b) =>
      compareCodePoints(a.document, b.document),
    );
    if (lines.some((line) => line.document === rulesId && line.act === 'put') && lines.length > 1) {
      this.#find(
        'release/rules-alone',
        'New rules are released on their own, and something else is named beside them.',
        { document: rulesId },
      );
    }
    return { lines, problems: this.#problems };
  }
}
