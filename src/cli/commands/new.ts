import type { CommandLine } from '../command-line.ts';

/** The flags of `qms new`. */
export interface NewFlags {
  readonly id?: string;
  readonly owner?: string;
}

/** `qms new <type> <title>`: a document with the next free id of its type. */
export function addNew(line: CommandLine): void {
  line.add(
    'new <type> <title>',
    {
      summary: 'a document with the next free id of its type',
      description:
        'Writes a draft with its front matter, beside the other documents of its type. Nothing is committed.',
      examples: [
        ['qms new sop "Control of documented information"', 'SOP-001, say'],
        ['qms new work-instruction "Set up the saw" --owner process-owner', 'with its owner'],
        ['qms new nonconformity "Bore too wide"', 'a record, numbered within the year'],
      ],
      exit: { 0: 'written; its path is printed', 1: 'refused', 2: 'something could not be read' },
    },
    (command) =>
      command
        .option('--owner <owner>', 'a role or person of the rules')
        .option('--id <id>', 'this id instead of the next free one'),
    async (session, type: string, title: string, flags: NewFlags) => {
      const { writeNew } = await import('../write-new.ts');
      return writeNew(session, type, title, flags);
    },
  );
}
