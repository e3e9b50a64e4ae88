import { type CiTemplate, ciTemplates } from '../ci-template.ts';
import type { CommandLine } from '../command-line.ts';
import { UsageError } from '../session.ts';

/** The flags of `qms init`. */
export interface InitOptions {
  readonly organization?: string;
  readonly timezone?: string;
  readonly person?: string;
  readonly name?: string;
  readonly email?: string;
  readonly key?: string;
  readonly ci: string;
  readonly yes?: boolean;
}

/** `qms init [folder]`: a new QMS with you as its founder. */
export function addInit(line: CommandLine): void {
  line.add(
    'init [folder]',
    {
      summary: 'begin a QMS: rules with you as founder, hook, CI, release 1',
      description:
        'Begins a QMS in a folder, which becomes a Git repository if it is none: writes qms-docs/qms.yaml with you as the founder, commits it, signs release 1 with your SSH or OpenPGP key, and prints the anchor. Asks what it can not know; run again after an interruption, it goes on where it stopped.',
      examples: [
        ['qms init', 'in this folder, with questions'],
        ['qms init shop --organization "ABC Components" --yes', 'without questions'],
        ['qms init --key ~/.ssh/id_ed25519.pub', 'with a key that Git does not know yet'],
      ],
      exit: {
        0: 'founded; the anchor is printed',
        1: 'there is a register already, or something must be corrected first',
        2: 'a key or the repository could not be used',
        130: 'interrupted',
      },
    },
    (command) =>
      command
        .option('--organization <name>', 'name of the organization')
        .option('--timezone <zone>', 'where its days begin and end, as America/Detroit')
        .option('--name <name>', 'your name (otherwise user.name of Git)')
        .option('--email <address>', 'your address (otherwise user.email of Git)')
        .option('--person <id>', 'your id in the rules (otherwise from your name)')
        .option(
          '--key <key>',
          'your public SSH key, or fingerprint of OpenPGP (otherwise user.signingkey of Git)',
        )
        .option('--ci <template>', `continuous integration: ${ciTemplates.join(', ')}`, 'script')
        .option('-y, --yes', 'ask nothing, take what is proposed'),
    async (session, folder: string | undefined, options: InitOptions) => {
      const ci = ciTemplates.find((one): one is CiTemplate => one === options.ci);
      if (ci === undefined) {
        throw new UsageError(`--ci: there is ${ciTemplates.join(', ')}, not ${options.ci}.`);
      }
      const { found } = await import('../found.ts');
      return found(session, folder, options, ci);
    },
  );
}
