import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';

import { formatInstant } from '../audit/instant.ts';
import type { Register } from '../register/register.ts';
import { addresses } from './addresses.ts';
import type { Snapshot, Trouble } from './snapshot.ts';
import { StateSymbol } from './symbols.tsx';
import { counted, dayOfInstant, dayInWords, instantInWords } from './words.ts';

/** What every page is made from: the verified state, an instant, and the stylesheet's address. */
export interface PageSetting {
  readonly snapshot: Snapshot;
  readonly register: Register;
  readonly trouble: Trouble | undefined;
  /** Seconds since the epoch: the instant whose state the page shows. */
  readonly at: number;
  readonly stylesheet: string;
}

/** A finished page. Its own styles are named so that the server can allow exactly these. */
export interface Page {
  readonly html: string;
  readonly inlineStyles: readonly string[];
}

interface FrameProps {
  readonly title: string;
  readonly setting: Omit<PageSetting, 'snapshot' | 'register'> & {
    readonly snapshot: Snapshot | undefined;
    readonly register: Register | undefined;
  };
  readonly current?: 'library' | 'register' | 'status';
  /** The search field in the page's head; pages that bring their own leave it out. */
  readonly search?: boolean;
  /** Between head and text: the state bar. */
  readonly bar?: ComponentChildren;
  /** More lines for the foot. */
  readonly foot?: ComponentChildren;
  /** Hatching down the left edge. */
  readonly obsolete?: 'superseded' | 'withdrawn' | undefined;
  /** In the margin of each printed sheet. */
  readonly printLine?: string | undefined;
  readonly children: ComponentChildren;
}

/** Frame of every page as a finished document. */
export function renderPage(props: FrameProps): Page {
  const inlineStyles = props.printLine === undefined ? [] : [printMargins(props.printLine)];
  const html = renderToString(<Frame {...props} inlineStyles={inlineStyles} />);
  return { html: `<!doctype html>\n${html}\n`, inlineStyles };
}

function Frame(props: FrameProps & { readonly inlineStyles: readonly string[] }): JSX.Element {
  const { setting } = props;
  const organization = setting.register?.rules.organization ?? 'Document library';
  const link = (address: string, name: FrameProps['current'], words: string): JSX.Element => (
    <a href={address} {...(props.current === name ? { 'aria-current': 'page' as const } : {})}>
      {words}
    </a>
  );
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <title>{`${props.title} – ${organization}`}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={setting.stylesheet} />
        {props.inlineStyles.map((style) => (
          <style key={style} dangerouslySetInnerHTML={{ __html: style }} />
        ))}
      </head>
      <body>
        <a class="skip" href="#Main">
          Go to the text
        </a>
        <header class="top">
          <div class="width">
            <a class="home" href={addresses.library}>
              {organization}
            </a>
            <nav aria-label="Pages">
              {link(addresses.library, 'library', 'Library')}
              {link(addresses.register, 'register', 'Register')}
              {link(addresses.status, 'status', 'Status')}
            </nav>
            {props.search === false ? null : <SearchField />}
          </div>
        </header>
        <TroubleBar setting={setting} />
        {props.bar}
        <main
          id="Main"
          class={props.obsolete === undefined ? '' : `obsolete obsolete-${props.obsolete}`}
        >
          <div class="width">{props.children}</div>
        </main>
        <footer class="foot">
          <div class="width">
            {props.foot}
            <Verified setting={setting} />
          </div>
        </footer>
      </body>
    </html>
  );
}

/** The search as a plain form: works without scripts, its result has an address. */
export function SearchField(props: {
  readonly large?: boolean;
  readonly query?: string;
  readonly focus?: boolean;
}): JSX.Element {
  const id = props.large === true ? 'Search-large' : 'Search';
  return (
    <form
      class={props.large === true ? 'find large' : 'find'}
      action={addresses.search}
      role="search"
    >
      <label class="hidden" for={id}>
        Search in what is in force
      </label>
      <input
        id={id}
        name="q"
        type="search"
        maxlength={200}
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
        placeholder="Id, title or word"
        {...(props.query === undefined ? {} : { value: props.query })}
        {...(props.focus === true ? { autofocus: true } : {})}
      />
      <button type="submit">Search</button>
    </form>
  );
}

/** Said on every page while a newer state of the repository does not verify. */
function TroubleBar({ setting }: { readonly setting: FrameProps['setting'] }): JSX.Element | null {
  const { snapshot, trouble, register } = setting;
  if (trouble === undefined || snapshot === undefined || register === undefined) return null;
  const zone = register.rules.timezone;
  return (
    <div class="notice" role="region" aria-label="Notice">
      <div class="width">
        <StateSymbol state="trouble" />
        <div>
          <p>
            <strong>The newest state of the register did not verify.</strong>
          </p>
          <p>
            This page shows the last state that did: release {register.releases.length}, verified{' '}
            {instantInWords(formatInstant(snapshot.verifiedAt, zone))}. Since{' '}
            {instantInWords(formatInstant(trouble.since, zone))} there{' '}
            {trouble.problems.length === 1 ? 'is' : 'are'}{' '}
            {counted(trouble.problems.length, 'problem')}.{' '}
            <a href={addresses.status}>See what is wrong and what to do</a>
          </p>
        </div>
      </div>
    </div>
  );
}

function Verified({ setting }: { readonly setting: FrameProps['setting'] }): JSX.Element | null {
  const { snapshot, register } = setting;
  if (snapshot === undefined || register === undefined) return null;
  const zone = register.rules.timezone;
  return (
    <>
      <p>
        Verified {instantInWords(formatInstant(snapshot.verifiedAt, zone))}, as of release{' '}
        {register.releases.length}
      </p>
      <p class="link">
        <a href={addresses.status}>How this was verified</a>
      </p>
      <p>State as of {dayInWords(dayOfInstant(formatInstant(setting.at, zone)))}</p>
    </>
  );
}

/** Margins of printed sheets. The line is made from ids and digests; others are not let in. */
function printMargins(line: string): string {
  const safe = line.replace(/[^A-Za-z0-9 .,:·–-]/g, '');
  return `@page{@bottom-left{content:"${safe}";font:9pt sans-serif}@bottom-right{content:"page " counter(page) " of " counter(pages);font:9pt sans-serif}}`;
}
