import type { Request } from 'express';

import { QmsError } from '../problem/problem.ts';

/** A parameter of the route; a wildcard's parts are put together again. */
export function parameter(request: Request, name: string): string {
  const value: unknown = request.params[name];
  if (Array.isArray(value)) return value.join('/');
  return typeof value === 'string' ? value : '';
}

/** The number of a release in the address. */
export function releaseNumber(request: Request): number {
  const text = parameter(request, 'n');
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw notFound(request);
  return Number(text);
}

/** There is no page at the address that was asked for. */
export function notFound(request: Request): QmsError {
  return QmsError.of('server/not-found', {
    message: `There is nothing at ${request.originalUrl.slice(0, 200)}.`,
    place: {},
  });
}
