import type { JSX } from 'preact';

import type { Problem } from '../problem/problem.ts';
import type { Register } from '../register/register.ts';
import { addresses } from './addresses.ts';
import { type Page, renderPage } from './page.tsx';
import type { Snapshot, Trouble } from './snapshot.ts';
import { ProblemList } from './status-page.tsx';

/** What the frame of an error page needs; there may be nothing verified to show. */
export interface ProblemSetting {
  readonly snapshot: Snapshot | undefined;
  readonly register: Register | undefined;
  readonly trouble: Trouble | undefined;
  readonly at: number;
  readonly stylesheet: string;
}

/** The one shape of errors as a page: what, where, what to do, and a way on. */
export function problemPage(
  setting: ProblemSetting,
  heading: string,
  problems: readonly Problem[],
): Page {
  return renderPage({
    title: heading,
    setting,
    search: setting.register !== undefined,
    children: (
      <>
        <h1>{heading}</h1>
        <ProblemList problems={problems} />
        {setting.register === undefined ? null : <WayOn />}
      </>
    ),
  });
}

function WayOn(): JSX.Element {
  return (
    <p>
      <a class="button" href={addresses.library}>
        Go to the library
      </a>
    </p>
  );
}
