import { readLocalConfig, type Repository } from '../git/repository.ts';
import { QmsError } from '../problem/problem.ts';
import { parseHead } from '../register/trust.ts';

/**
 * Remember the newest release that was found good, so that a later loss of it is noticed. What is
 * remembered never goes back: another command may have seen a newer release meanwhile.
 *
 * @param head `42:sha256:…`
 * @returns Why it could not be written, where the repository may only be read (an auditor's medium).
 * @see shared register format, "Verification" 4
 */
export async function rememberHead(
  repository: Repository,
  head: string,
): Promise<QmsError | undefined> {
  const release = parseHead(head)?.release ?? 0;
  // Without this, a server that looks at an older state would wipe out what qms verify saw.
  const isKnown = (text = ''): boolean => (parseHead(text)?.release ?? 0) >= release;
  try {
    // Most often nothing is new: an auditor's medium that can't be written is no hindrance then.
    if (isKnown(await readLocalConfig(repository, 'qms.head'))) return undefined;
    // Loading it takes a question that changes nothing longer than all of this.
    const { changeOwnConfig } = await import('../git/configuration.ts');
    await changeOwnConfig(repository, 'qms.head', (known) => (isKnown(known) ? undefined : head));
    return undefined;
  } catch (error) {
    if (error instanceof QmsError && error.code === 'git/write-failed') return error;
    throw error;
  }
}
