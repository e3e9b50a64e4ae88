/**
 * Threat: A tag is moved or deleted, or the branch `register` is.
 * Decision: What a release counted lies in its tree as evidence, so nothing is lost; a release that
 * is moved or missing breaks the chain, and the branch is never believed.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import { point, refused, remove, taken } from '../support/pushing.ts';
import { edition, issue, revise, shop } from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';

describe('a tag that is moved or deleted changes nothing that a release rests on', () => {
  test('approvals that releases have counted may be deleted: the releases hold their bytes', async () => {
    const register = shop();
    const before = await verify(register);
    expectVerified(before);
    const { repository } = register;
    for (const ref of repository
      .git('for-each-ref', '--format=%(refname)', 'refs/tags/qms/approve')
      .split('\n')) {
      repository.deleteRef(ref);
    }
    const after = await verify(register);
    expectVerified(after);
    expect(after.head).toBe(before.head);
  });

  test('the tag of a counted approval moved to a malformed one is a warning and nothing else', () =>
    attack(
      (register, attacked) => {
        const ref = 'refs/tags/qms/approve/SOP-001/2/bob';
        if (attacked) register.repository.ref(ref, register.main);
      },
      { code: 'statement/not-annotated', severity: 'warning', upTo: 3 },
    ));

  test('a release in the middle replaced by another valid one breaks the chain behind it', () =>
    attack(
      (register, attacked) => {
        if (!attacked) return;
        const other = shop();
        // The same release again, an hour later: signed by the same person over the same content.
        const [first] = other.releases;
        other.releases.splice(1);
        other.documents.delete('SOP-001');
        other.documents.delete('WI-001');
        other.clock += 3600;
        issue(other, edition('SOP-009', '1'));
        expect(first?.tag).toBe(register.releases[0]?.tag);
        register.repository.git(
          'fetch',
          '-q',
          other.repository.folder,
          '+refs/tags/qms/release/2:refs/tags/qms/release/2',
        );
      },
      { code: 'chain/previous', release: 3, upTo: 2 },
    ));

  test('deleting the branch register changes nothing', async () => {
    const register = shop();
    register.repository.deleteRef('refs/heads/register');
    expectVerified(await verify(register));
  });

  test('moving the branch register changes nothing', async () => {
    const register = shop();
    register.repository.ref('refs/heads/register', register.main);
    expectVerified(await verify(register));
  });

  test('an approval whose tag never reached this clone counts: the release holds its bytes', async () => {
    const register = shop();
    revise(register);
    register.repository.deleteRef('refs/tags/qms/approve/SOP-001/3/bob');
    expectVerified(await verify(register));
  });

  test('a release deleted in the middle ends the register before it', () =>
    attack(
      (register, attacked) => {
        if (attacked) register.repository.deleteRef('refs/tags/qms/release/2');
      },
      { code: 'chain/gap', upTo: 1 },
    ));
});

describe('the hook of a server takes no push that moves or deletes a statement', () => {
  const release = 'refs/tags/qms/release/3';
  const approval = 'refs/tags/qms/approve/SOP-001/2/bob';

  test('a release is not moved to another one, nor deleted', async () => {
    const other = (register: StockRegister) => register.releases[1]?.tag ?? '';
    await refused(shop, point(release, other), 'push/tag-moved');
    await refused(shop, remove(release), 'push/tag-deleted');
    await taken(shop, revise);
  });

  test('a counted approval may go and is not moved', async () => {
    await refused(shop, point(approval), 'push/tag-moved');
    await taken(shop, remove(approval));
  });
});
