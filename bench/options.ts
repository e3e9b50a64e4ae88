/** The command line of the bench. */
import { parseArgs } from 'node:util';

export const corpusSizes = [100, 200, 500, 1000, 2000] as const;

export interface Options {
  readonly documents: number;
  readonly runs: number;
  readonly only: string;
  readonly json: boolean;
  readonly mode: 'rows' | 'growth' | 'install-peers' | 'help' | { readonly compare: string };
}

export const usage = `npm run bench -- [options]

Measures this working tree beside stock tools and limits in one run on this machine: medians, with
the lowest and the highest, of rounds in which every side has its turn. Progress goes to standard
error, the result to standard output.

  --documents <n>     the corpus: ${corpusSizes.join(', ')} documents (2000, the reference)
  --runs <n>          counted rounds of each measure, after one that is not counted (3); what
                      takes a fraction of a second has at least 9
  --only <word>       the measures whose name contains the word, such as verify or page
  --json              one JSON document instead of the table
  --growth            how verify, a page and an update grow from 200 documents to --documents
  --compare <commit>  this working tree and that commit, run in turn: ratios of the pairs
  --install-peers     install what is measured beside: npm packages into the user's cache, nginx
                      and cgit by apt-get where they are missing
  --help              this text

Corpora and peers are kept in $XDG_CACHE_HOME/git-qms-bench (~/.cache/git-qms-bench).
100 documents and --only are for a quick look; the goals are those of 2000 documents.
`;

/** Something on the command line that there is not; one line for the person. */
export class OptionError extends Error {}

function wholeNumber(text: string, name: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) {
    throw new OptionError(`--${name}: ${text} is no whole number from 1.`);
  }
  return Number(text);
}

/** @throws {OptionError} for what there is not. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = (() => {
    try {
      return parseArgs({
        args: [...args],
        options: {
          documents: { type: 'string', default: '2000' },
          runs: { type: 'string', default: '3' },
          only: { type: 'string', default: '' },
          json: { type: 'boolean', default: false },
          growth: { type: 'boolean', default: false },
          compare: { type: 'string' },
          'install-peers': { type: 'boolean', default: false },
          help: { type: 'boolean', default: false },
        },
      });
    } catch (error) {
      const [reason = ''] = error instanceof Error ? error.message.split(/\. |\n/) : [];
      throw new OptionError(`${reason.replace(/\.$/, '')}. What there is: npm run bench -- --help`);
    }
  })();
  const documents = corpusSizes.find((size) => String(size) === values.documents);
  if (documents === undefined) {
    throw new OptionError(
      `--documents: there is no corpus of ${values.documents}; there are ${corpusSizes.join(', ')}.`,
    );
  }
  const { compare, growth, help } = values;
  const asked = [growth, compare !== undefined, values['install-peers']].filter(Boolean);
  if (asked.length > 1) {
    throw new OptionError('Give one of --growth, --compare and --install-peers.');
  }
  if (compare?.startsWith('-') === true || compare === '') {
    throw new OptionError('--compare: which commit?');
  }
  if (growth && documents < 500) {
    throw new OptionError('--growth: give --documents 500 or more, so that something grows.');
  }
  return {
    documents,
    runs: wholeNumber(values.runs, 'runs'),
    only: values.only,
    json: values.json,
    mode: help
      ? 'help'
      : values['install-peers']
        ? 'install-peers'
        : compare !== undefined
          ? { compare }
          : growth
            ? 'growth'
            : 'rows',
  };
}
