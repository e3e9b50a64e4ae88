import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { VerificationReport } from '../../audit/verification-report.ts';
import { exitCodes, type Problem, QmsError } from '../../problem/problem.ts';
import type { Register, Verification } from '../../register/register.ts';
import { certificatesOf } from '../../rules/rules.ts';
import type { CommandLine } from '../command-line.ts';
import type { VerifiedRepository } from '../open-register.ts';
import { countProblems } from '../problem-text.ts';
import { type Session, UsageError } from '../session.ts';

interface VerifyFlags {
  readonly allowedSigners?: string;
  readonly kept?: boolean;
}

/** What is shown: everything, one release, or one document with perhaps one revision. */
type Limit =
  | { readonly kind: 'all' }
  | { readonly kind: 'release'; readonly release: number }
  | { readonly kind: 'document'; readonly id: string; readonly revision: string | undefined };

function limitFrom(name: string | undefined): Limit {
  if (name === undefined) return { kind: 'all' };
  if (/^[1-9][0-9]{0,8}$/u.test(name)) return { kind: 'release', release: Number(name) };
  const [id = '', revision] = name.split('@', 2);
  if (!/^[A-Z][A-Z0-9-]*$/u.test(id)) {
    throw new UsageError(`${name} is neither a release's number nor a document's id.`);
  }
  return { kind: 'document', id, revision };
}

/** Problems that concern what is asked for; those that concern everything always do. */
function shownProblems(problems: readonly Problem[], limit: Limit): readonly Problem[] {
  switch (limit.kind) {
    case 'all':
      return problems;
    case 'release':
      return problems.filter((one) => one.release === undefined || one.release === limit.release);
    case 'document':
      return problems.filter(
        (one) =>
          one.document === undefined ||
          (one.document === limit.id &&
            (limit.revision === undefined || one.revision === limit.revision)),
      );
  }
}

function limitReport(report: VerificationReport, limit: Limit): VerificationReport {
  const problems = shownProblems(report.problems, limit);
  switch (limit.kind) {
    case 'all':
      return report;
    case 'release':
      return {
        ...report,
        documents: report.documents.filter((one) => one.release === limit.release),
        problems,
      };
    case 'document':
      return {
        ...report,
        documents: report.documents.filter(
          (one) =>
            one.id === limit.id &&
            (limit.revision === undefined || one.revision === limit.revision),
        ),
        problems,
      };
  }
}

/** The verdict in one sentence. */
function verdict(verification: Verification, session: Session): string {
  const { paint } = session;
  const releases = verification.register?.releases.length ?? 0;
  const documents = verification.register?.documents.size ?? 0;
  const counts = `${String(releases)} release${releases === 1 ? '' : 's'}, ${String(documents)} document${documents === 1 ? '' : 's'}`;
  const newest = verification.headKnown
    ? ''
    : `; newest not known, as of release ${String(releases)}`;
  switch (verification.outcome) {
    case 'verified':
      return `${paint('green', `${paint.symbols.good} verified`)}: ${counts}, every signature, approval and content as the rules ask${newest}.`;
    case 'problems':
      return `${paint('red', `${paint.symbols.bad} problems`)}: ${counts}; ${countProblems(verification.problems)}. Do not work by this state before they are settled.`;
    case 'undecided':
      if (releases === 0) {
        return `${paint('yellow', `${paint.symbols.unknown} undecided`)}: there is no register that could be read.`;
      }
      return `${paint('yellow', `${paint.symbols.unknown} undecided`)}: ${counts}; ${countProblems(verification.problems)}. What could be checked is good, but success is not claimed.`;
  }
}

function facts(verification: Verification): string {
  const from = verification.anchorSource;
  const origin = from === undefined ? 'the register’s own; nobody vouched for it' : `from ${from}`;
  const lines = [
    verification.anchor === undefined
      ? `anchor  none found${from === undefined ? '' : ` that could be compared with ${from}`}`
      : `anchor  ${verification.anchor} (${origin})`,
    `head    ${verification.head ?? 'none'}`,
  ];
  return lines.join('\n');
}

/** What was not looked at this time. */
function keptInWords(releases: number): string {
  if (releases === 0) return 'kept    nothing that could be gone on from: verified from release 1';
  const which = releases === 1 ? 'release 1' : `releases 1 to ${String(releases)}`;
  return `kept    ${which} as an earlier verification found them, not verified again`;
}

function documentLines(report: VerificationReport, { register }: Verification): string {
  return report.documents
    .map(({ id, revision, state, contested, release }) => {
      const put = register?.documents.get(id)?.revisions.find((one) => one.revision === revision);
      const aside = (put?.put.notCounted ?? []).map(
        ({ approval, person, why }) => `  not counted: ${approval}: ${person} ${why}\n`,
      );
      return `${id} revision ${revision}: ${state}${contested ? ', contested' : ''}, release ${String(release)}\n${aside.join('')}`;
    })
    .join('');
}

/**
 * Write the file with which stock `git verify-tag` accepts the signatures of the register: the
 * addresses and keys of every person under any rules that were ever in force.
 */
async function writeAllowedSigners(
  register: Register,
  named: string,
  session: Session,
): Promise<void> {
  const { formatAllowedSigners } = await import('../../signature/allowed-signers.ts');
  const keys = new Map<string, Set<string>>();
  const rulesEver = [...register.releases.map((one) => one.rules), register.rules];
  for (const rules of rulesEver) {
    for (const person of rules.people.values()) {
      for (const address of person.email) {
        const its = keys.get(address) ?? new Set<string>();
        for (const key of person.keys) if (key.identity.format === 'ssh') its.add(key.text);
        keys.set(address, its);
      }
    }
  }
  const entries = [...keys]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([address, its]) => ({ email: [address], keys: [...its] }));
  const file = resolve(session.surroundings.cwd, named);
  await writeFile(file, formatAllowedSigners(entries));
  session.say(
    `Written: ${file}\nCheck any tag with stock git: git -c gpg.ssh.allowedSignersFile=${named} verify-tag qms/release/1`,
  );
  const openPgp = new Set(
    [...certificatesOf(...rulesEver)].map(({ identity }) => identity.fingerprint),
  );
  if (openPgp.size === 0) return;
  session.say(
    `OpenPGP keys do not stand in such a file. Import their certificates from qms.yaml with gpg --import: ${[...openPgp].sort().join(', ')}`,
  );
}

async function verify(
  session: Session,
  name: string | undefined,
  flags: VerifyFlags,
): Promise<number> {
  const limit = limitFrom(name);
  const { withKeptVerification, withVerification } = await import('../open-register.ts');
  const { verificationReport } = await import('../../audit/verification-report.ts');
  const answer = async (verified: VerifiedRepository, kept?: number): Promise<number> => {
    const { verification } = verified;
    const at = Math.floor(session.surroundings.now().getTime() / 1000);
    const report = limitReport(verificationReport(verification, at), limit);
    if (limit.kind !== 'all' && report.documents.length === 0 && report.problems.length === 0) {
      throw QmsError.of(
        limit.kind === 'release' ? 'audit/release-unknown' : 'audit/document-unknown',
        {
          message: `The register holds no ${limit.kind === 'release' ? 'release' : 'document'} ${name ?? ''}.`,
          place: {},
        },
      );
    }
    if (session.json) session.printJson(kept === undefined ? report : { ...report, kept });
    else {
      session.sayProblems(report.problems);
      session.print(`${verdict(verification, session)}\n${facts(verification)}`);
      if (kept !== undefined) session.print(keptInWords(kept));
      if (limit.kind !== 'all') session.print(documentLines(report, verification));
      const [first] = report.problems;
      session.say(
        first === undefined
          ? 'What is in force: qms list. In a browser: qms serve'
          : `What a problem means: qms explain ${first.code}`,
      );
    }
    if (flags.allowedSigners !== undefined && verification.register !== undefined) {
      await writeAllowedSigners(verification.register, flags.allowedSigners, session);
    }
    return exitCodes[verification.outcome];
  };
  return flags.kept === true
    ? withKeptVerification(session, answer)
    : withVerification(session, answer);
}

/** `qms verify`: the whole register, from release 1 to the newest. */
export function addVerify(line: CommandLine): void {
  line.add(
    'verify [what]',
    {
      summary: 'verify the whole register, offline',
      description:
        'Verifies every release, approval, signature and content from release 1 on. A release number or a document (SOP-001, SOP-001@2) limits what is shown, never what is checked. A verification that succeeds remembers the newest release in the local Git configuration, so that a later loss of releases is noticed.',
      examples: [
        ['qms verify', 'with the anchor of this clone (git config qms.anchor)'],
        ['qms verify --anchor sha256:…', 'with an anchor from somebody you trust'],
        ['qms verify SOP-001 --json', 'what concerns one document, for a program'],
        ['qms verify --allowed-signers signers', 'and write a file for git verify-tag'],
        ['qms verify --kept', 'only what is new since qms list or the server kept a verification'],
      ],
      exit: {
        0: 'verified',
        1: 'problems: do not work by this state',
        2: 'undecided: no anchor, or something could not be read',
      },
    },
    (command) =>
      command
        .option('--allowed-signers <file>', 'write an allowed-signers file for git verify-tag')
        .option('--kept', 'go on from what an earlier verification kept, and say so'),
    (session, name: string | undefined, flags: VerifyFlags) => verify(session, name, flags),
  );
}
