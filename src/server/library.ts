import { createHash } from 'node:crypto';

import { disposedBy, documentOf, indexOfRevision, leadingIndex } from '../audit/document-facts.ts';
import { documentView } from '../audit/document-view.ts';
import { evidenceOf } from '../audit/evidence.ts';
import { historyOf } from '../audit/history.ts';
import { releaseJournal, releaseView } from '../audit/journal.ts';
import { addDays, dayOf, startOfDay } from '../document/day.ts';
import { QmsError } from '../problem/problem.ts';
import { documentBody, holdsLinks, type LinkedBody } from '../publish/document-body.tsx';
import { type Body, documentPage } from '../publish/document-page.tsx';
import { evidencePage } from '../publish/evidence-page.tsx';
import { historyPage } from '../publish/history-page.tsx';
import { libraryPage } from '../publish/library-page.tsx';
import type { Page, PageSetting } from '../publish/page.tsx';
import type { RenderText } from '../publish/render-text.ts';
import { registerPage, releasePage } from '../publish/register-page.tsx';
import type { SearchIndex } from '../publish/search-index.ts';
import { searchPage } from '../publish/search-page.tsx';
import { type CurrentState, isMissing, readReleased } from '../publish/snapshot.ts';
import { statusPage } from '../publish/status-page.tsx';
import { stylesheet } from '../publish/stylesheet.ts';
import { nextChange, stateOf } from '../register/in-force.ts';
import type { Register, Revision } from '../register/register.ts';
import { type Answer, makeAnswer, pageAnswer } from './answer.ts';
import { deliveryOf } from './content-types.ts';
import { filePolicy, pdfPolicy } from './headers.ts';
import { BoundedCache } from './page-cache.ts';
import { renderHere } from './rendering.ts';

/** Address of the stylesheet: another text, another address, so it may be kept for ever. */
export const stylesheetAddress = `/style-${createHash('sha256').update(stylesheet).digest('hex').slice(0, 16)}.css`;

/** Characters of finished pages that are kept between requests. */
const pageLimit = 48_000_000;
const bodyLimit = 24_000_000;

/**
 * The pages of one state at a time: made on demand, kept until the state changes, a planned day
 * begins or the calendar turns. It holds no more than a verified snapshot gives. The texts in
 * them are kept for as long as what they link to is what it was.
 */
export class Library {
  readonly #state: () => CurrentState;
  readonly #now: () => number;
  readonly #render: RenderText;
  readonly #pages = new BoundedCache<Answer>(pageLimit, (answer) => answer.body.length * 2);
  readonly #bodies = new BoundedCache<LinkedBody>(bodyLimit, ({ body }) =>
    body.kind === 'text' ? body.text.html.length : 1000,
  );
  #setting: PageSetting | undefined;
  #validUntil = 0;
  #searchIndex: Promise<SearchIndex> | undefined;

  /**
   * @param now     Seconds since the epoch.
   * @param render  Renders Markdown; without it, it is rendered here.
   */
  constructor(state: () => CurrentState, now: () => number, render: RenderText = renderHere) {
    this.#render = render;
    this.#state = state;
    this.#now = now;
  }

  /**
   * What pages are made from now.
   * @throws {QmsError} `server/nothing-verified` where no state ever verified.
   */
  setting(): PageSetting {
    const { snapshot, trouble } = this.#state();
    const register = snapshot?.verification.register;
    if (snapshot === undefined || register === undefined) {
      throw QmsError.of('server/nothing-verified', {
        message: 'No state of the register has been verified yet, so nothing can be shown.',
        place: {},
      });
    }
    const at = Math.floor(this.#now());
    const known = this.#setting;
    if (known !== undefined && this.#isCurrent(known, at)) return known;
    const setting = { snapshot, register, trouble, at, stylesheet: stylesheetAddress };
    this.#setting = setting;
    this.#validUntil = validUntil(register, at);
    this.#pages.clear();
    this.#searchIndex = undefined;
    return setting;
  }

  #isCurrent(known: PageSetting, at: number): boolean {
    const { snapshot, trouble } = this.#state();
    const same = known.snapshot === snapshot && known.trouble === trouble;
    return same && at >= known.at && at < this.#validUntil;
  }

  /** A page that was made before and is still true, by its address as it stands in a request. */
  finished(address: string): Answer | undefined {
    const known = this.#setting;
    if (known === undefined || !this.#isCurrent(known, Math.floor(this.#now()))) return undefined;
    return this.#pages.get(address);
  }

  /** A page by its address, from those kept or made now. */
  async #page(
    address: string,
    make: (setting: PageSetting) => Page | Promise<Page>,
  ): Promise<Answer> {
    const setting = this.setting();
    const kept = this.#pages.get(address);
    if (kept !== undefined) return kept;
    const answer = pageAnswer(await make(setting));
    // While it was made another state may have come: that one's pages must not hold it.
    if (this.#setting === setting) this.#pages.set(address, answer);
    return answer;
  }

  library(): Promise<Answer> {
    return this.#page('/', libraryPage);
  }

  register(): Promise<Answer> {
    return this.#page('/register', (setting) =>
      registerPage(setting, releaseJournal(setting.register)),
    );
  }

  release(number: number): Promise<Answer> {
    return this.#page(`/register/${String(number)}`, (setting) =>
      releasePage(setting, releaseView(setting.register, number)),
    );
  }

  status(): Promise<Answer> {
    return this.#page('/status', statusPage);
  }

  /** The effective revision, always; where there is none a page that says so and leads on. */
  document(id: string): Promise<Answer> {
    return this.#page(`/d/${id}`, async (setting) => {
      const document = documentOf(setting.register, id);
      const index = leadingIndex(document, setting.at);
      const revision = document.revisions[index];
      const effective = stateOf(document, index, setting.at).state === 'effective';
      const body: Body =
        effective && revision !== undefined
          ? await this.#body(setting, revision)
          : { kind: 'lead' };
      return documentPage(setting, documentView(setting.register, id, setting.at), body);
    });
  }

  /**
   * Make the pages of the documents that were released last, before anybody asks for them. What
   * makes pages is compiled then: the first dozen takes several times as long as the next.
   *
   * @param stopped Ends it after the page that is being made.
   */
  async prepare(most: number, stopped?: AbortSignal): Promise<void> {
    const newest = this.setting().register.releases.slice(-most).reverse();
    const ids = new Set(newest.flatMap(({ acts }) => acts.map((act) => act.document)));
    for (const id of [...ids].slice(0, most)) {
      if (stopped?.aborted === true) return;
      // What is wrong with one page is told to who asks for it.
      await this.document(id).catch(() => undefined);
    }
  }

  revision(id: string, name: string): Promise<Answer> {
    return this.#page(`/d/${id}/${name}`, async (setting) => {
      const { revision } = this.#revision(setting, id, name);
      const view = documentView(setting.register, id, setting.at, name);
      return documentPage(setting, view, await this.#body(setting, revision));
    });
  }

  history(id: string): Promise<Answer> {
    return this.#page(`/d/${id}/history`, (setting) =>
      historyPage(setting, historyOf(setting.register, id, setting.at)),
    );
  }

  evidence(id: string, name: string): Promise<Answer> {
    return this.#page(`/d/${id}/${name}/evidence`, (setting) => {
      const evidence = evidenceOf(setting.register, id, name);
      return evidencePage(setting, documentView(setting.register, id, setting.at, name), evidence);
    });
  }

  async search(query: string): Promise<Answer> {
    const setting = this.setting();
    if (query === '') return pageAnswer(searchPage(setting, query, { revisions: [], whole: true }));
    const building = this.#searchIndex ?? indexOf(setting);
    this.#searchIndex = building;
    const index = await building.catch((error: unknown) => {
      // The next search tries again instead of meeting the same failure for ever.
      this.#searchIndex = undefined;
      throw error;
    });
    return pageAnswer(searchPage(setting, query, index.find(query)));
  }

  /** A file of a revision's released content, by the path that the register holds and no other. */
  async file(id: string, name: string, path: string): Promise<Answer> {
    const setting = this.setting();
    const { revision } = this.#revision(setting, id, name);
    const release = disposedBy(setting.register, id);
    const unknown = (message: string): QmsError =>
      QmsError.of('server/file-unknown', { message, place: {}, document: id, revision: name });
    const gone = (): QmsError =>
      unknown(`${id} was disposed of by release ${String(release)}: its files are no longer kept.`);
    const file = revision.files.find((each) => each.path === path);
    if (file === undefined) {
      throw revision.files.length === 0
        ? gone()
        : unknown(`${id} revision ${name} has no such file.`);
    }
    const bytes = await readReleased(setting.snapshot, file).catch((error: unknown) => {
      throw release !== undefined && isMissing(error) ? gone() : error;
    });
    const { contentType, disposition } = deliveryOf(path);
    return makeAnswer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      contentType,
      disposition,
      tag: file.sha256.slice(0, 32),
      policy: contentType === 'application/pdf' ? pdfPolicy : filePolicy,
    });
  }

  #revision(setting: PageSetting, id: string, name: string): { readonly revision: Revision } {
    const document = documentOf(setting.register, id);
    const revision = document.revisions[indexOfRevision(document, name)];
    if (revision === undefined) throw new RangeError(`no revision ${name}`);
    return { revision };
  }

  async #body(setting: PageSetting, revision: Revision): Promise<Body> {
    const { snapshot, register } = setting;
    const key = `${revision.document} ${revision.revision} ${revision.digest}`;
    const kept = this.#bodies.get(key);
    if (kept !== undefined && holdsLinks(kept, register, revision)) return kept.body;
    const made = await documentBody(snapshot, register, revision, this.#render);
    this.#bodies.set(key, made);
    return made.body;
  }
}

/** Loading what builds it takes longer than most servers have to answer first. */
async function indexOf({ snapshot, register, at }: PageSetting): Promise<SearchIndex> {
  const { buildSearchIndex } = await import('../publish/search-index.ts');
  return buildSearchIndex(snapshot, register, at);
}

/** Until when pages made now stay true: the next planned day, or the turn of the calendar. */
function validUntil(register: Register, at: number): number {
  const { timezone } = register.rules;
  const tomorrow = startOfDay(addDays(dayOf(at, timezone), 1), timezone);
  return Math.min(tomorrow, nextChange(register, at) ?? Infinity);
}
