import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import type { Request, Response } from 'express';

import type { Page } from '../publish/page.tsx';
import { pagePolicy } from './headers.ts';

/** A finished answer: bytes with what a browser and a cache need to know of them. */
export interface Answer {
  readonly contentType: string;
  readonly body: Buffer;
  /** The same, compressed; undefined where that gains nothing. */
  readonly zipped: Buffer | undefined;
  /** Strong validator without quotes. */
  readonly tag: string;
  readonly policy: string;
  readonly cacheControl: string;
  readonly disposition?: string;
}

/** Make an answer from bytes; text is compressed once and kept so. */
export function makeAnswer(
  body: Buffer,
  facts: Pick<Answer, 'contentType' | 'policy'> & Partial<Answer>,
): Answer {
  const compressible = /^(?:text\/|application\/json|image\/svg)/.test(facts.contentType);
  return {
    body,
    zipped: compressible && body.length > 1000 ? gzipSync(body) : undefined,
    tag: createHash('sha256').update(body).digest('hex').slice(0, 32),
    // Always asked again: a page must never be older than what is in force.
    cacheControl: 'no-cache',
    ...facts,
  };
}

export function pageAnswer(page: Page): Answer {
  return makeAnswer(Buffer.from(page.html), {
    contentType: 'text/html; charset=utf-8',
    policy: pagePolicy(page.inlineStyles),
  });
}

export function jsonAnswer(json: string): Answer {
  return makeAnswer(Buffer.from(json), {
    contentType: 'application/json; charset=utf-8',
    policy: "default-src 'none'; frame-ancestors 'none'",
  });
}

/** Send an answer: 304 where the browser has it, compressed where the browser can. */
export function send(request: Request, response: Response, answer: Answer, status = 200): void {
  const zipped = takesGzip(request.headers['accept-encoding']) ? answer.zipped : undefined;
  const tag = `"${answer.tag}${zipped === undefined ? '' : '-gz'}"`;
  const headers: Record<string, string | number> = {
    'Content-Type': answer.contentType,
    'Content-Security-Policy': answer.policy,
    'Cache-Control': status === 200 ? answer.cacheControl : 'no-store',
    'X-Robots-Tag': 'noindex, nofollow',
    Vary: 'Accept, Accept-Encoding',
  };
  if (answer.disposition !== undefined) headers['Content-Disposition'] = answer.disposition;
  if (status === 200) headers['ETag'] = tag;
  if (status === 200 && holds(request.headers['if-none-match'], tag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const bytes = zipped ?? answer.body;
  headers['Content-Length'] = bytes.length;
  if (zipped !== undefined) headers['Content-Encoding'] = 'gzip';
  response.writeHead(status, headers);
  if (request.method === 'HEAD') response.end();
  else response.end(bytes);
}

/** Whether a browser takes gzip: it names it, and not with the weight of nothing. */
function takesGzip(header: string | string[] | undefined): boolean {
  if (typeof header !== 'string') return false;
  return header.split(',').some((each) => {
    const [name = '', weight = ''] = each.split(';');
    return name.trim() === 'gzip' && !/^\s*q=0(?:\.0*)?\s*$/.test(weight);
  });
}

function holds(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
}
