/**
 * Threat: A signed tag stands under another ref name, or its subject or tagger says something else
 * than its fields.
 * Decision: Name, `tag` header, subject and fields must agree; a release that does not is refused,
 * a stray approval is a warning, and people are named as the rules name them.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { revise, shop, sop } from '../support/shop.ts';

describe('a statement stands under its own name and its subject says what its fields say', () => {
  test('an approval under the name of another one is a warning and counts for nothing', () =>
    attack(
      (register, attacked) => {
        const ref = 'qms/approve/SOP-001/4/alice';
        register.approve(sop('2'), {
          by: 'alice',
          as: 'quality-manager approved',
          change: attacked ? { ref } : {},
        });
      },
      {
        code: 'statement/name-mismatch',
        severity: 'warning',
        ref: 'refs/tags/qms/approve/SOP-001/4/alice',
        upTo: 3,
      },
    ));

  test('a release that names an approval by another name than the signed one is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) => message.replace('/SOP-001/3/alice', '/SOP-001/3/alicia');
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'statement/name-mismatch', release: 4, upTo: 3 },
    ));

  test('the newest release copied to the next number is refused', () =>
    attack(
      (register, attacked) => {
        const [, , third] = register.releases;
        if (attacked) register.repository.ref('refs/tags/qms/release/4', third?.tag ?? '');
      },
      { code: 'statement/name-mismatch', release: 4, upTo: 3 },
    ));

  test('a release signed under the name of another number is refused', () =>
    attack(
      (register, attacked) => {
        const payload = (text: string) =>
          text.replace('tag qms/release/4\n', 'tag qms/release/5\n');
        revise(register, { release: { change: attacked ? { payload } : {} } });
      },
      { code: 'statement/name-mismatch', release: 4, upTo: 3 },
    ));

  test('a release whose statement has another number than its name is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) =>
          message.replace('Release: 4\n', 'Release: 5\n').replace('Release 4: ', 'Release 5: ');
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'chain/number', release: 4, upTo: 3 },
    ));

  test.each([
    ['another revision', 'Release 4: SOP-001 revision 2\n'],
    ['another document', 'Release 4: SOP-002 revision 3\n'],
    ['a withdrawal', 'Release 4: SOP-001 withdrawn\n'],
    ['more than the fields', 'Release 4: SOP-001 revision 3, WI-001 withdrawn\n'],
    ['something of its own', 'SOP-001 is in force\n'],
  ])('a release whose subject speaks of %s is refused', (_what, subject) =>
    attack(
      (register, attacked) => {
        const text = (message: string) => message.replace(/^.*\n/, subject);
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'statement/subject', release: 4, upTo: 3 },
    ),
  );

  test.each([
    ['another revision', 'Approve SOP-001 revision 2\n'],
    ['a rejection', 'Reject SOP-001 revision 3\n'],
    ['another document', 'Approve WI-001 revision 3\n'],
  ])('an approval whose subject speaks of %s is refused', (_what, subject) =>
    attack(
      (register, attacked) => {
        const text = (message: string) => message.replace(/^.*\n/, subject);
        revise(register, { alice: { change: attacked ? { text } : {} } });
      },
      { code: 'statement/subject', release: 4, upTo: 3 },
    ),
  );

  test.each(['qms/approve/ü', `qms/approve/${'x'.repeat(109)}`])(
    'a statement under the name %s is a warning',
    (name) =>
      attack(
        (register, attacked) => {
          register.approve(sop('2'), {
            by: 'alice',
            as: 'quality-manager approved',
            ...(attacked ? { name } : {}),
          });
        },
        { code: 'statement/name-invalid', severity: 'warning', upTo: 3 },
      ),
  );

  test('the name that counts is the one in the rules, whatever the tagger calls himself', async () => {
    const register = shop();
    const tagger = { name: 'The certification body' };
    revise(register, {
      alice: { change: { tagger } },
      release: { change: { tagger: { name: '  "\t\u00e9' } } },
    });
    const verification = await verify(register);
    expectVerified(verification);
    const release = verification.register?.releases.at(-1);
    expect(release?.personName).toBe('carol of the shop');
    expect(release?.approvals.map(({ personName }) => personName)).toEqual([
      'alice of the shop',
      'bob of the shop',
    ]);
  });
});
