/**
 * Threat: The text of an approval ends up in a commit that somebody signs, by merging a tag for
 * instance.
 * Decision: Only annotated tags in our namespaces are statements, a commit never is; a ref that
 * leads to one is a warning.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import { people, revise, sop } from '../support/shop.ts';
import { sha256 } from '../support/statement-text.ts';
import type { Approval } from '../support/stock-register.ts';

describe('only an annotated tag is a statement, never a commit', () => {
  test('the signed commit that holds the message of an approval counts for nothing', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        const byBob = register.approve(what, { by: 'bob', as: 'process-owner reviewed' });
        const byAlice = register.approve(what, { by: 'alice', as: 'quality-manager approved' });
        let counted: Approval = byAlice;
        if (attacked) {
          // `git merge -S` of a pushed tag copies the tag's message into the merger's commit.
          const message = byAlice.raw
            .toString()
            .split('\n\n')
            .slice(1)
            .join('\n\n')
            .split('-----')[0];
          register.commit(
            {},
            { by: 'alice', message: message ?? '', key: people['alice']!.key, main: true },
          );
          const raw = Buffer.from(
            register.repository.git('cat-file', 'commit', register.main).concat('\n'),
          );
          counted = { ...byAlice, raw };
        }
        register.release({ put: [what], approvals: [counted, byBob] });
      },
      { code: 'git/tag-malformed', release: 4, upTo: 3 },
    ));

  test('a ref among the approvals that leads to such a commit is a warning', () =>
    attack(
      (register, attacked) => {
        if (!attacked) return;
        const message = `Approve SOP-001 revision 2\n\nQms-Statement: approval/1\nRegister: ${sha256('')}\n`;
        register.commit({}, { by: 'alice', message, key: people['alice']!.key });
        register.repository.ref('refs/tags/qms/approve/SOP-001/2/alice.2', register.main);
      },
      { code: 'statement/not-annotated', severity: 'warning', upTo: 3 },
    ));

  test('the statement as commit message beside a good register changes nothing', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        const byAlice = register.approve(what, { by: 'alice', as: 'quality-manager approved' });
        const byBob = register.approve(what, { by: 'bob', as: 'process-owner reviewed' });
        const message = byAlice.raw.toString().split('\n\n').slice(1).join('\n\n');
        if (attacked) {
          register.commit({}, { by: 'alice', message });
          register.release({ put: [what], approvals: [byBob] });
        } else {
          register.release({ put: [what], approvals: [byAlice, byBob] });
        }
      },
      { code: 'release/requirements', release: 4, upTo: 3 },
    ));

  test('a tag outside our namespaces is no approval', () =>
    attack(
      (register, attacked) => {
        revise(register, { alice: attacked ? { name: 'approve/SOP-001/3/alice' } : {} });
      },
      { code: 'statement/field-value', release: 4, upTo: 3 },
    ));
});
