import { isPlainAscii } from './header.ts';

/** Code points that HFS+ ignores in names (as Git's own check knows them). */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/**
 * Whether a name in a tree would be Git's own folder on some file system: `.git` in any case,
 * with spaces, dots or a stream behind it or as `git~1` on NTFS, with ignored characters in it
 * on HFS+. A backslash separates there, so each part counts.
 */
export function isGitFolderName(name: string): boolean {
  // Nearly every name is one like these, and every name in every tree is asked about.
  if (isPlainAscii(name) && !/git/i.test(name)) return false;
  return name.split('\\').some((part) => {
    const plain = part.replace(ignoredByHfs, '').toLowerCase();
    if (plain === '.git') return true;
    const stem = trimEnd(part.split(':', 1)[0] ?? '').toLowerCase();
    return stem === '.git' || stem === 'git~1';
  });
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '.')) end--;
  return text.slice(0, end);
}
