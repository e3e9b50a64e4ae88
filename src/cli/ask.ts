import { Interrupted } from './failure.ts';
import { type Session, UsageError } from './session.ts';

/** A question that a flag answers as well. */
export interface Question {
  readonly message: string;
  /** The flag that answers it, `--organization <name>`. */
  readonly flag: string;
  /** What the flag gave. */
  readonly given: string | undefined;
  /** What is taken where nobody can be asked, and proposed where somebody can. */
  readonly proposal: string | undefined;
  /** Why an answer can not be taken; undefined where it can. */
  readonly refuse?: (answer: string) => string | undefined;
}

/**
 * The answer to a question: from the flag; from the person, where standard input is a terminal
 * and `quiet` is not asked for; otherwise the proposal.
 * @throws {UsageError} where there is no answer, or the flag's can not be taken.
 * @throws {Interrupted} where the person ended the question.
 */
export async function ask(question: Question, session: Session, quiet: boolean): Promise<string> {
  const { given, proposal, message, flag } = question;
  const refuse = (answer: string): string | undefined =>
    answer.trim() === '' ? 'An answer is needed.' : question.refuse?.(answer.trim());
  if (given !== undefined) return checked(given);
  const { terminal, stdin, stdout } = session.surroundings;
  if (terminal.input && terminal.output && !quiet) {
    const { isCancel, text } = await import('@clack/prompts');
    const answer = await text({
      message,
      ...(proposal === undefined ? {} : { initialValue: proposal }),
      validate: (value) => refuse(value ?? ''),
      input: stdin,
      output: stdout,
    });
    if (isCancel(answer)) throw new Interrupted();
    return answer.trim();
  }
  if (proposal !== undefined) return checked(proposal);
  throw new UsageError(`${message} Nobody can be asked here: give ${flag}.`);

  function checked(answer: string): string {
    const reason = refuse(answer);
    if (reason !== undefined) throw new UsageError(`${flag}: ${reason}`);
    return answer.trim();
  }
}

/** Yes or no before something is signed; yes where nobody can be asked. */
export async function confirmed(message: string, session: Session): Promise<boolean> {
  const { terminal, stdin, stdout } = session.surroundings;
  if (!terminal.input || !terminal.output) return true;
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message, input: stdin, output: stdout });
  if (isCancel(answer)) throw new Interrupted();
  return answer;
}
