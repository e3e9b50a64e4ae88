import type { CommandLine } from '../command-line.ts';

/** The flags of `qms revise`. */
export interface ReviseFlags {
  readonly message?: string;
}

/** `qms revise <id>`: raise the revision and give the reason. */
export function addRevise(line: CommandLine): void {
  line.add(
    'revise <id>',
    {
      summary: 'raise the revision of a document and give the reason',
      description:
        'Raises the revision in the front matter to the one after the last released, and writes the reason for the change. Nothing is committed.',
      examples: [
        ['qms revise SOP-001 -m "Second check after audit finding NCR-2026-014"', ''],
        ['qms revise QMS -m "Bob joins as process owner"', 'the rules themselves'],
      ],
      exit: { 0: 'raised; edit the text now', 1: 'refused', 2: 'something could not be read' },
    },
    (command) => command.option('-m, --message <reason>', 'why: one sentence for the readers'),
    async (session, id: string, flags: ReviseFlags) => {
      const { revise } = await import('../raise-revision.ts');
      return revise(session, id, flags);
    },
  );
}
