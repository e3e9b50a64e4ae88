import { Writable } from 'node:stream';
import { runCommand } from './command.ts';
import { stockEnvironment } from './raw-repository.ts';
import type { StockRegister } from './stock-register.ts';

/** `qms serve` as it runs over a register, and what it said so far. */
export interface Serving {
  /** `http://127.0.0.1:12345`, or undefined where it ended without serving. */
  readonly address: string | undefined;
  /** What a page of it shows. */
  page(path: string): Promise<string>;
  said(): string;
  /** Wait until it has said something. @throws after 20 seconds. */
  says(pattern: RegExp): Promise<void>;
  /** End it. @returns Its exit code. */
  stop(): Promise<number>;
}

class Heard extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

/** Run a command in a register's repository, an hour after the last step of its story. */
export function runIn(register: StockRegister, ...argv: readonly string[]) {
  return runCommand(argv, register.repository.folder, {
    env: stockEnvironment,
    now: () => new Date((register.clock + 3600) * 1000),
  });
}

/** Start `qms serve` and wait until it serves or has ended. */
export async function serving(
  register: StockRegister,
  ...options: readonly string[]
): Promise<Serving> {
  const stdout = new Heard();
  const stderr = new Heard();
  const stopping = new AbortController();
  let code: number | undefined;
  const ended = runCommand(['serve', '--port', '0', ...options], register.repository.folder, {
    env: stockEnvironment,
    stdout,
    stderr,
    now: () => new Date((register.clock + 3600) * 1000),
    untilStopped: () => stopping.signal,
  }).then((answer) => {
    code = answer.code;
    return answer.code;
  });
  const until = async (done: () => boolean): Promise<void> => {
    const end = performance.now() + 20_000;
    while (!done()) {
      if (performance.now() > end) throw new Error(`It only said: ${stdout.text}${stderr.text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await until(() => code !== undefined || stderr.text.includes('Ctrl-C'));
  const address = /^(http:\/\/\S+?)\/$/m.exec(stdout.text)?.[1];
  return {
    address,
    page: async (path) => (await fetch(`${address ?? ''}${path}`)).text(),
    said: () => stderr.text,
    says: (pattern) => until(() => pattern.test(stderr.text)),
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}
