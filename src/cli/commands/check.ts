import type { CommandLine } from '../command-line.ts';
import { UsageError } from '../session.ts';

/** The flags of `qms check`. */
export interface CheckFlags {
  readonly staged?: boolean;
  readonly base?: string;
  readonly format?: string;
}

export const checkFormats = ['text', 'json', 'sarif', 'junit'] as const;
export type CheckFormat = (typeof checkFormats)[number];

/** `qms check [path…]`: what is wrong with the documents, with place and remedy. */
export function addCheck(line: CommandLine): void {
  line.add(
    'check [paths...]',
    {
      summary: 'problems in documents and rules, with place and remedy',
      description:
        'Checks the documents and rules in the folder, in what is staged, or in what differs from a base. Reads Git, changes nothing.',
      examples: [
        ['qms check', 'everything in the folder'],
        ['qms check qms-docs/sops', 'what concerns these files'],
        ['qms check --staged', 'what the next commit would hold'],
        ['qms check --base origin/main', 'what this branch changes'],
        ['qms check --format sarif > qms.sarif', 'for a forge that shows it at the line'],
      ],
      exit: { 0: 'no errors', 1: 'errors', 2: 'something could not be read' },
    },
    (command) =>
      command
        .option('--staged', 'check what is staged')
        .option('--base <commit>', 'only what differs from where this branch left it')
        .option('--format <format>', checkFormats.join(', '), 'text'),
    async (session, paths: readonly string[], flags: CheckFlags) => {
      const format = checkFormats.find((one) => one === flags.format);
      if (format === undefined) {
        throw new UsageError(
          `There is no format ${flags.format ?? ''}; there are ${checkFormats.join(', ')}.`,
        );
      }
      if (flags.staged === true && flags.base !== undefined) {
        throw new UsageError('Give --staged or --base, not both.');
      }
      const { check } = await import('../check-documents.ts');
      return check(session, paths, flags, session.json ? 'json' : format);
    },
  );
}
