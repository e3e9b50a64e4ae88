import type { CommandLine } from '../command-line.ts';
import { UsageError } from '../session.ts';

/** The flags of `qms release`. */
export interface ReleaseFlags {
  readonly effective?: string;
  readonly withdraw?: readonly string[];
  readonly confirm?: readonly string[];
  readonly dispose?: readonly string[];
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly at?: string;
  readonly message?: string;
  readonly push?: string | true;
  readonly yes?: boolean;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** `qms release <id…>`: put approved revisions in force. */
export function addRelease(line: CommandLine): void {
  line.add(
    'release [ids...]',
    {
      summary: 'put approved revisions in force; withdraw, confirm, dispose',
      description:
        'Makes the next release: verifies the register, collects the approvals that lie in the repository, and signs what they suffice for. Where something is missing it names it, and who could give it. Days are those of the time zone in the rules.',
      examples: [
        ['qms release SOP-001', 'puts what HEAD holds in force today'],
        ['qms release SOP-001 --effective 2026-12-01', 'from that day on'],
        ['qms release --all', 'everything that is approved and not yet released'],
        ['qms release --all --dry-run', 'what would be released, and what is missing'],
        ['qms release --withdraw WI-009', 'takes a document out of force'],
        ['qms release SOP-001 --push', 'and pushes approvals, release and branch'],
      ],
      exit: {
        0: 'released',
        1: 'refused: something is missing; it is named',
        2: 'refused: the register is not verified, the key could not sign, or the push failed; nothing released',
        130: 'interrupted, nothing released',
      },
    },
    (command) =>
      command
        .option('--effective <day>', 'the day from which it counts, YYYY-MM-DD')
        .option('--withdraw <id>', 'take a document out of force; may repeat', collect)
        .option('--confirm <id>', 'record that a document was reviewed and stays', collect)
        .option('--dispose <id>', 'record that a record was disposed of', collect)
        .option('--all', 'everything that is approved and not yet released')
        .option('--dry-run', 'say what would be released, sign nothing')
        .option('--at <commit>', 'the content of this commit (otherwise HEAD)')
        .option('-m, --message <comment>', 'what you want to say; it is signed too')
        .option(
          '--push [remote]',
          'push approvals, release and branch first, record them here only if it worked',
        )
        .option('-y, --yes', 'do not ask before signing'),
    async (session, ids: readonly string[], flags: ReleaseFlags) => {
      const ends = [...(flags.withdraw ?? []), ...(flags.confirm ?? []), ...(flags.dispose ?? [])];
      if (ids.length + ends.length === 0 && flags.all !== true) {
        throw new UsageError('Name documents, or --all: qms release SOP-001');
      }
      const { release } = await import('../release-documents.ts');
      return release(session, ids, flags);
    },
  );
}
