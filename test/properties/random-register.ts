import type { Random } from '../support/random.ts';
import { MemoryRepository } from '../support/memory-repository.ts';
import {
  edition,
  people,
  person,
  rules,
  type RulesData,
  type RulesType,
  type,
} from '../support/shop.ts';
import { releaseFaults } from './release-faults.ts';
import { ed25519Key } from '../support/ssh-keys.ts';
import {
  type Approval,
  type Decision,
  type Edition,
  type Files,
  type ReleaseOptions,
  StockRegister,
} from '../support/stock-register.ts';

/** A register in memory, and what is true of it by the way in which it was made. */
export interface RandomRegister {
  readonly register: StockRegister;
  readonly repository: MemoryRepository;
  /** Each release and what was wrong with the last, in words; to be read when a property fails. */
  readonly story: readonly string[];
  /** The fault that the last release was given; undefined where every release is as it should be. */
  readonly fault: string | undefined;
  /** Records that were disposed of: their files may be missing. */
  readonly disposed: readonly Edition[];
}

const roles = ['quality-manager', 'process-owner', 'operator'] as const;
const meanings = ['approved', 'reviewed', 'read'] as const;
/** Who may approve; the others write. */
const approvers = ['alice', 'bob', 'erin', 'grace'] as const;
const writers = ['dave', 'frank', 'mallory'] as const;

interface Requirement {
  readonly role: string;
  readonly meaning: string;
  readonly count?: string;
}

/** A document type with the id that its documents begin with. */
interface Kind {
  readonly name: string;
  readonly type: RulesType;
}

interface Released {
  readonly kind: Kind;
  readonly edition: Edition;
  /** Approvals that its front matter asks for. */
  readonly own: readonly Requirement[];
  readonly writers: readonly string[];
  /** The commit on main that holds it. */
  readonly commit: string;
}

/** Makes one register, release by release; everything follows from the random numbers. */
class Story {
  readonly repository = new MemoryRepository();
  readonly register = new StockRegister(people, 'Etc/UTC', this.repository);
  readonly lines: string[] = [];
  readonly disposed: Edition[] = [];
  readonly #random: Random;
  readonly #kinds: Kind[] = [];
  readonly #roles = new Map<string, readonly string[]>();
  readonly #documents = new Map<string, Released>();
  /** Who wrote what was not released yet, by document. */
  readonly #drafts = new Map<string, readonly string[]>();
  #rules: Edition;
  #revision = 1;
  #changes: ((data: RulesData) => void)[] = [];
  #next = 1;

  constructor(random: Random) {
    this.#random = random;
    this.#makeKinds();
    for (const id of approvers) {
      const held = roles.filter(() => random.oneIn(2));
      this.#roles.set(id, held.length === 0 ? [random.pick(roles)] : held);
    }
    // Somebody can always approve new rules: Heidi has no other part in any story.
    this.#changes.push((data) => {
      data.timezone = 'Etc/UTC';
      data.people = {};
      for (const [id, held] of this.#roles) {
        data.people[id] = person(id, [...held], ['approve', 'commit']);
      }
      for (const id of writers) data.people[id] = person(id, [], ['commit']);
      data.people['carol'] = person('carol', ['document-controller'], ['release', 'commit']);
      data.people['heidi'] = {
        ...person('heidi', ['owner'], []),
        keys: [{ key: heidi.key.line, use: ['approve'] }],
      };
      data.roles = { ...data.roles, owner: 'Owner' };
      data.types = Object.fromEntries(this.#kinds.map((kind) => [kind.name, kind.type]));
      data.types['rules'] = type('rules', 'QMS', [{ role: 'owner', meaning: 'approved' }]);
    });
    this.#rules = this.#rulesOf('1');
    this.register.actors['heidi'] = heidi;
    this.register.commit(this.#rules.files, { by: 'carol' });
    this.register.release({ put: [this.#rules] });
    this.lines.push('release 1: QMS 1');
  }

  #rulesOf(revision: string): Edition {
    return rules(revision, (data) => {
      for (const change of this.#changes) change(data);
    });
  }

  #makeKinds(): void {
    const random = this.#random;
    for (const name of ['sop', 'wi', 'pol', 'ncr'].slice(0, random.between(1, 4))) {
      const isRecord = name === 'ncr';
      const count = isRecord ? random.below(2) : random.between(1, 2);
      const asked = Array.from({ length: count }, () => this.#requirement());
      const more: Record<string, string> = {};
      if (random.oneIn(3)) more['independent'] = 'false';
      if (random.oneIn(4)) more['contributors'] = 'any';
      if (random.oneIn(3)) more['revisions'] = 'letter';
      const made = type(isRecord ? 'record' : 'document', name.toUpperCase(), asked, more);
      this.#kinds.push({ name, type: made });
    }
  }

  #requirement(): Requirement {
    const random = this.#random;
    const role = random.pick(roles);
    return { role, meaning: random.pick(meanings), ...(random.oneIn(5) ? { count: '2' } : {}) };
  }

  /** Distinct people for each requirement, or undefined where there are too few. */
  #choose(
    asked: readonly Requirement[],
    without: readonly string[],
  ): [string, Requirement][] | undefined {
    const chosen: [string, Requirement][] = [];
    for (const one of asked) {
      for (let count = Number(one.count ?? '1'); count > 0; count -= 1) {
        const free = this.#random
          .shuffled([...this.#roles.keys()])
          .find(
            (id) =>
              this.#roles.get(id)?.includes(one.role) === true &&
              !without.includes(id) &&
              !chosen.some(([taken]) => taken === id),
          );
        if (free === undefined) return undefined;
        chosen.push([free, one]);
      }
    }
    return chosen;
  }

  /** Approve editions as their types ask for it; some in one change order. */
  #approve(what: readonly Released[], decision: Decision): Approval[] | undefined {
    const wanted = new Map<string, { by: string; as: string; editions: Edition[] }>();
    for (const { kind, edition: one, own, writers: made } of what) {
      const asked = [...kind.type.approvals, ...own];
      const counts = decision === 'approve' && kind.type['independent'] !== 'false';
      const chosen = this.#choose(asked, counts ? made : []);
      if (chosen === undefined) return undefined;
      for (const [by, { role, meaning }] of chosen) {
        const as = `${role} ${meaning}`;
        const order = this.#random.oneIn(3) ? '' : one.id;
        const key = `${by} ${as} ${order}`;
        const entry = wanted.get(key) ?? { by, as, editions: [] };
        wanted.set(key, entry);
        entry.editions.push(one);
      }
    }
    return [...wanted.values()].map(({ by, as, editions }) => {
      const comment = this.#random.oneIn(4) ? { comment: 'Read and tried.' } : {};
      // What is no longer on main stands in the newest release.
      const at = decision === 'approve' ? {} : { at: this.register.lastRelease() };
      const options = { by, as, decision, ...comment, ...at };
      return this.register.approve(editions, options);
    });
  }

  /** Write new editions in one or a few commits. */
  #write(count: number): Released[] {
    const random = this.#random;
    const made: Released[] = [];
    for (let at = 0; at < count; at += 1) {
      const known = [...this.#documents.values()].filter(
        (one) => !made.some((other) => other.edition.id === one.edition.id),
      );
      const old = known.length > 0 && random.oneIn(2) ? random.pick(known) : undefined;
      const kind = old?.kind ?? random.pick(this.#kinds);
      const letters = kind.type.revisions === 'letter';
      const first = letters ? 'A' : String(random.oneIn(6) ? random.between(2, 9) : 1);
      const revision = old === undefined ? first : successor(old.edition.revision);
      const id = old?.edition.id ?? `${kind.type.prefix}-${String(this.#next++).padStart(3, '0')}`;
      const own = random.oneIn(6) ? [this.#requirement()] : [];
      const approval = own.map(
        (one) => `\n  - {role: ${one.role}, meaning: ${one.meaning}, count: ${one.count ?? '1'}}`,
      );
      const files: Files = random.oneIn(4)
        ? { [`qms-docs/files/${id}.txt`]: `Figures of ${revision}: ${String(random.bits())}\n` }
        : {};
      const fields = {
        changes: `What revision ${revision} says`,
        ...(own.length > 0 ? { approval: approval.join('') } : {}),
        ...(kind.type.kind === 'record' ? { date: '2026-01-05' } : {}),
      };
      const path = random.oneIn(5) ? { path: `qms-docs/moved/${id}-${revision}.md` } : {};
      const record = kind.type.kind === 'record' ? { record: true } : {};
      const body = `# ${id}\n\n${String(random.bits())}\n`;
      const one = edition(id, revision, { fields, body, files, ...path, ...record });
      const authors = this.#commits(one);
      // Who wrote an earlier text that was never released wrote this one too.
      const all = [...(this.#drafts.get(id) ?? []), ...authors];
      this.#drafts.set(id, all);
      made.push({ kind, edition: one, own, writers: all, commit: '' });
    }
    return made.map((one) => ({ ...one, commit: this.register.main }));
  }

  /** Commit an edition, perhaps with drafts before it, or as a squash of a branch. */
  #commits(one: Edition): string[] {
    const random = this.#random;
    const { register } = this;
    const by: string[] = [random.pick([...writers, ...(random.oneIn(3) ? approvers : [])])];
    if (random.oneIn(4)) {
      const other = random.pick(writers);
      const [path = ''] = Object.keys(one.files);
      register.commit({ [path]: `${String(one.files[path])}Draft.\n` }, { by: other });
      by.push(other);
    }
    const author = by[0] ?? 'dave';
    if (random.oneIn(5)) {
      const branch = register.commit(one.files, { by: author, main: false });
      register.commit(one.files, { by: 'carol', parents: [register.main, branch] });
      by.push('carol');
    } else {
      register.commit(one.files, { by: author });
    }
    return by;
  }

  /** What the next release is to hold, with its approvals; undefined where nobody could approve it. */
  next(): ReleaseOptions | undefined {
    const random = this.#random;
    if (random.oneIn(5)) return this.#newRules();
    const known = random.shuffled([...this.#documents.values()]);
    const ended: Edition[] = [];
    const approvals: Approval[] = [];
    const acts: { withdraw?: Edition[]; confirm?: Edition[]; dispose?: Edition[] } = {};
    const put = known.length === 0 || !random.oneIn(4) ? this.#write(random.between(1, 4)) : [];
    const written = new Set(put.map((one) => one.edition.id));
    for (const one of known) {
      if (written.has(one.edition.id) || !random.oneIn(3)) continue;
      const isRecord = one.kind.type.kind === 'record';
      const act = random.pick(isRecord ? ['dispose'] : ['withdraw', 'confirm']);
      const decision = act === 'dispose' ? 'dispose' : act === 'withdraw' ? 'withdraw' : 'confirm';
      // A record left the tree with the release after its own; the work still holds it.
      const made = isRecord ? this.#disposal(one) : this.#approve([one], decision);
      if (made === undefined) continue;
      approvals.push(...made);
      (acts[decision] ??= []).push(one.edition);
      if (decision !== 'confirm') ended.push(one.edition);
    }
    const approved = this.#approve(put, 'approve');
    if (approved === undefined || (put.length === 0 && Object.keys(acts).length === 0)) {
      // Left behind, they would be told once their keys are no longer listed.
      for (const { name } of approvals) this.repository.deleteRef(`refs/tags/${name}`);
      return undefined;
    }
    for (const one of put) {
      this.#documents.set(one.edition.id, one);
      this.#drafts.delete(one.edition.id);
    }
    for (const { id } of ended) this.#documents.delete(id);
    this.disposed.push(...(acts.dispose ?? []));
    approvals.push(...approved);
    const alone = Object.keys(acts).length === 0;
    const later = this.register.dayOf(this.register.clock + 86_400 * random.between(1, 40));
    return {
      put: put.map((one) => one.edition),
      ...acts,
      approvals,
      ...(random.oneIn(4) ? { comment: 'Issued as planned.' } : {}),
      ...(alone && random.oneIn(5) ? { day: later } : {}),
    };
  }

  #disposal({ kind, edition: one, own, commit }: Released): Approval[] | undefined {
    const chosen = this.#choose([...kind.type.approvals, ...own], []);
    return chosen?.map(([by, { role, meaning }]) =>
      this.register.approve(one, { by, as: `${role} ${meaning}`, decision: 'dispose', at: commit }),
    );
  }

  #newRules(): ReleaseOptions {
    const random = this.#random;
    this.#revision += 1;
    const revision = String(this.#revision);
    const who = random.pick(approvers);
    const kinds = ['role', 'key', 'writer', 'title'] as const;
    switch (random.pick(kinds)) {
      case 'role': {
        const held = [...new Set([...(this.#roles.get(who) ?? []), random.pick(roles)])];
        this.#roles.set(who, held);
        break;
      }
      case 'key': {
        // The person signs with the new key from the release after this one.
        const key = ed25519Key(`${who} ${revision}`);
        const actor = people[who];
        if (actor === undefined) break;
        this.#later.push(() => {
          this.register.actors[who] = { ...actor, key };
        });
        this.#changes.push((data) => {
          const listed = data.people[who];
          if (listed !== undefined) listed.keys = [{ key: key.line, use: ['approve', 'commit'] }];
        });
        break;
      }
      case 'writer':
        this.#changes.push((data) => {
          data.people[`writer${revision}`] = person('x', [], []);
          data.people[`writer${revision}`]!.email = [`writer${revision}@shop.example`];
        });
        break;
      case 'title':
        this.#changes.push((data) => {
          data.organization = `The shop, ${revision}`;
        });
        break;
    }
    this.#rules = this.#rulesOf(revision);
    this.register.commit(this.#rules.files, { by: random.pick(writers) });
    const approval = this.register.approve(this.#rules, { by: 'heidi', as: 'owner approved' });
    return { put: [this.#rules], approvals: [approval] };
  }

  readonly #later: (() => void)[] = [];

  /** Make the release that was planned. */
  release(plan: ReleaseOptions): void {
    this.register.release(plan);
    for (const change of this.#later.splice(0)) change();
    const list = (name: string, editions: readonly Edition[] = []): string[] =>
      editions.map(({ id, revision }) => `${name} ${id} ${revision}`);
    const acts = [
      ...list('put', plan.put),
      ...list('withdraw', plan.withdraw),
      ...list('confirm', plan.confirm),
      ...list('dispose', plan.dispose),
      ...(plan.approvals ?? []).map((one) => one.name),
    ];
    this.lines.push(`release ${String(this.register.releases.length)}: ${acts.join(', ')}`);
  }
}

const heidi = { name: 'heidi', email: 'heidi@shop.example', key: ed25519Key('heidi') };

/** The revision after this one, in either scheme. */
function successor(revision: string): string {
  const letters = 'ABCDEFGHJKLMNPRTUVWY';
  const at = letters.indexOf(revision);
  return at < 0 ? String(Number(revision) + 1) : (letters[at + 1] ?? '');
}

/**
 * Make a small register: one to five releases of one to four documents of random types, with
 * drafts, squashes, records, withdrawals, confirmations, disposals, change orders and new rules;
 * one in four with a fault in its last release.
 */
export function randomRegister(random: Random): RandomRegister {
  const story = new Story(random);
  const count = random.between(0, 4);
  const hasFault = random.oneIn(4);
  let fault: string | undefined;
  for (let release = 1; release <= count; release += 1) {
    const plan = story.next() ?? story.next() ?? story.next();
    if (plan === undefined) break;
    if (hasFault && release === count) {
      const [what, change] = random.pick(releaseFaults);
      const wrong = change(plan, random);
      if (wrong !== undefined) {
        fault = what;
        story.lines.push(what);
      }
      story.release(wrong ?? plan);
    } else {
      story.release(plan);
    }
  }
  const { register, repository, lines, disposed } = story;
  return { register, repository, story: lines, fault, disposed };
}
