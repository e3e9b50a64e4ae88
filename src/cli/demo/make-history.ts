import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addDays, dayOf, startOfDay } from '../../document/day.ts';
import { parseDocument } from '../../document/parse-document.ts';
import { findReferences } from '../../document/references.ts';
import { type DemoPerson, withKeys, withSignedCommits } from './people.ts';
import type { DemoShop } from './shop.ts';
import {
  changeOrder,
  draft,
  firstAuthors,
  inReview,
  planned,
  rejected,
  revisions,
  rulesChange,
  waves,
  withdrawnDocument,
} from './story.ts';

const timezone = 'America/Detroit';
const rulesFile = 'qms-docs/qms.yaml';
const daySeconds = 86_400;
/** An event takes a while: approvals some minutes apart, the release after lunch. */
const eventSeconds = 3 * 3600;
const releaseAfterSeconds = 2 * 3600;

interface Sample {
  readonly id: string;
  readonly type: string;
  readonly path: string;
  readonly text: string;
  readonly date: string | undefined;
  /** Paths of the files that it shows or links to. */
  readonly links: readonly string[];
}

interface StoryEvent {
  readonly at: number;
  readonly run: (at: number) => Promise<void>;
}

/** Everything of the sample, read once. */
interface SampleQms {
  readonly rules: string;
  readonly documents: ReadonlyMap<string, Sample>;
  /** Pictures and other attachments. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The sample that comes with the package; the same relative path holds for src/ and dist/. */
const sampleFolder = fileURLToPath(new URL('../../../qms-docs/', import.meta.url));

async function readSample(): Promise<SampleQms> {
  const documents = new Map<string, Sample>();
  const files = new Map<string, Uint8Array>();
  let rules = '';
  const entries = await readdir(sampleFolder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `qms-docs/${file.slice(sampleFolder.length).replaceAll('\\', '/')}`;
    const bytes = new Uint8Array(await readFile(file));
    if (path === rulesFile) rules = new TextDecoder().decode(bytes);
    else if (!path.endsWith('.md')) files.set(path, bytes);
    else {
      const { document } = parseDocument(path, bytes);
      if (document === undefined) continue;
      const { id, type, date } = document.frontMatter;
      const { references } = await findReferences(document);
      const links = references.map((reference) => reference.path);
      documents.set(id, { id, type, path, text: new TextDecoder().decode(bytes), date, links });
    }
  }
  return { rules, documents, files };
}

/** Makes the two years of the demo, event by event in the order of time. */
export class HistoryMaker {
  readonly #shop: DemoShop;
  readonly #people: ReadonlyMap<string, DemoPerson>;
  /** Seconds since the epoch. */
  readonly #now: number;
  #sample: SampleQms = { rules: '', documents: new Map(), files: new Map() };

  constructor(shop: DemoShop, people: ReadonlyMap<string, DemoPerson>, now: number) {
    this.#shop = shop;
    this.#people = people;
    this.#now = now;
  }

  /** @returns The anchor. */
  async make(progress: (done: number, all: number) => void): Promise<string> {
    this.#sample = await readSample();
    const anchor = await this.#begin();
    const events = [
      ...this.#firstIssues(),
      ...this.#revisions(),
      this.#changeOrder(),
      this.#rulesChange(),
      this.#periodicReview(),
      this.#withdrawal(),
      this.#rejection(),
      ...this.#records(),
      this.#planned(),
      this.#inReview(),
      this.#draft(),
    ].sort((a, b) => a.at - b.at);
    let free = 0;
    for (const [index, event] of events.entries()) {
      const at = Math.max(event.at, free);
      await event.run(at);
      free = at + eventSeconds;
      progress(index + 1, events.length);
    }
    return anchor;
  }

  #daysAgo(days: number): number {
    return this.#now - days * daySeconds;
  }

  #pathOf(id: string): string {
    if (id === withdrawnDocument.id) return withdrawnDocument.path;
    const path = this.#sample.documents.get(id)?.path;
    if (path === undefined) throw new Error(`the sample holds no ${id}`);
    return path;
  }

  /** Release 1, and then all documents as drafts: they link to each other. */
  async #begin(): Promise<string> {
    const shop = this.#shop;
    const { rules, documents, files } = this.#sample;
    const asked = shop.signsCommits ? withSignedCommits(rules) : rules;
    await shop.write(rulesFile, withKeys(asked, this.#people));
    await shop.undo(rulesFile, rulesChange.change);
    await shop.commit('carol', this.#daysAgo(728), 'Write the rules of document control');
    const anchor = await shop.found('carol', this.#daysAgo(727));
    for (const [path, bytes] of files) await shop.write(path, bytes);
    const authored = new Map<string, Sample[]>();
    for (const sample of documents.values()) {
      const author = firstAuthors[sample.type];
      if (author !== undefined) authored.set(author, [...(authored.get(author) ?? []), sample]);
    }
    let day = 726;
    for (const [author, its] of [...authored].sort(([a], [b]) => (a < b ? -1 : 1))) {
      for (const { path, text } of its) {
        shop.remember(path, text);
        await shop.write(path, text);
      }
      await this.#takeBack(author);
      if (author === 'dave') await shop.write(withdrawnDocument.path, withdrawnDocument.text);
      day -= 1;
      await shop.commit(author, this.#daysAgo(day), `Draft the first documents of ${author}`);
    }
    return anchor;
  }

  /** Take the texts of an author back to their first revision, the newest change first. */
  async #takeBack(author: string): Promise<void> {
    const changes = [
      ...[...revisions].reverse(),
      ...changeOrder.revisions,
      rejected,
      planned,
    ].filter(({ id }) => {
      const type = this.#sample.documents.get(id)?.type ?? '';
      return firstAuthors[type] === author;
    });
    for (const { id, change } of changes) await this.#shop.undo(this.#pathOf(id), change);
  }

  #firstIssues(): StoryEvent[] {
    return waves.map(({ order, types, daysAgo, comment }) => ({
      at: this.#daysAgo(daysAgo),
      run: async (at) => {
        const its = [...this.#sample.documents.values()].filter((one) => types.includes(one.type));
        if (types.includes('work-instruction')) {
          its.push({ ...withdrawnDocument, type: 'work-instruction', date: undefined, links: [] });
        }
        const [first] = types;
        const author = firstAuthors[first ?? ''] ?? 'carol';
        const ids = its.map((one) => one.id).sort();
        const decision = { decision: 'approve', comment, changeOrder: order } as const;
        await this.#shop.approve(ids, author, decision, at);
        await this.#shop.release(ids, at + releaseAfterSeconds, { comment: 'First issue.' });
      },
    }));
  }

  #revisions(): StoryEvent[] {
    const count = new Map<string, number>();
    return revisions.map(({ id, author, daysAgo, reason, comment, change }) => {
      const revision = (count.get(id) ?? 1) + 1;
      count.set(id, revision);
      return {
        at: this.#daysAgo(daysAgo),
        run: async (at) => {
          await this.#shop.revise(this.#pathOf(id), String(revision), reason, change);
          await this.#shop.commit(author, at, `${id}: ${reason}`);
          await this.#shop.approve([id], author, { decision: 'approve', comment }, at + 3600);
          await this.#shop.release([id], at + releaseAfterSeconds);
        },
      };
    });
  }

  #changeOrder(): StoryEvent {
    return {
      at: this.#daysAgo(changeOrder.daysAgo),
      run: async (at) => {
        const ids = changeOrder.revisions.map(({ id }) => id);
        const [{ author }] = changeOrder.revisions;
        for (const { id, reason, change } of changeOrder.revisions) {
          await this.#shop.revise(this.#pathOf(id), '2', reason, change);
        }
        await this.#shop.commit(author, at, `${changeOrder.name}: ${ids.join(', ')}`);
        const { comment, name } = changeOrder;
        const decision = { decision: 'approve', comment, changeOrder: name } as const;
        await this.#shop.approve(ids, author, decision, at + 3600);
        await this.#shop.release(ids, at + releaseAfterSeconds, {
          comment: `Change order ${name}.`,
        });
      },
    };
  }

  #rulesChange(): StoryEvent {
    const { daysAgo, reason, change } = rulesChange;
    return {
      at: this.#daysAgo(daysAgo),
      run: async (at) => {
        const shop = this.#shop;
        const changes = `revision: 2\nchanges: ${JSON.stringify(reason)}`;
        await shop.change(rulesFile, 'revision: 1', changes);
        await shop.change(rulesFile, change.earlier, change.later);
        await shop.commit('carol', at, `QMS: ${reason}`);
        const decision = { decision: 'approve', comment: 'Frank has the training.' } as const;
        await shop.approve(['QMS'], 'carol', decision, at + 3600);
        await shop.release(['QMS'], at + releaseAfterSeconds);
      },
    };
  }

  /** Once a year what has to be looked at: still suitable as it is. */
  #periodicReview(): StoryEvent {
    const yearly = ['policy', 'scope', 'system', 'objectives', 'external'];
    return {
      at: this.#daysAgo(330),
      run: async (at) => {
        const its = [...this.#sample.documents.values()].filter((one) => yearly.includes(one.type));
        const ids = its.map((one) => one.id).sort();
        const comment = 'Looked at in the management review; still suitable.';
        const decision = { decision: 'confirm', comment, changeOrder: 'REVIEW-2025' } as const;
        await this.#shop.approve(ids, '', decision, at);
        await this.#shop.release(ids, at + releaseAfterSeconds, { as: 'confirm' });
      },
    };
  }

  #withdrawal(): StoryEvent {
    const { id, path, reason, daysAgo } = withdrawnDocument;
    return {
      at: this.#daysAgo(daysAgo),
      run: async (at) => {
        await this.#shop.approve([id], '', { decision: 'withdraw', comment: reason }, at);
        await this.#shop.release([id], at + releaseAfterSeconds, {
          as: 'withdraw',
          comment: reason,
        });
        await this.#shop.remove(path);
        await this.#shop.commit('carol', at + releaseAfterSeconds + 60, `Remove ${id}: ${reason}`);
      },
    };
  }

  #rejection(): StoryEvent {
    const { id, author, daysAgo, reason, change, mistake, comment, corrected } = rejected;
    return {
      at: this.#daysAgo(daysAgo),
      run: async (at) => {
        const shop = this.#shop;
        const path = this.#pathOf(id);
        await shop.revise(path, 'B', reason, change);
        await shop.undo(path, mistake);
        await shop.commit(author, at, `${id}: ${reason}`);
        await shop.sign('bob', [id], { decision: 'approve', comment: '' }, at + 600);
        await shop.sign('alice', [id], { decision: 'reject', comment }, at + 1200);
        await shop.change(path, mistake.earlier, mistake.later);
        await shop.commit(author, at + 2400, `${id}: Correct the sum of wear values`);
        const decision = { decision: 'approve', comment: corrected } as const;
        await shop.approve([id], author, decision, at + 3600);
        await shop.release([id], at + releaseAfterSeconds);
      },
    };
  }

  /** Records are filed by the month, each after those that it speaks of. */
  #records(): StoryEvent[] {
    const months = new Map<string, Sample[]>();
    for (const [record, at] of this.#filingTimes()) {
      const month = dayOf(at, timezone).slice(0, 7);
      months.set(month, [...(months.get(month) ?? []), record]);
    }
    const times = this.#filingTimes();
    return [...months.entries()].map(([month, its]) => ({
      at: Math.max(...its.map((record) => times.get(record) ?? 0)),
      run: async (at) => {
        const ids = its.map((one) => one.id).sort();
        for (const { path, text } of its) await this.#shop.write(path, text);
        await this.#shop.commit('carol', at, `File the records of ${month}`);
        const order = `RECORDS-${month}`;
        const decision = { decision: 'approve', comment: '', changeOrder: order } as const;
        await this.#shop.approve(ids, 'carol', decision, at + 3600);
        const comment = `Records of ${month}.`;
        await this.#shop.release(ids, at + releaseAfterSeconds, { comment });
      },
    }));
  }

  #filingTimes(): ReadonlyMap<Sample, number> {
    const records = [...this.#sample.documents.values()].filter(
      (one) => firstAuthors[one.type] === undefined,
    );
    const byPath = new Map(records.map((record) => [record.path, record]));
    const earliest = this.#daysAgo(640);
    const latest = this.#daysAgo(8);
    const times = new Map(
      records.map((record) => {
        const day = addDays(record.date ?? dayOf(latest, timezone), 2);
        const at = startOfDay(day, timezone) + 10 * 3600;
        return [record, Math.min(latest, Math.max(earliest, at))];
      }),
    );
    // A record can be filed only when the records that it links to are there.
    for (let round = records.length; round > 0; round -= 1) {
      for (const record of records) {
        for (const link of record.links) {
          const other = times.get(byPath.get(link) ?? record) ?? 0;
          times.set(record, Math.max(times.get(record) ?? 0, other));
        }
      }
    }
    return times;
  }

  #planned(): StoryEvent {
    const { id, author, daysAgo, inDays, reason, change, comment } = planned;
    return {
      at: this.#daysAgo(daysAgo),
      run: async (at) => {
        const day = dayOf(this.#now + inDays * daySeconds, timezone);
        await this.#shop.revise(this.#pathOf(id), 'B', reason, change, day);
        await this.#shop.commit(author, at, `${id}: ${reason}`);
        await this.#shop.approve([id], author, { decision: 'approve', comment }, at + 3600);
        await this.#shop.release([id], at + releaseAfterSeconds);
      },
    };
  }

  #inReview(): StoryEvent {
    const { id, author, approver, daysAgo, reason, change, comment } = inReview;
    return {
      at: this.#daysAgo(daysAgo),
      run: async (at) => {
        await this.#shop.revise(this.#pathOf(id), '2', reason, change);
        await this.#shop.commit(author, at, `${id}: ${reason}`);
        await this.#shop.sign(approver, [id], { decision: 'approve', comment }, at + 3600);
      },
    };
  }

  #draft(): StoryEvent {
    return {
      at: this.#daysAgo(draft.daysAgo),
      run: async (at) => {
        await this.#shop.write(draft.path, draft.text);
        await this.#shop.commit(draft.author, at, 'Draft a procedure for the care of coolants');
      },
    };
  }
}
