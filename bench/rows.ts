/** Every row of the table, by the measure that makes it, and what has no row. */
import type { Measure } from './bench.ts';
import { checkAll, checkStaged } from './rows/check.ts';
import { history } from './rows/history.ts';
import { list } from './rows/list.ts';
import { page } from './rows/page.ts';
import { firstRequest } from './rows/start.ts';
import { update } from './rows/update.ts';
import { signatureCheck, stores, verify } from './rows/verify.ts';

/** In the order of the table. The names are what `--only` chooses by. */
export const measures: readonly (readonly [name: string, measure: Measure])[] = [
  ['signatures', signatureCheck],
  ['verify', verify],
  ['list', list],
  ['update', update],
  ['check-staged', checkStaged],
  ['page', page],
  ['first-request', firstRequest],
  ['history', history],
  ['stores', stores],
  ['check-all', checkAll],
];

/** What has a goal and no row here: the command or the page is not there yet, mostly. */
export const withoutRows = [
  { work: 'qms build / MkDocs and Hugo', reason: 'there is no static export yet' },
  { work: 'redline of a document with 50 revisions', reason: 'there is no redline yet' },
  { work: 'growth', reason: 'it has a run of its own: npm run bench -- --growth' },
] as const;
