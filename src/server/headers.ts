import { createHash } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import helmet from 'helmet';

/**
 * What a page may load: our stylesheet, its own inline styles by their hashes, pictures of this
 * server. No script, no frame, no form to elsewhere, nothing from another host.
 */
export function pagePolicy(inlineStyles: readonly string[]): string {
  const hashes = inlineStyles.map((style) => {
    return ` 'sha256-${createHash('sha256').update(style).digest('base64')}'`;
  });
  return [
    "default-src 'none'",
    `style-src 'self'${hashes.join('')}`,
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** For released files: nothing runs and nothing loads, whatever they hold, an SVG least of all. */
export const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** For PDF: browsers refuse to show one in a sandbox, and run it in one of their own. */
export const pdfPolicy = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'";

/**
 * Headers of every answer, names and values in turn. The policy is set by hand, and plain http on a
 * workshop's network stays plain: neither an upgrade nor strict transport is asked for.
 */
export const secureHeaders: readonly string[] = collected(
  helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    frameguard: { action: 'deny' },
  }),
);

/** What a handler sets, which is the same for each request, so it is asked only once. */
function collected(set: ReturnType<typeof helmet>): readonly string[] {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  set(response.req, response, () => undefined);
  return response.getHeaderNames().flatMap((name) => [name, String(response.getHeader(name))]);
}
