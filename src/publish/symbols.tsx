import type { JSX } from 'preact';

import type { ReleasedState } from '../register/register.ts';

/** A state's shape: readable in greyscale, always beside its word, never instead of it. */
export function StateSymbol({
  state,
}: {
  readonly state: ReleasedState | 'contested' | 'trouble';
}): JSX.Element {
  return (
    <svg class="symbol" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      {shapes[state]}
    </svg>
  );
}

const shapes: Readonly<Record<ReleasedState | 'contested' | 'trouble', JSX.Element>> = {
  effective: (
    <>
      <circle class="ink" cx="16" cy="16" r="15" />
      <path class="cut" d="m8.5 16.5 5 5 10-11" />
    </>
  ),
  pending: (
    <>
      <circle class="line" cx="16" cy="16" r="13.5" />
      <path class="ink" d="M16 2.5a13.5 13.5 0 0 0 0 27Z" />
    </>
  ),
  superseded: (
    <>
      <path class="line" d="M3 3h17v17H3Z" />
      <path class="ink" d="M11 11h18.5v18.5H11Z" />
    </>
  ),
  withdrawn: (
    <>
      <circle class="line" cx="16" cy="16" r="13.5" />
      <path class="line" d="m6.5 6.5 19 19" />
    </>
  ),
  contested: (
    <>
      <path class="ink" d="M16 2 31 29.5H1Z" />
      <path class="cut" d="M16 11.5v9M16 23.5v3" />
    </>
  ),
  trouble: (
    <>
      <path class="ink" d="M16 2 31 29.5H1Z" />
      <path class="cut" d="M16 11.5v9M16 23.5v3" />
    </>
  ),
};

/** The outline of the library's mark: a sheet with a tick. Served as the page icon. */
export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0a5a32" d="M4 0h18l6 6v26H4Z"/><path fill="none" stroke="#fff" stroke-width="4" d="m9 18 5 5 9-11"/></svg>`;
