import { isTrue } from '../git/config-file.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import { openStore } from '../git/open-store.ts';
import { isFastForward, largeNewObjects } from '../git/quarantine.ts';
import { symbolicTargets } from '../git/ref-files.ts';
import { openRepository, readOwnConfig, type Repository } from '../git/repository.ts';
import { readRepositoryFormat, requireReadable } from '../git/repository-state.ts';
import { makeProblem, type Problem, QmsError } from '../problem/problem.ts';
import { judgePush, type PushOptions, type PushVerdict } from '../register/push/judge-push.ts';
import { parsePushedRefs, type PushedRef } from '../register/push/pushed-refs.ts';
import { registerBranch } from '../register/register-branch.ts';
import { KeptVerification } from './kept-verification.ts';
import { readTrust } from './open-register.ts';
import { formatPlace } from './problem-text.ts';
import { type Session, UsageError } from './session.ts';
import { fold } from './table.ts';
import { readVersion } from './version.ts';

/** Columns of the text that git prefixes with `remote: `, and lines that fit on a screen. */
const columns = 70;
const mostLines = 20;

async function readAll(session: Session): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of session.surroundings.stdin) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts).toString('utf8');
}

/** What the bare repository's own configuration says about pushes. */
async function readPushRules(
  repository: Repository,
): Promise<Pick<PushOptions, 'mirror' | 'protectedBranches' | 'isFastForward'>> {
  const config = await readOwnConfig(repository);
  const named = config.flatMap(({ key, value }) =>
    key === 'qms.protected' ? [value.startsWith('refs/') ? value : `refs/heads/${value}`] : [],
  );
  const main = await symbolicTargets(repository, 'HEAD');
  return {
    mirror: isTrue(config.findLast(({ key }) => key === 'qms.mirror')?.value ?? 'false'),
    protectedBranches: [...main, registerBranch, ...named],
    isFastForward: (from, to) => isFastForward(repository, from, to),
  };
}

/**
 * The commands of a push, with those refs beside them that git moves in their place: a push to a
 * symbolic ref (`master` that leads to `main`, say) moves the ref to which it leads.
 */
async function throughSymbolic(
  pushed: readonly PushedRef[],
  repository: Repository,
): Promise<readonly PushedRef[]> {
  const all: PushedRef[] = [];
  for (const one of pushed) {
    all.push(one);
    // What is to be created leads nowhere yet.
    if (one.from === undefined) continue;
    // Without this, a protected branch could be moved at will by its other name.
    const targets = await symbolicTargets(repository, one.name);
    for (const name of targets) all.push({ ...one, name });
  }
  return all;
}

async function judge(
  pushed: readonly PushedRef[],
  repository: Repository,
  session: Session,
): Promise<PushVerdict> {
  const store = await openStore(repository);
  const kept = new KeptVerification(repository, readVersion());
  try {
    const options = {
      pushed,
      store,
      cryptography: nodeCryptography,
      ...(await readTrust(session, repository)),
      ...(await readPushRules(repository)),
      now: Math.floor(session.surroundings.now().getTime() / 1000),
    };
    const touches = pushed.some(
      ({ name }) => name.startsWith('refs/tags/qms/') || name === registerBranch,
    );
    const previous = touches ? kept.last(options.now) : undefined;
    const verdict = await judgeOnward(options, previous, kept);
    const { before } = verdict;
    if (before !== undefined && kept.isOutdatedBy(before)) await kept.write(before, options.now);
    return verdict;
  } finally {
    kept.close();
    await store.close();
  }
}

/** Where the kept file is of no use although it looks so, go from the beginning. */
async function judgeOnward(
  options: PushOptions,
  previous: PushVerdict['before'],
  kept: KeptVerification,
): Promise<PushVerdict> {
  if (previous === undefined) return judgePush(options);
  try {
    return await judgePush({ ...options, previous });
  } catch (error) {
    if (error instanceof QmsError) throw error;
    await kept.remove();
    return judgePush(options);
  }
}

/**
 * Decide about a push, in Git's hook `pre-receive`: what it says on its standard input, in the
 * quarantine that its environment names.
 * @returns The exit code: 0 to take all of it, anything else to take nothing.
 * @see githooks, "pre-receive"
 */
export async function receivePush(session: Session): Promise<number> {
  const repository = await openRepository(session.folder, session.surroundings.env);
  requireReadable(await readRepositoryFormat(repository), repository);
  const read = parsePushedRefs(await readAll(session));
  if (!read.ok)
    throw new UsageError(`What git gives a pre-receive hook was expected: ${read.reason}.`);
  const large = (await largeNewObjects(repository)).map(({ id, size }) =>
    makeProblem('git/object-too-large', {
      message: `The push holds the object ${id} of ${String(size)} bytes; at most 64 MiB are taken.`,
      remedy: `Find it with git log --all --find-object=${id}, and push commits that never held it.`,
      place: { object: id },
    }),
  );
  const { refusals } =
    large.length > 0
      ? { refusals: large }
      : await judge(await throughSymbolic(read.value, repository), repository, session);
  if (session.json) session.printJson({ problems: refusals });
  else if (refusals.length > 0) session.say(formatRefusals(refusals));
  return refusals.length > 0 ? 1 : 0;
}

/**
 * Refusals as a pusher reads them behind `remote: `: for each ref what, why and what to do, no
 * more than fits on a screen.
 */
export function formatRefusals(refusals: readonly Problem[]): string {
  const byPlace = new Map<string, Problem[]>();
  for (const problem of refusals) {
    const place = formatPlace(problem.place);
    const there = byPlace.get(place);
    if (there === undefined) byPlace.set(place, [problem]);
    else there.push(problem);
  }
  const lines: string[] = [];
  let told = 0;
  for (const [place, problems] of byPlace) {
    const block = ['', place];
    // The first says what to correct first; the rest is for those who ask.
    for (const { code, message, remedy, related } of problems.slice(0, 2)) {
      const see = related === undefined ? '' : ` See ${formatPlace(related)}.`;
      block.push(
        ...fold(`${message}${see} ${remedy} (${code})`, columns - 2).map((one) => `  ${one}`),
      );
    }
    if (problems.length > 2) block.push(`  … and ${String(problems.length - 2)} more.`);
    if (told > 0 && lines.length + block.length > mostLines) break;
    lines.push(...block);
    told += 1;
  }
  const left = byPlace.size - told;
  if (left > 0) lines.push('', `… and ${String(left)} more refused.`);
  return `qms: nothing of this push was taken.\n${lines.join('\n')}\n\nWhat a word in brackets means: qms explain <word>`;
}
