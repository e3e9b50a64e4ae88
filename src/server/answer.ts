import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import type { Page } from '../publish/page.tsx';
import { pagePolicy, secureHeaders } from './headers.ts';

/** A finished answer: bytes with what a browser and a cache need to know of them. */
export interface Answer {
  readonly contentType: string;
  readonly body: Buffer;
  /** Strong validator without quotes. */
  readonly tag: string;
  readonly policy: string;
  readonly cacheControl: string;
  readonly disposition?: string;
}

/** Make an answer from bytes. */
export function makeAnswer(
  body: Buffer,
  facts: Pick<Answer, 'contentType' | 'policy'> & Partial<Answer>,
): Answer {
  return {
    body,
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
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  status = 200,
): void {
  const form = formOf(answer, request.headers['accept-encoding']);
  if (status === 200) {
    if (holds(request.headers['if-none-match'], form.tag)) {
      response.writeHead(304, [...form.headers]).end();
      return;
    }
    response.writeHead(200, [...form.headers, ...form.size]);
  } else {
    const kept = headersOf({ ...answer, cacheControl: 'no-store' });
    response.writeHead(status, [...kept, ...form.size]);
  }
  if (request.method === 'HEAD') response.end();
  else response.end(form.bytes);
}

/** An answer as it goes over the wire, plain or compressed. */
interface Form {
  readonly bytes: Buffer;
  /** With quotes. */
  readonly tag: string;
  /** Names and values in turn, for Node to write as they are. */
  readonly headers: readonly string[];
  /** The same, of the bytes: left out where none are sent. */
  readonly size: readonly string[];
}

/** In the order in which they are preferred: the smaller first. */
const encodings = ['br', 'gzip'] as const;
type Encoding = (typeof encodings)[number] | 'identity';

/** The forms of an answer that were asked for: each is made once. */
const formsOf = new WeakMap<Answer, Map<Encoding, Form>>();

function formOf(answer: Answer, accepted: string | string[] | undefined): Form {
  let forms = formsOf.get(answer);
  if (forms === undefined) {
    forms = new Map();
    formsOf.set(answer, forms);
  }
  const compressible = /^(?:text\/|application\/json|image\/svg)/.test(answer.contentType);
  const pays = compressible && answer.body.length > 1000;
  const encoding = pays ? encodingFor(accepted) : 'identity';
  let form = forms.get(encoding);
  if (form === undefined) {
    form = makeForm(answer, encoding);
    forms.set(encoding, form);
  }
  return form;
}

const suffixes = { identity: '', gzip: '-gz', br: '-br' } as const;

function makeForm(answer: Answer, encoding: Encoding): Form {
  const bytes = compress(answer.body, encoding);
  const tag = `"${answer.tag}${suffixes[encoding]}"`;
  const size = ['Content-Length', String(bytes.length)];
  if (encoding !== 'identity') size.push('Content-Encoding', encoding);
  return { bytes, tag, headers: [...headersOf(answer), 'ETag', tag], size };
}

/** Once for all that ask for it, so a little more work than for one: 5 of 11 in Brotli. */
function compress(bytes: Buffer, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'identity':
      return bytes;
    case 'gzip':
      return gzipSync(bytes);
    case 'br':
      return brotliCompressSync(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 5,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      });
  }
}

function headersOf(answer: Answer): readonly string[] {
  const headers = [
    ...secureHeaders,
    ...['Content-Type', answer.contentType],
    ...['Content-Security-Policy', answer.policy],
    ...['Cache-Control', answer.cacheControl],
    ...['X-Robots-Tag', 'noindex, nofollow'],
    ...['Vary', 'Accept, Accept-Encoding'],
  ];
  if (answer.disposition !== undefined) headers.push('Content-Disposition', answer.disposition);
  return headers;
}

/** The best encoding that a browser names, and not with the weight of nothing. */
function encodingFor(header: string | string[] | undefined): Encoding {
  if (typeof header !== 'string') return 'identity';
  const taken = new Set<string>();
  for (const each of header.split(',')) {
    const [name = '', weight = ''] = each.split(';');
    if (!/^\s*q=0(?:\.0*)?\s*$/.test(weight)) taken.add(name.trim());
  }
  return encodings.find((each) => taken.has(each)) ?? 'identity';
}

function holds(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
}
