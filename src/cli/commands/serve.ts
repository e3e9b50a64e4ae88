import type { CommandLine } from '../command-line.ts';
import { UsageError } from '../session.ts';

/** The flags of `qms serve`. */
export interface ServeFlags {
  readonly port: string;
  readonly host: string;
}

/** A port from the command line. @throws {UsageError} for anything else. */
export function portFrom(text: string): number {
  const port = /^[0-9]{1,5}$/u.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port: ${text} is no port; a number from 0 (any that is free) to 65535.`);
}

/** `qms serve`: the documents in force in the browser. */
export function addServe(line: CommandLine): void {
  line.add(
    'serve',
    {
      summary: 'the documents in force, in the browser',
      description:
        'Verifies the register and serves it, read only. Follows new releases in the repository without a restart. Where a new state does not verify, it keeps the last that did and says so on every page. Ends with Ctrl-C.',
      examples: [
        ['qms serve', 'on this machine only, http://127.0.0.1:8080/'],
        ['qms serve --host 0.0.0.0 --port 80', 'for the network; put TLS in front of it'],
        ['qms serve --port 0', 'on any port that is free'],
      ],
      exit: {
        0: 'ended by a signal',
        1: 'the register has problems',
        2: 'the register is not verified, or the port can not be used',
      },
    },
    (command) =>
      command
        .option('--port <port>', 'where to listen', '8080')
        .option('--host <address>', 'on which address', '127.0.0.1'),
    async (session, flags: ServeFlags) => {
      const port = portFrom(flags.port);
      // First and beside the rest: what it loads takes as long as all that.
      const { RenderingThread } = await import('../../server/rendering.ts');
      const rendering = new RenderingThread();
      try {
        const { serve } = await import('../serve-register.ts');
        return await serve(session, rendering.render, port, flags.host);
      } finally {
        await rendering.close();
      }
    },
  );
}
