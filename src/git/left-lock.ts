/** How git, and Node where git is missing, name a lock that stands in the way. */
const forms = [
  /Unable to create '([^'\n]+\.lock)': File exists/u,
  /EEXIST: file already exists, open '([^'\n]+\.lock)'/u,
] as const;

/**
 * What to do about a lock that a message names: the file and the command. A lock is never taken
 * away by itself, because nothing tells one that was left by a killed program from one that
 * somebody holds just now.
 * @param next What to do when it is gone.
 * @returns undefined where the message is about something else.
 */
export function lockRemedy(
  message: string,
  next = 'run the same command again',
): string | undefined {
  // Git names the file that is locked, not the lock.
  const config = /could not lock config file ([^\n]+): File exists/u.exec(message)?.[1];
  const lock =
    config === undefined
      ? forms.map((form) => form.exec(message)?.[1]).find((one) => one !== undefined)
      : `${config}.lock`;
  if (lock === undefined) return undefined;
  return (
    'If another git or qms is at work there, wait for it. If none is, one was ended before it ' +
    `could remove its lock; remove it, and ${next}: rm "${lock}"`
  );
}
