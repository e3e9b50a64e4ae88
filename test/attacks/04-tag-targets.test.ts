/**
 * Threat: A statement stands on another tag, a tree or a blob, or is a lightweight tag.
 * Decision: Only an annotated tag on a commit is a statement: a release is refused, a stray
 * approval is a warning.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import { imagePath, revise, sop } from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';

/** Things that are no commit, with the type that a tag's header then has. */
const targets: [string, (register: StockRegister) => string, string][] = [
  ['a tag', (register) => register.releases[2]?.tag ?? '', 'tag'],
  ['a tree', (register) => register.repository.git('rev-parse', `${register.main}^{tree}`), 'tree'],
  [
    'a blob',
    (register) => register.repository.git('rev-parse', `${register.main}:${imagePath}`),
    'blob',
  ],
];

describe('a statement is an annotated tag on a commit', () => {
  test.each(targets)('an approval of %s is refused', (_what, target, type) =>
    attack(
      (register, attacked) => {
        const at = target(register);
        const payload = (text: string) => text.replace(/^object .*/, `object ${at}`);
        revise(register, { alice: attacked ? { change: { payload, type } } : {} });
      },
      { code: 'statement/target', release: 4, upTo: 3 },
    ),
  );

  test.each(targets)('a release of %s is refused', (_what, target, type) =>
    attack(
      (register, attacked) => {
        const at = target(register);
        const payload = (text: string) => text.replace(/^object .*/, `object ${at}`);
        revise(register, { release: attacked ? { change: { payload, type } } : {} });
      },
      { code: 'statement/target', release: 4, upTo: 3 },
    ),
  );

  test.each(targets)('a release of %s that calls it a commit is refused', (_what, target) =>
    attack(
      (register, attacked) => {
        const at = target(register);
        const payload = (text: string) => text.replace(/^object .*/, `object ${at}`);
        revise(register, { release: attacked ? { change: { payload } } : {} });
      },
      { code: 'git/object-type', release: 4, upTo: 3 },
    ),
  );

  test('a lightweight tag as release is refused', () =>
    attack(
      (register, attacked) => {
        if (attacked) register.repository.ref('refs/tags/qms/release/4', register.lastRelease());
      },
      { code: 'statement/not-annotated', release: 4, upTo: 3 },
    ));

  test('a lightweight tag among the approvals is a warning', () =>
    attack(
      (register, attacked) => {
        const ref = 'refs/tags/qms/approve/SOP-001/3/alice';
        if (attacked) register.repository.ref(ref, register.main);
      },
      {
        code: 'statement/not-annotated',
        severity: 'warning',
        ref: 'refs/tags/qms/approve/SOP-001/3/alice',
        upTo: 3,
      },
    ));

  test('a tag on a tag among the approvals is a warning', () =>
    attack(
      (register, attacked) => {
        const [, , third] = register.releases;
        const payload = (text: string) => text.replace(/^object .*/, `object ${third?.tag ?? ''}`);
        register.approve(sop('2'), {
          by: 'alice',
          as: 'quality-manager approved',
          change: attacked ? { payload, type: 'tag' } : {},
        });
      },
      { code: 'statement/target', severity: 'warning', upTo: 3 },
    ));
});
