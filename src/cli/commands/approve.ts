import type { Decision, RoleAndMeaning } from '../../approval/statement.ts';
import type { CommandLine } from '../command-line.ts';
import { UsageError } from '../session.ts';

/** The flags of `qms approve`. */
export interface ApproveFlags {
  readonly message?: string;
  readonly reject?: boolean;
  readonly withdraw?: boolean;
  readonly confirm?: boolean;
  readonly dispose?: boolean;
  readonly at?: string;
  readonly as?: readonly string[];
  readonly changeOrder?: string;
  readonly print?: boolean;
  readonly push?: string | true;
  readonly yes?: boolean;
}

/** The decision that the flags name; at most one may be given. */
export function decisionFrom(flags: ApproveFlags): Decision {
  const named = (['reject', 'withdraw', 'confirm', 'dispose'] as const).filter(
    (one) => flags[one] === true,
  );
  if (named.length > 1) {
    throw new UsageError(`Give one of --${named.join(' and --')}, not ${String(named.length)}.`);
  }
  return named[0] ?? 'approve';
}

/** `role:meaning` as the flag gives it. */
export function asFrom(text: string): RoleAndMeaning {
  const [role, meaning, more] = text.split(':');
  if (role === undefined || meaning === undefined || more !== undefined || role === '') {
    throw new UsageError(`--as: ${text} is not <role>:<meaning>, as quality-manager:approved.`);
  }
  return { role, meaning };
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** `qms approve <id…>`: sign a decision about exactly this content. */
export function addApprove(line: CommandLine): void {
  line.add(
    'approve <ids...>',
    {
      summary: 'sign: approve, reject, withdraw, confirm or dispose of documents',
      description:
        'Signs a statement about the exact content of documents as a commit holds them, with your own key, and stores it as a tag. You sign as every role that the documents ask for and that you hold, unless --as says which.',
      examples: [
        ['qms approve SOP-001 -m "Tried at mill 4"', 'approves what HEAD holds'],
        ['qms approve SOP-001 --reject -m "Step 4 lacks the torque"', 'rejects it'],
        ['qms approve SOP-001 WI-003 --change-order ECO-12', 'several in one signature'],
        ['qms approve WI-009 --withdraw -m "Machine sold"', 'agrees to its withdrawal'],
        ['qms approve SOP-004 --confirm', 'periodic review: still suitable as it is'],
        ['qms approve SOP-001 --print', 'shows the statement and signs nothing'],
      ],
      exit: {
        0: 'signed',
        1: 'refused: a rule is not met',
        2: 'refused: the register is not verified, the key could not sign, or the push failed; nothing signed',
        130: 'interrupted, nothing signed',
      },
    },
    (command) =>
      command
        .option('-m, --message <comment>', 'what you want to say; it is signed too')
        .option('--reject', 'reject the content')
        .option('--withdraw', 'agree to take the document out of force')
        .option('--confirm', 'periodic review: still suitable as it is')
        .option('--dispose', 'agree to dispose of a record past its retention')
        .option('--at <commit>', 'the content of this commit (otherwise HEAD)')
        .option('--as <role:meaning>', 'sign only as this role; may repeat', collect)
        .option('--change-order <name>', 'one signature over all of them, under this name')
        .option('--print', 'print the statement, sign nothing')
        .option('--push [remote]', 'push the tag first, record it here only if it worked')
        .option('-y, --yes', 'do not ask before signing'),
    async (session, ids: readonly string[], flags: ApproveFlags) => {
      decisionFrom(flags);
      const { approve } = await import('../approve-documents.ts');
      return approve(session, ids, flags);
    },
  );
}
