import { relative, resolve, sep } from 'node:path';
import { isControlledPath } from '../document/controlled-path.ts';
import { withoutFilters } from '../git/filters.ts';
import { runGit } from '../git/git-program.ts';
import { listIndex } from '../git/index-file.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import { exitCodes, outcomeOf, type Problem } from '../problem/problem.ts';
import { checkDocuments, type CheckedTree } from '../rules/check.ts';
import { rulesPath } from '../rules/read-rules.ts';
import type { CheckFlags, CheckFormat } from './commands/check.ts';
import { KeptCheck } from './kept-check.ts';
import { knownTree, stagedRoot } from './known-root.ts';
import { countProblems } from './problem-text.ts';
import { readKeptLines } from './released-lines.ts';
import { type Session, UsageError } from './session.ts';
import { readVersion } from './version.ts';
import {
  type DocumentsRoot,
  withWritingPlace,
  workingRoot,
  type WritingPlace,
} from './working-documents.ts';

/** Check the documents of the folder, the index, or what differs from a base. */
export async function check(
  session: Session,
  paths: readonly string[],
  flags: CheckFlags,
  format: CheckFormat,
): Promise<number> {
  return withWritingPlace(session, async (place) => {
    const { repository, store, top } = place;
    // Git lists the index while the file is read.
    const [kept, entries] = await Promise.all([
      KeptCheck.open(repository, readVersion()),
      flags.staged === true ? listIndex(repository) : undefined,
    ]);
    const ground = await (entries === undefined
      ? knownTree(await workingRoot(top), kept)
      : stagedRoot(entries, store, kept));
    const only = await limitOf(paths, flags, place, ground, session);
    const lines = await readKeptLines(repository, store, kept.lines);
    const checked = await checkDocuments(ground.source, ground.root, nodeCryptography, {
      released: lines.documents,
      ...(only === undefined ? {} : { only }),
      knownAt: ground.knownAt,
    });
    await kept.write(lines);
    await report(checked, format, session);
    return exitCodes[outcomeOf(checked.problems)];
  });
}

async function gitPaths(
  args: readonly string[],
  { repository, top }: WritingPlace,
  env = repository.env,
): Promise<readonly string[]> {
  const index = repository.env['GIT_INDEX_FILE'];
  const { stdout } = await runGit(args, {
    cwd: top,
    env,
    ...(index === undefined ? {} : { indexFile: index }),
  });
  return new TextDecoder()
    .decode(stdout)
    .split('\0')
    .filter((path) => path !== '');
}

const changedPaths = [
  'diff',
  '--no-ext-diff',
  '--no-textconv',
  '--no-renames',
  // Files of submodules are no content, and git would ask each by that repository's settings.
  '--ignore-submodules=dirty',
  '--name-only',
  '-z',
];

/** The files to which the check is limited; undefined for all. */
async function limitOf(
  paths: readonly string[],
  flags: CheckFlags,
  place: WritingPlace,
  ground: DocumentsRoot,
  session: Session,
): Promise<ReadonlySet<string> | undefined> {
  const named = paths.length === 0 ? undefined : await namedFiles(paths, place, ground, session);
  if (flags.base === undefined) return named;
  const { stdout } = await runGit(['merge-base', '--', flags.base, 'HEAD'], {
    cwd: place.top,
    env: place.repository.env,
  });
  const base = new TextDecoder().decode(stdout).trim();
  const env = await withoutFilters(place.repository);
  const changed = [
    ...(await gitPaths([...changedPaths, base, '--'], place, env)),
    ...(await gitPaths(['ls-files', '--others', '--exclude-standard', '-z'], place)),
  ];
  // A changed image or other rules can make any document wrong: then everything is looked at.
  const everything = changed.some((path) => !isControlledPath(path, ground.root));
  if (everything) return named;
  return new Set(changed.filter((path) => named === undefined || named.has(path)));
}

async function namedFiles(
  paths: readonly string[],
  { top }: WritingPlace,
  { source, root }: DocumentsRoot,
  session: Session,
): Promise<ReadonlySet<string>> {
  const files = (await source.list(root)).map(({ path }) => path);
  const only = new Set<string>();
  for (const named of paths) {
    const path = relative(top, resolve(session.folder, named)).split(sep).join('/');
    const inside = files.filter(
      (file) =>
        (path === '' || file === path || file.startsWith(`${path}/`)) &&
        (isControlledPath(file, root) || file === rulesPath(root)),
    );
    if (inside.length === 0) {
      throw new UsageError(`${named} is no controlled document, and holds none.`);
    }
    for (const file of inside) only.add(file);
  }
  return only;
}

async function report(checked: CheckedTree, format: CheckFormat, session: Session): Promise<void> {
  const { problems, documents } = checked;
  const { stdout } = session.surroundings;
  switch (format) {
    case 'json':
      session.printJson({ problems });
      return;
    case 'sarif': {
      const { formatSarif } = await import('./check-report.ts');
      stdout.write(formatSarif(problems, readVersion()));
      return;
    }
    case 'junit': {
      const { formatJunit } = await import('./check-report.ts');
      stdout.write(
        formatJunit(
          problems,
          documents.map(({ path }) => path),
        ),
      );
      return;
    }
    case 'text':
      reportText(problems, documents.length, session);
  }
}

function reportText(problems: readonly Problem[], documents: number, session: Session): void {
  session.sayProblems(problems);
  const [first] = problems;
  const count = `${String(documents)} document${documents === 1 ? '' : 's'}`;
  session.say(
    first === undefined
      ? `${count} and the rules: no problems.`
      : `${countProblems(problems)}. What one means: qms explain ${first.code}`,
  );
}
