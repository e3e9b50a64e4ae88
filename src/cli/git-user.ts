import { runGit } from '../git/git-program.ts';
import type { Identity } from '../git/objects.ts';
import { QmsError } from '../problem/problem.ts';
import type { Surroundings } from './surroundings.ts';

/** One setting of Git as it holds in a folder, or undefined where it is not set. */
export async function gitSetting(
  name: string,
  folder: string,
  env: Surroundings['env'],
): Promise<string | undefined> {
  const { stdout, exit } = await runGit(['config', '--get', name], {
    cwd: folder,
    env,
    allowExit: [1],
    // Otherwise our own settings for running git (no hooks) would be the answer.
    asUser: true,
  });
  const value = new TextDecoder().decode(stdout).replace(/\n$/u, '');
  return exit === 1 || value === '' ? undefined : value;
}

/** Name and address with which Git would commit, as far as somebody has set them. */
export async function gitUser(
  folder: string,
  env: Surroundings['env'],
): Promise<{ readonly name: string | undefined; readonly email: string | undefined }> {
  return {
    name: env['GIT_COMMITTER_NAME'] ?? (await gitSetting('user.name', folder, env)),
    email: env['GIT_COMMITTER_EMAIL'] ?? (await gitSetting('user.email', folder, env)),
  };
}

/** The offset of a time zone at an instant, as Git writes it: `-0500`. */
export function gitOffset(seconds: number, timeZone: string): string {
  const name = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(seconds * 1000)
    .find((part) => part.type === 'timeZoneName')?.value;
  const match = /([+-])(\d\d):(\d\d)/u.exec(name ?? '');
  return match === null ? '+0000' : `${match[1] ?? '+'}${match[2] ?? '00'}${match[3] ?? '00'}`;
}

/**
 * Who signs, as a tag says it: name and address of Git's user, now, in the time zone of the rules.
 * @throws {QmsError} `cli/no-identity`
 */
export async function taggerNow(
  folder: string,
  surroundings: Surroundings,
  timeZone: string,
): Promise<Identity> {
  const { name, email } = await gitUser(folder, surroundings.env);
  if (name === undefined || email === undefined) {
    throw QmsError.of('cli/no-identity', {
      message: `Git's ${name === undefined ? 'user.name' : 'user.email'} is not set, so nobody knows who signs.`,
      place: {},
    });
  }
  const seconds = Math.floor(surroundings.now().getTime() / 1000);
  return { name, email, seconds, offset: gitOffset(seconds, timeZone) };
}
