import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { QmsError } from '../../problem/problem.ts';

/** A person of the demo with a key that is thrown away with its folder. */
export interface DemoPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Path of the private key. */
  readonly keyFile: string;
  /** One line for the rules. */
  readonly publicKey: string;
}

const names: Readonly<Record<string, string>> = {
  alice: 'Alice Ng',
  bob: 'Bob Kowalski',
  carol: 'Carol Reyes',
  dave: 'Dave Brandt',
  erin: 'Erin Walsh',
  frank: 'Frank Osei',
};

function keygen(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh-keygen', args, { stdio: 'ignore' });
    child.on('error', () => {
      reject(
        QmsError.of('signature/program-missing', {
          message: 'ssh-keygen can not be started, and the demo makes keys with it.',
          place: {},
          remedy: 'Install OpenSSH.',
        }),
      );
    });
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`ssh-keygen ended with ${String(code)}`));
    });
  });
}

/** Make a throw-away key for each of the six people of the sample. */
export async function makePeople(folder: string): Promise<ReadonlyMap<string, DemoPerson>> {
  const people = await Promise.all(
    Object.entries(names).map(async ([id, name]): Promise<[string, DemoPerson]> => {
      const keyFile = join(folder, id);
      const email = `${id}@abc.example`;
      await keygen(['-q', '-t', 'ed25519', '-N', '', '-C', email, '-f', keyFile]);
      const publicKey = (await readFile(`${keyFile}.pub`, 'utf8')).trim();
      return [id, { id, name, email, keyFile, publicKey }];
    }),
  );
  return new Map(people);
}

/** Put the throw-away keys in the place of those in the sample's rules. */
export function withKeys(rules: string, people: ReadonlyMap<string, DemoPerson>): string {
  let text = rules;
  for (const person of people.values()) {
    const line = new RegExp(`- key: ssh-ed25519 \\S+ ${person.email.replaceAll('.', '\\.')}`, 'u');
    if (!line.test(text)) throw new Error(`the sample's rules hold no key of ${person.id}`);
    text = text.replace(line, `- key: ${person.publicKey}`);
  }
  return text;
}
