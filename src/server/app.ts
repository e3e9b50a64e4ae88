import type { IncomingMessage, RequestListener } from 'node:http';

import express, {
  type ErrorRequestHandler,
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';

import { formatJson } from '../audit/json.ts';
import { type Problem, QmsError } from '../problem/problem.ts';
import { problemPage } from '../publish/problem-page.tsx';
import { queryLimit } from '../publish/search-page.tsx';
import type { CurrentState } from '../publish/snapshot.ts';
import { stylesheet } from '../publish/stylesheet.ts';
import { iconSvg } from '../publish/symbols.tsx';
import { type Answer, jsonAnswer, makeAnswer, pageAnswer, send } from './answer.ts';
import { apiRoutes } from './api.ts';
import { filePolicy } from './headers.ts';
import { Library, stylesheetAddress } from './library.ts';
import { notFound, parameter, releaseNumber } from './parameters.ts';

export interface AppOptions {
  /** What can be shown now; asked anew for each request, so one swapped pointer changes all. */
  readonly snapshot: () => CurrentState;
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** Makes the pages; without it, one that renders in this thread. */
  readonly library?: Library;
  /** Told of what the software did not foresee, with the address, percent-encoded. */
  readonly faulted?: (error: unknown, address: string) => void;
  /**
   * Names that the Host header may hold, without port. A server on a loopback address names
   * itself here: without it a page from elsewhere could read it under a name of its own.
   */
  readonly hosts?: readonly string[];
}

/** Longest address that is read; ids, paths and searches are far shorter. */
const addressLimit = 2048;

/**
 * The server's pages and data as an Express application. It reads only, and only from the
 * snapshot that it is given: no request can reach Git or a folder.
 */
export function createApp(options: AppOptions): RequestListener {
  const library = options.library ?? new Library(options.snapshot, options.now);
  const app = routes(options, library);
  return (request, response) => {
    // A page that stands finished costs no more than its bytes. All else takes the long way.
    const { method, url = '' } = request;
    const isPlain = (method === 'GET' || method === 'HEAD') && isOurs(request, options);
    const finished = isPlain ? library.finished(url) : undefined;
    if (finished === undefined) app(request, response);
    else send(request, response, finished);
  };
}

/** Whether the Host header holds one of our names, as far as that is plain. */
function isOurs({ headers: { host } }: IncomingMessage, { hosts }: AppOptions): boolean {
  if (hosts === undefined) return true;
  return host !== undefined && hosts.includes(host.replace(/:[0-9]+$/, ''));
}

function routes(options: AppOptions, library: Library): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.enable('case sensitive routing');
  app.use(refusing(options));
  const page = pageHandler;
  app.get('/healthz', (request, response) => {
    send(request, response, jsonAnswer(formatJson({ status: 'alive' })));
  });
  app.get('/readyz', readiness(options));
  app.get('/robots.txt', constant('User-agent: *\nDisallow: /\n', 'text/plain; charset=utf-8'));
  app.get('/icon.svg', constant(iconSvg, 'image/svg+xml'));
  app.get(stylesheetAddress, constant(stylesheet, 'text/css; charset=utf-8', true));
  app.get(
    '/',
    page(() => library.library()),
  );
  app.get(
    '/search',
    page((request) => library.search(queryOf(request))),
  );
  app.get(
    '/register',
    page(() => library.register()),
  );
  app.get(
    '/register/:n',
    page((request) => library.release(releaseNumber(request))),
  );
  app.get(
    '/status',
    page(() => library.status()),
  );
  app.get(
    '/d/:id',
    page((request) => library.document(parameter(request, 'id'))),
  );
  app.get(
    '/d/:id/history',
    page((request) => library.history(parameter(request, 'id'))),
  );
  app.get(
    '/d/:id/:revision',
    page((request) => library.revision(parameter(request, 'id'), parameter(request, 'revision'))),
  );
  app.get(
    '/d/:id/:revision/evidence',
    page((request) => library.evidence(parameter(request, 'id'), parameter(request, 'revision'))),
  );
  app.get(
    '/d/:id/:revision/files/*path',
    page((request) =>
      library.file(
        parameter(request, 'id'),
        parameter(request, 'revision'),
        parameter(request, 'path'),
      ),
    ),
  );
  app.use(
    '/api/v1',
    apiRoutes(() => ({ ...library.setting(), at: Math.floor(options.now()) })),
  );
  app.use((request) => {
    throw notFound(request);
  });
  app.use(failing(options));
  return app;
}

function pageHandler(make: (request: Request) => Promise<Answer>): RequestHandler {
  return async (request, response) => {
    send(request, response, await make(request));
  };
}

function queryOf(request: Request): string {
  const { q } = request.query;
  return typeof q === 'string' ? q.trim().slice(0, queryLimit) : '';
}

function constant(text: string, contentType: string, forever = false): RequestHandler {
  const answer = makeAnswer(Buffer.from(text), {
    contentType,
    policy: filePolicy,
    cacheControl: forever ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
  });
  return (request, response) => {
    send(request, response, answer);
  };
}

function readiness(options: AppOptions): RequestHandler {
  return (request, response) => {
    const { snapshot, trouble } = options.snapshot();
    const releases = snapshot?.verification.register?.releases.length;
    const answer = jsonAnswer(
      formatJson({
        status: releases === undefined ? 'not ready' : 'ready',
        release: releases ?? null,
        newestVerifies: releases !== undefined && trouble === undefined,
      }),
    );
    send(request, response, answer, releases === undefined ? 503 : 200);
  };
}

/** Requests that are refused before any page is looked for. */
function refusing(options: AppOptions): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.set('Allow', 'GET, HEAD');
      throw QmsError.of('server/method', {
        message: `The server answers GET and HEAD; this was ${request.method.slice(0, 20)}.`,
        place: {},
      });
    }
    if (request.originalUrl.length > addressLimit) {
      throw QmsError.of('server/request-malformed', {
        message: `The address has ${String(request.originalUrl.length)} characters; at most ${String(addressLimit)} are read.`,
        place: {},
      });
    }
    if (options.hosts !== undefined && !options.hosts.includes(request.hostname)) {
      throw QmsError.of('server/host', {
        message: `The server does not answer under the name ${JSON.stringify(request.get('host')?.slice(0, 100) ?? '')}.`,
        place: {},
      });
    }
    next();
  };
}

/** Status of an answer by the code of its first problem. */
function statusOf(code: Problem['code']): number {
  switch (code) {
    case 'server/not-found':
    case 'server/file-unknown':
    case 'audit/document-unknown':
    case 'audit/revision-unknown':
    case 'audit/release-unknown':
      return 404;
    case 'server/request-malformed':
      return 400;
    case 'server/method':
      return 405;
    case 'server/host':
      return 421;
    case 'server/nothing-verified':
    case 'audit/no-register':
    case 'publish/content-missing':
      return 503;
    default:
      return code.startsWith('git/') ? 503 : 500;
  }
}

const headings: Readonly<Record<number, string>> = {
  400: 'This address can not be read',
  404: 'Nothing is here',
  405: 'This server only reads',
  421: 'This server has another name',
  503: 'This can not be shown now',
};

/** Errors in one shape: a page, or `{"problems": […]}` below `/api` and for who asks for JSON. */
function failing(options: AppOptions): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = asQmsError(error);
    if (known === undefined) options.faulted?.(error, request.originalUrl.slice(0, addressLimit));
    const { problems } =
      known ??
      QmsError.of('server/fault', {
        message: 'Something happened that the software did not foresee.',
        place: {},
      });
    const { snapshot, trouble } = options.snapshot();
    const status = statusOf(problems[0].code);
    const json = request.path.startsWith('/api/') || request.accepts(['html', 'json']) === 'json';
    const shown =
      problems[0].code === 'server/nothing-verified'
        ? [...problems, ...(trouble?.problems ?? [])]
        : problems;
    const answer = json
      ? jsonAnswer(formatJson({ problems: shown }))
      : pageAnswer(
          problemPage(
            {
              snapshot,
              register: snapshot?.verification.register,
              trouble,
              at: Math.floor(options.now()),
              stylesheet: stylesheetAddress,
            },
            headings[status] ?? 'Something went wrong',
            shown,
          ),
        );
    send(request, response, answer, status);
  };
}

/** Errors of the router about the address itself are the reader's to mend, not faults. */
function asQmsError(error: unknown): QmsError | undefined {
  if (error instanceof QmsError) return error;
  const status: unknown =
    typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (error instanceof URIError || status === 400) {
    return QmsError.of('server/request-malformed', {
      message: 'The address is not percent-encoded properly.',
      place: {},
    });
  }
  return undefined;
}
