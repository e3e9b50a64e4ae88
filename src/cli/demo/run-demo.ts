import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QmsError } from '../../problem/problem.ts';
import type { DemoFlags } from '../commands/demo.ts';
import { withVerification } from '../open-register.ts';
import type { RenderText } from '../../publish/render-text.ts';
import { RenderingThread } from '../../server/rendering.ts';
import { serve } from '../serve-register.ts';
import { Session } from '../session.ts';
import { HistoryMaker } from './make-history.ts';
import { type DemoPerson, type KeyKind, makePeople } from './people.ts';
import { DemoShop } from './shop.ts';

async function folderFor(session: Session, flags: DemoFlags): Promise<string> {
  if (flags.folder === undefined) return mkdtemp(join(tmpdir(), 'qms-demo-'));
  const folder = resolve(session.folder, flags.folder);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length === 0) return folder;
  throw QmsError.of('cli/file-exists', {
    message: `${folder} is not empty.`,
    place: { file: folder },
    remedy: 'Name a new folder, or leave --folder out.',
  });
}

/** Environment in which nothing of the user's own Git configuration changes the demo. */
function plainEnvironment(env: Session['surroundings']['env']): Session['surroundings']['env'] {
  return { ...env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
}

/** Make the demo, verify it with its anchor, and serve it. */
export async function demo(
  session: Session,
  port: number,
  kind: KeyKind,
  flags: DemoFlags,
): Promise<number> {
  const { surroundings } = session;
  const began = performance.now();
  const folder = await folderFor(session, flags);
  const top = join(folder, 'shop');
  const keys = join(folder, 'keys');
  await mkdir(keys, { mode: 0o700 });
  session.say(`Making the sample QMS in ${top} …`);
  const plain = plainEnvironment(surroundings.env);
  const made = await makePeople(keys, kind, plain);
  const { people } = made;
  const shop = new DemoShop(top, made, flags.signedCommits === true);
  const now = Math.floor(surroundings.now().getTime() / 1000);
  let anchor: string;
  try {
    await shop.open();
    anchor = await new HistoryMaker(shop, people, now).make((done, all) => {
      session.progress(`  ${String(done)} of ${String(all)} events`);
    });
  } finally {
    await shop.close();
    await made.close();
  }
  const inside = new Session(
    { ...surroundings, cwd: top, env: { ...surroundings.env, QMS_ANCHOR: anchor } },
    session.json ? { json: true } : {},
  );
  const verification = await withVerification(inside, (opened) => opened.verification);
  if (verification.outcome !== 'verified') return inside.answerProblems(verification.problems);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const releases = verification.register?.releases.length ?? 0;
  session.say(
    `Verified: ${String(releases)} releases, ${String(verification.register?.documents.size ?? 0)} documents, in ${seconds} s.\nAnchor  ${anchor}\n`,
  );
  if (!flags.serve) {
    if (session.json) session.printJson({ folder: top, anchor, head: verification.head, releases });
    else session.print(top);
    return 0;
  }
  session.say(thingsToTry(top, people.get('carol'), made.env['GNUPGHOME']));
  return serveOnFreePort(inside, port);
}

/** The command as it can be typed where nothing is installed; the same for src/ and dist/. */
const commandFile = fileURLToPath(new URL('../bin.js', import.meta.url));

function thingsToTry(
  top: string,
  carol: DemoPerson | undefined,
  gnupg: string | undefined,
): string {
  return [
    'Five things to try:',
    '  1. Open the address below and look for "mill", as somebody at the machine would.',
    '  2. Open /d/SOP-005/history: three revisions, why, and who approved each.',
    '  3. Open /d/WI-001: what is in force, and what waits for its day.',
    '  In another terminal:',
    `     cd ${top}; alias qms='node ${commandFile}'`,
    ...(gnupg === undefined ? [] : [`     export GNUPGHOME=${gnupg}`]),
    '  4. SOP-008 lacks one approval. Give it as Alice, then release it as Carol:',
    '     qms approve SOP-008',
    `     git config user.email carol@abc.example; git config user.signingkey ${carol?.signingKey ?? ''}`,
    '     qms release SOP-008',
    '  5. Delete the newest release and see whether anybody notices:',
    '     git tag -d "$(git tag -l \'qms/release/*\' --sort=-version:refname | head -1)"; qms verify',
    '',
  ].join('\n');
}

/** The port asked for, or the next that is free: a demo should not fail for a number. */
async function serveOnFreePort(session: Session, port: number): Promise<number> {
  const rendering = new RenderingThread();
  try {
    return await serveFrom(session, rendering.render, port);
  } finally {
    await rendering.close();
  }
}

async function serveFrom(session: Session, render: RenderText, port: number): Promise<number> {
  for (let tried = port; ; tried += 1) {
    try {
      return await serve(session, render, tried, '127.0.0.1');
    } catch (error) {
      const taken = error instanceof QmsError && error.code === 'server/port-in-use';
      if (!taken || port === 0 || tried >= port + 20) throw error;
    }
  }
}
