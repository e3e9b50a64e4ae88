/**
 * Threat: A commit is written so that two readers see different trees, parents or authors.
 * Decision: Commits are parsed strictly from their bytes; what could be read in two ways is
 * refused.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { people, revise, shop } from '../support/shop.ts';

const zeros = '0'.repeat(40);
const other = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** What git accepts or repairs and readers disagree about. */
const ways: [string, (raw: string) => string | Buffer][] = [
  ['two trees, the real one first', (raw) => raw.replace(/^(tree .*\n)/, `$1tree ${other}\n`)],
  ['two trees, the real one last', (raw) => raw.replace(/^(tree .*\n)/, `tree ${other}\n$1`)],
  ['two authors', (raw) => raw.replace(/^(author .*\n)/m, '$1$1')],
  ['two committers', (raw) => raw.replace(/^(committer .*\n)/m, '$1$1')],
  ['no author', (raw) => raw.replace(/^author .*\n/m, '')],
  ['no committer', (raw) => raw.replace(/^committer .*\n/m, '')],
  ['committer before author', (raw) => raw.replace(/^(author .*\n)(committer .*\n)/m, '$2$1')],
  ['a parent after the author', (raw) => raw.replace(/^(parent .*\n)(author .*\n)/m, '$2$1')],
  ['a parent before the tree', (raw) => raw.replace(/^(tree .*\n)(parent .*\n)/, '$2$1')],
  ['a carriage return after the tree', (raw) => raw.replace('\n', '\r\n')],
  [
    'a tree in upper case',
    (raw) => raw.replace(/^tree (.*)/, (_, id: string) => `tree ${id.toUpperCase()}`),
  ],
  ['a blank more before the tree', (raw) => raw.replace('tree ', 'tree  ')],
  ['a NUL in a header', (raw) => raw.replace(/^(author [^<]*)/m, '$1\0')],
];

const releaseOnly: [string, (raw: string) => string | Buffer][] = [
  ['a time that is no number', (raw) => raw.replace(/^(author .*>) \d+/m, '$1 soon')],
  ['no empty line', (raw) => raw.slice(0, raw.indexOf('\n\n') + 1)],
  ['an unknown header', (raw) => raw.replace('\n\n', `\nevil ${zeros}\n\n`)],
  ['a merge tag', (raw) => raw.replace('\n\n', `\nmergetag object ${zeros}\n type commit\n\n`)],
  ['an encoding twice', (raw) => raw.replace('\n\n', '\nencoding latin1\nencoding utf-8\n\n')],
];

describe('a commit that readers could understand in two ways is refused', () => {
  test.each([...ways, ...releaseOnly])('a release commit with %s is refused', (_what, commit) =>
    attack(
      (register, attacked) => {
        revise(register, { release: { change: attacked ? { commit } : {} } });
      },
      { code: 'git/commit-malformed', release: 4, upTo: 3 },
    ),
  );

  test.each(ways)('a commit of an author with %s is refused', (_what, raw) =>
    attack(
      (register, attacked) => {
        revise(register, { commit: attacked ? { raw } : {} });
      },
      { code: 'git/commit-malformed', release: 4, upTo: 3 },
    ),
  );

  test('a signature and an encoding in a release commit are allowed and ignored', async () => {
    const register = shop();
    const commit = (raw: string) =>
      raw.replace(
        '\n\n',
        '\nencoding ISO-8859-1\ngpgsig -----BEGIN SSH SIGNATURE-----\n not one\n -----END SSH SIGNATURE-----\n\n',
      );
    revise(register, { release: { change: { commit } } });
    expectVerified(await verify(register));
  });

  test('further headers in an author\u2019s commit are allowed', async () => {
    const register = shop();
    const raw = (text: string) => text.replace('\n\n', `\nencoding ISO-8859-1\nHG:extra x\n\n`);
    revise(register, { commit: { raw } });
    expectVerified(await verify(register));
  });

  test('author, committer and message of a release commit are free', async () => {
    const register = shop();
    const commit = (raw: string) =>
      Buffer.concat([
        Buffer.from(
          raw
            .replace(/^author [^>]*/m, 'author Nobody <nobody@nowhere')
            .replace(/\n\n.*$/s, '\n\n'),
        ),
        Buffer.from([0xff, 0x0d, 0x0a]),
      ]);
    revise(register, { release: { change: { commit } } });
    const verification = await verify(register);
    expectVerified(verification);
    expect(verification.register?.releases).toHaveLength(4);
    expect(people['carol']?.email).toBe('carol@shop.example');
  });
});
