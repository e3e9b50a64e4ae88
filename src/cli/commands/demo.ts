import type { CommandLine } from '../command-line.ts';
import { UsageError } from '../session.ts';
import { portFrom } from './serve.ts';

/** The flags of `qms demo`. */
export interface DemoFlags {
  readonly port: string;
  readonly folder?: string;
  readonly keys: string;
  readonly signedCommits?: boolean;
  /** False with `--no-serve`. */
  readonly serve: boolean;
}

/** `qms demo`: the sample QMS as a real repository, verified and served. */
export function addDemo(line: CommandLine): void {
  line.add(
    'demo',
    {
      summary: 'the sample QMS in a scratch folder, verified and served',
      description:
        'Makes the sample QMS of a maker of machined parts: a real repository with throw-away keys for six people and about two years of history. Verifies it with its anchor and serves it.',
      examples: [
        ['qms demo', 'in a scratch folder, http://127.0.0.1:8080/ or the next free port'],
        ['qms demo --no-serve --folder shop', 'makes it in shop/, does not serve it'],
        ['qms demo --keys openpgp --signed-commits', 'with OpenPGP keys, and every commit signed'],
      ],
      exit: {
        0: 'ended by a signal, or made',
        1: 'the folder is not empty',
        2: 'no keys or no git',
      },
    },
    (command) =>
      command
        .option('--port <port>', 'where to listen; the next free one if it is taken', '8080')
        .option('--folder <folder>', 'an empty or new folder (otherwise a scratch folder)')
        .option('--keys <kind>', 'with what its people sign: ssh or openpgp', 'ssh')
        .option('--signed-commits', 'sign every commit, and ask for it (contributors: signed)')
        .option('--no-serve', 'make and verify it only'),
    async (session, flags: DemoFlags) => {
      const port = portFrom(flags.port);
      const { keys } = flags;
      if (keys !== 'ssh' && keys !== 'openpgp') {
        throw new UsageError(`--keys: there is ssh and openpgp, not ${keys}.`);
      }
      const { demo } = await import('../demo/run-demo.ts');
      return demo(session, port, keys, flags);
    },
  );
}
