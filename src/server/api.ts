import { type Request, type RequestHandler, Router } from 'express';

import { documentView } from '../audit/document-view.ts';
import { evidenceOf } from '../audit/evidence.ts';
import { historyOf } from '../audit/history.ts';
import { endOfDay } from '../audit/instant.ts';
import { releaseView } from '../audit/journal.ts';
import { formatJson } from '../audit/json.ts';
import { listDocuments } from '../audit/list.ts';
import { verificationReport } from '../audit/verification-report.ts';
import { dayOf, isDay } from '../document/day.ts';
import { QmsError } from '../problem/problem.ts';
import type { PageSetting } from '../publish/page.tsx';
import type { ReleasedState } from '../register/register.ts';
import { jsonAnswer, send } from './answer.ts';
import { parameter, releaseNumber } from './parameters.ts';

const states: readonly ReleasedState[] = ['pending', 'effective', 'superseded', 'withdrawn'];

/** The JSON of the commands of the same names, from the same functions. */
export function apiRoutes(setting: () => PageSetting): Router {
  const router = Router({ caseSensitive: true });
  const json =
    (answer: (now: PageSetting, request: Request) => unknown): RequestHandler =>
    (request, response) => {
      send(request, response, jsonAnswer(formatJson(answer(setting(), request))));
    };
  router.get(
    '/list',
    json(({ snapshot, at, register }, request) =>
      listDocuments(snapshot.verification, instantOf(request, at, register.rules.timezone), {
        state: stateParameter(request),
        type: queryText(request, 'type'),
      }),
    ),
  );
  router.get(
    '/verify',
    json(({ snapshot, at }) => verificationReport(snapshot.verification, at)),
  );
  router.get(
    '/show/:id',
    json(({ register, at }, request) => {
      const [id = '', revision] = parameter(request, 'id').split('@', 2);
      return documentView(register, id, at, revision);
    }),
  );
  router.get(
    '/show/:id/evidence',
    json(({ register, at }, request) => {
      const [id = '', named] = parameter(request, 'id').split('@', 2);
      return evidenceOf(register, id, documentView(register, id, at, named).revision);
    }),
  );
  router.get(
    '/history/:id',
    json(({ register, at }, request) => historyOf(register, parameter(request, 'id'), at)),
  );
  router.get(
    '/release/:n',
    json(({ register }, request) => releaseView(register, releaseNumber(request))),
  );
  return router;
}

function queryText(request: Request, name: string): string | undefined {
  const value = request.query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `at=2026-12-01`: the state at the end of that day; without it, or for today, the state now. */
function instantOf(request: Request, now: number, timeZone: string): number {
  const day = queryText(request, 'at');
  if (day === undefined) return now;
  if (!isDay(day)) throw malformed('at', 'a day, YYYY-MM-DD');
  return day === dayOf(now, timeZone) ? now : endOfDay(day, timeZone);
}

function stateParameter(request: Request): ReleasedState | undefined {
  const text = queryText(request, 'state');
  if (text === undefined) return undefined;
  const state = states.find((each) => each === text);
  if (state === undefined) throw malformed('state', `one of ${states.join(', ')}`);
  return state;
}

function malformed(name: string, expected: string): QmsError {
  return QmsError.of('server/request-malformed', {
    message: `The value of "${name}" in the address is not ${expected}.`,
    place: {},
  });
}
