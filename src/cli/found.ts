import { mkdir, readFile } from 'node:fs/promises';
import { join, posix, relative, resolve, sep } from 'node:path';
import { contentDigest, describeFile } from '../document/content.ts';
import { dayOf, isTimeZone } from '../document/day.ts';
import { writeConfig } from '../git/configuration.ts';
import { runGit } from '../git/git-program.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { openStore } from '../git/open-store.ts';
import { openRepository, readLocalConfig, type Repository } from '../git/repository.ts';
import { QmsError } from '../problem/problem.ts';
import { foundingDraft } from '../register/making/founding-release.ts';
import { makeRelease } from '../register/making/make-release.ts';
import { registerBranch } from '../register/register-branch.ts';
import type { Register } from '../register/register.ts';
import { verifyRegister } from '../register/verify-register.ts';
import { parseRules } from '../rules/parse-rules.ts';
import { rulesFileName } from '../rules/rules-file-name.ts';
import type { Rules } from '../rules/rules.ts';
import { ask } from './ask.ts';
import { ciFile, type CiTemplate } from './ci-template.ts';
import type { InitOptions } from './commands/init.ts';
import { type FounderKey, proposedKey, readFounderKey } from './founder-key.ts';
import { foundingRules, personIdOf } from './founding.ts';
import { gitSetting, gitUser } from './git-user.ts';
import { installHook, type HookOutcome } from './hooks.ts';
import { recordRelease } from './record-made.ts';
import { moveRegisterOn, requireRegisterNotCheckedOut } from './register-branch.ts';
import { noteRelease } from './releasing.ts';
import { type Session, UsageError } from './session.ts';
import { signingPerson } from './signing-person.ts';
import { readVersion } from './version.ts';
import { writeWhole } from './write-whole.ts';

/** Where the QMS begins. */
interface Ground {
  readonly repository: Repository;
  /** Top of the working tree. */
  readonly top: string;
  /** Path of `qms.yaml` from the top, with slashes. */
  readonly rulesPath: string;
}

/**
 * Found a QMS in a folder; go on where an earlier attempt stopped. Release 1 comes into being
 * last, with its anchor, so that until then nothing counts.
 */
export async function found(
  session: Session,
  folder: string | undefined,
  options: InitOptions,
  ci: CiTemplate,
): Promise<number> {
  const ground = await groundIn(resolve(session.folder, folder ?? '.'), session);
  const { repository, top, rulesPath } = ground;
  const store = await openStore(repository);
  try {
    const [first] = await store.refs('refs/tags/qms/');
    if (first !== undefined) {
      const begun = await interruptedFounding(repository, store, session);
      const [release] = begun?.releases ?? [];
      if (begun === undefined || release === undefined) {
        throw QmsError.of('cli/already-founded', {
          message: `${top} holds ${first.name} already.${await notedAnchor(repository)}`,
          place: { ref: first.name },
        });
      }
      await moveRegisterOn(repository, store, begun, 'create');
      await noteRelease(repository, 1, `1:${release.digest}`);
      sayAnchor(release.digest, { rulesPath, top }, session);
      return 0;
    }
    await requireRegisterNotCheckedOut(repository);
    const written = await writeRules(ground, options, session);
    const rules = await parsedRules(rulesPath, await readFile(join(top, rulesPath)));
    const signing = await signingPerson(top, rules, 'release', session);
    const extra = await writeTemplate(ci, top);
    const hook = await hookIn(ground, session);
    await commitFiles(ground, [rulesPath, ...extra], rules, session);
    const blob = await committedRules(ground, session);
    const file = describeFile(rulesPath, blob, nodeCryptography);
    const day = dayOf(signing.tagger.seconds, rules.timezone);
    const digest = contentDigest([file], nodeCryptography);
    const draft = foundingDraft(file, digest, day, signing.person.id);
    const made = await makeRelease(draft, signing.tagger, signing.signer.sign, nodeCryptography);
    // Before release 1 exists: an end just after it would leave a register whose founder was
    // never told the anchor.
    await writeConfig(repository, 'qms.anchor', made.digest);
    await recordRelease(made, [], {
      repository,
      store,
      trust: { anchors: [{ digest: made.digest, source: 'this founding' }], heads: [] },
      now: signing.tagger.seconds,
      previous: undefined,
    });
    await noteRelease(repository, 1, `1:${made.digest}`);
    sayFounded(made.digest, { rules, rulesPath, top, hook, extra, written }, session);
    return 0;
  } finally {
    await store.close();
  }
}

/**
 * The register of a founding in this very clone that was ended before its last step: it verifies
 * with the anchor that was noted, has one release, and no head or no branch.
 */
async function interruptedFounding(
  repository: Repository,
  store: ObjectStore,
  { surroundings }: Session,
): Promise<Register | undefined> {
  const anchor = await readLocalConfig(repository, 'qms.anchor');
  const head = await readLocalConfig(repository, 'qms.head');
  const [branch] = await store.refs(registerBranch);
  if (anchor === undefined || (head !== undefined && branch !== undefined)) return undefined;
  const { register, outcome } = await verifyRegister({
    store,
    cryptography: nodeCryptography,
    anchors: [{ digest: anchor, source: 'qms.anchor in the Git configuration' }],
    heads: [],
    now: Math.floor(surroundings.now().getTime() / 1000),
  });
  return outcome === 'verified' && register?.releases.length === 1 ? register : undefined;
}

async function notedAnchor(repository: Repository): Promise<string> {
  const anchor = await readLocalConfig(repository, 'qms.anchor');
  return anchor === undefined ? '' : ` The anchor noted in this clone is ${anchor}.`;
}

async function groundIn(folder: string, session: Session): Promise<Ground> {
  const { env } = session.surroundings;
  await mkdir(folder, { recursive: true });
  let repository: Repository;
  try {
    repository = await openRepository(folder, env);
  } catch (error) {
    if (!(error instanceof QmsError) || error.code !== 'git/not-a-repository') throw error;
    await runGit(['init', '--quiet', '--initial-branch=main'], { cwd: folder, env });
    repository = await openRepository(folder, env);
  }
  const top = repository.workTree;
  if (top === undefined) {
    throw QmsError.of('git/not-a-repository', {
      message: `${folder} is a bare repository, which has no files to write to.`,
      place: { file: folder },
      remedy: 'Run qms init in a clone of it, and push.',
    });
  }
  const inside = relative(top, folder).split(sep).join('/');
  return { repository, top, rulesPath: posix.join(inside, 'qms-docs', rulesFileName) };
}

/** Write the first rules, unless they are there from an earlier attempt or by hand. */
async function writeRules(
  { top, rulesPath }: Ground,
  options: InitOptions,
  session: Session,
): Promise<boolean> {
  const { env } = session.surroundings;
  const file = join(top, rulesPath);
  const present = await readFile(file).catch(() => undefined);
  if (present !== undefined) return false;
  const quiet = options.yes === true;
  const user = await gitUser(top, env);
  const organization = await ask(
    {
      message: 'What is the organization called?',
      flag: '--organization <name>',
      given: options.organization,
      proposal: undefined,
    },
    session,
    quiet,
  );
  const timezone = await ask(
    {
      message: 'In which time zone do its days begin and end?',
      flag: '--timezone <zone>',
      given: options.timezone,
      proposal: Intl.DateTimeFormat().resolvedOptions().timeZone,
      refuse: (zone) =>
        isTimeZone(zone) ? undefined : `${zone} is no time zone; America/Detroit is one.`,
    },
    session,
    quiet,
  );
  const name = await ask(
    {
      message: 'What is your name?',
      flag: '--name <name>',
      given: options.name,
      proposal: user.name,
    },
    session,
    quiet,
  );
  const email = await ask(
    {
      message: 'What is your e-mail address, as you commit with it?',
      flag: '--email <address>',
      given: options.email,
      proposal: user.email,
      refuse: (address) => (address.includes('@') ? undefined : `${address} is no address.`),
    },
    session,
    quiet,
  );
  const named = await ask(
    {
      message: 'Which key do you sign with: a public SSH key, or a fingerprint of OpenPGP?',
      flag: '--key <key>',
      given: options.key,
      proposal: await proposedKey(top, session),
    },
    session,
    quiet,
  );
  const person = options.person ?? personIdOf(name);
  if (!/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/u.test(person)) {
    throw new UsageError(`--person: ${person} is no id; small letters and digits, as alice.`);
  }
  const key = await readFounderKey(named, top, session);
  const text = foundingRules({ organization, timezone, person, name, email, key: key.text });
  await parsedRules(rulesPath, new TextEncoder().encode(text));
  await setUp(top, { name, email, key }, session);
  await writeWhole(file, text, 'new');
  return true;
}

/** Set in this repository what Git does not know of the founder yet. */
async function setUp(
  top: string,
  wanted: { readonly name: string; readonly email: string; readonly key: FounderKey },
  session: Session,
): Promise<void> {
  const { env } = session.surroundings;
  const settings = [
    ['user.name', wanted.name],
    ['user.email', wanted.email],
    ['gpg.format', wanted.key.format],
    ['user.signingkey', wanted.key.setting],
  ] as const;
  for (const [name, value] of settings) {
    if ((await gitSetting(name, top, env)) === value) continue;
    await runGit(['config', '--local', name, value], { cwd: top, env });
  }
}

async function parsedRules(path: string, bytes: Uint8Array): Promise<Rules> {
  const { rules, problems } = await parseRules(path, bytes, nodeCryptography);
  if (rules !== undefined) return rules;
  const [first, ...rest] = problems;
  if (first === undefined) throw new Error('rules without a problem can be read');
  throw new QmsError(first, ...rest);
}

async function writeTemplate(ci: CiTemplate, top: string): Promise<readonly string[]> {
  const template = ciFile(ci, readVersion());
  if (template === undefined) return [];
  const file = join(top, template.path);
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present !== undefined) {
    // A file of that name is somebody's own and stays; ours is there from an earlier attempt.
    return present === template.text ? [template.path] : [];
  }
  await writeWhole(file, template.text, 'new');
  return [template.path];
}

async function hookIn({ repository, top }: Ground, session: Session): Promise<HookOutcome> {
  const configured = await gitSetting('core.hooksPath', top, session.surroundings.env);
  const folder =
    configured === undefined ? join(repository.commonDir, 'hooks') : resolve(top, configured);
  return installHook(top, folder, configured !== undefined);
}

/** Commit the files as the founder, whatever else is staged. */
async function commitFiles(
  { top }: Ground,
  paths: readonly string[],
  rules: Rules,
  session: Session,
): Promise<void> {
  const { env, now } = session.surroundings;
  const date = `${String(Math.floor(now().getTime() / 1000))} +0000`;
  const options = {
    cwd: top,
    env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, ...env },
  };
  await runGit(['add', '--', ...paths], options);
  const changed = await runGit(['diff', '--cached', '--quiet', '--', ...paths], {
    ...options,
    allowExit: [1],
  });
  if (changed.exit === 0) return;
  const message = `Begin document control at ${rules.organization}`;
  await runGit(['commit', '--quiet', '--only', '-m', message, '--', ...paths], options);
}

/** The rules as the commit holds them: Git may have changed line ends on the way in. */
async function committedRules({ top, rulesPath }: Ground, session: Session): Promise<Uint8Array> {
  const { env } = session.surroundings;
  const { stdout } = await runGit(['cat-file', 'blob', `HEAD:${rulesPath}`], { cwd: top, env });
  return stdout;
}

interface Founded {
  readonly rules: Rules;
  readonly rulesPath: string;
  readonly top: string;
  readonly hook: HookOutcome;
  readonly extra: readonly string[];
  readonly written: boolean;
}

function sayFounded(anchor: string, founded: Founded, session: Session): void {
  const { rules, rulesPath, top, hook, extra, written } = founded;
  if (!session.json) {
    session.say(
      [
        `${session.paintError('bold', rules.organization)} has a register in ${top}.`,
        '',
        `  ${rulesPath}  ${written ? 'the rules, with you as founder' : 'the rules, as they were there'}`,
        ...extra.map((path) => `  ${path}  for continuous integration`),
        hook.done === 'foreign'
          ? `  ${hook.path} belongs to somebody else and stays; add to it: ${hook.add}`
          : `  ${hook.path}  checks documents before each commit`,
        '  qms/release/1  signed; the branch register points at it',
        '',
      ].join('\n'),
    );
  }
  sayAnchor(anchor, founded, session);
}

function sayAnchor(
  anchor: string,
  { rulesPath, top }: Pick<Founded, 'rulesPath' | 'top'>,
  session: Session,
): void {
  if (session.json) {
    session.printJson({ anchor, release: 1, rules: rulesPath, folder: top });
    return;
  }
  session.say(
    [
      'The anchor. Write it down outside this repository, on paper or where colleagues and',
      'auditors find it: with it anybody can verify everything that follows.',
      '',
    ].join('\n'),
  );
  session.print(anchor);
  session.say('\nNext: qms new sop "Control of documented information"');
}
