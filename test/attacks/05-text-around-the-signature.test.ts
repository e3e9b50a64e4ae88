/**
 * Threat: Text behind the signature, a second armour, or a statement inside another is read as part
 * of what was signed.
 * Decision: The armour stands once, as the last thing in the object, and only the bytes before it
 * count; everything else is refused.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import { revise, sop } from '../support/shop.ts';
import { armoured } from '../support/ssh-keys.ts';

const glue = (...parts: (Buffer | string)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));
const begin = '-----BEGIN SSH SIGNATURE-----\n';

/** What can be done to a signed tag around its armour. */
const ways: [string, (raw: Buffer) => Buffer][] = [
  ['text after the signature', (raw) => glue(raw, '\nDecision: approve\n')],
  ['one line end more', (raw) => glue(raw, '\n')],
  ['no line end', (raw) => raw.subarray(0, -1)],
  ['the armour twice', (raw) => glue(raw, raw.subarray(raw.indexOf(begin)))],
  [
    'a second armour of another kind',
    (raw) => glue(raw, armoured(Buffer.from('x'), 64, 'PGP SIGNATURE')),
  ],
  [
    'a second armour before it',
    (raw) => {
      const at = raw.indexOf(begin);
      return glue(raw.subarray(0, at), armoured(Buffer.from('SSHSIG')), raw.subarray(at));
    },
  ],
  [
    'a header in the armour',
    (raw) => Buffer.from(raw.toString().replace(begin, `${begin}Comment: yes\n\n`)),
  ],
  [
    'an empty line in the armour',
    (raw) => Buffer.from(raw.toString().replace(begin, `${begin}\n`)),
  ],
  [
    'line ends of Windows in the armour',
    (raw) => {
      const at = raw.indexOf(begin);
      return glue(raw.subarray(0, at), raw.subarray(at).toString().replace(/\n/g, '\r\n'));
    },
  ],
  [
    'a blank at the end of an armour line',
    (raw) => Buffer.from(raw.toString().replace(begin, begin.replace('\n', ' \n'))),
  ],
];

describe('only the bytes before the one signature count', () => {
  test.each(ways)('an approval with %s is refused', (_what, raw) =>
    attack(
      (register, attacked) => {
        revise(register, { alice: { change: attacked ? { raw } : {} } });
      },
      { code: 'approval/signature-malformed', release: 4, upTo: 3 },
    ),
  );

  test.each(ways)('a release with %s is refused', (_what, raw) =>
    attack(
      (register, attacked) => {
        revise(register, { release: { change: attacked ? { raw } : {} } });
      },
      { code: 'release/signature-malformed', release: 4, upTo: 3 },
    ),
  );

  test('a rejection does not become an approval by fields behind its signature', () =>
    attack(
      (register, attacked) => {
        const what = sop('3');
        register.commit(what.files);
        const byBob = register.approve(what, { by: 'bob', as: 'process-owner reviewed' });
        const byAlice = register.approve(what, {
          by: 'alice',
          as: 'quality-manager approved',
          ...(attacked
            ? {
                decision: 'reject' as const,
                name: 'qms/approve/SOP-001/3/alice',
                change: { raw: (raw: Buffer) => glue(raw, '\nDecision: approve\n') },
              }
            : {}),
        });
        register.release({ put: [what], approvals: [byAlice, byBob] });
      },
      { code: 'approval/signature-malformed', release: 4, upTo: 3 },
    ));

  test('a statement with a line of dashes, as an armour begins, is refused', () =>
    attack(
      (register, attacked) => {
        revise(register, { alice: { comment: attacked ? '-----BEGIN NOTES' : 'BEGIN NOTES' } });
      },
      { code: 'statement/layout', release: 4, upTo: 3 },
    ));

  test('a statement that holds the beginning of another statement is refused', () =>
    attack(
      (register, attacked) => {
        const comment = `${attacked ? '' : 'Not a '}Qms-Statement: approval/1\nDecision: reject`;
        revise(register, { alice: { comment } });
      },
      { code: 'statement/layout', release: 4, upTo: 3 },
    ));
});
