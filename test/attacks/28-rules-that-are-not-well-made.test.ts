/**
 * Threat: Rules come with another revision, a second file or another name.
 * Decision: The content of `QMS` is one well-formed `qms.yaml` with the successor of its revision;
 * otherwise the release is refused.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import {
  approved,
  edition,
  image,
  keyLine,
  newRules,
  people,
  person,
  revise,
  rules,
  type RulesData,
  rulesPath,
  rulesText,
  shop,
  sop,
  type,
} from '../support/shop.ts';
import { StockRegister } from '../support/stock-register.ts';

describe('rules that are not well made are refused', () => {
  test('rules that bear another revision than the release says are refused', () =>
    attack(
      (register, attacked) => {
        const files = { [rulesPath]: rulesText(attacked ? '3' : '2') };
        newRules(register, { id: 'QMS', revision: '2', files });
      },
      { code: 'release/revision-mismatch', release: 4, upTo: 3 },
    ));

  test('rules with a second file are refused', () =>
    attack(
      (register, attacked) => {
        const files = {
          [rulesPath]: rulesText('2'),
          ...(attacked ? { 'qms-docs/logo.svg': image } : {}),
        };
        newRules(register, { id: 'QMS', revision: '2', files });
      },
      { code: 'release/document-file', release: 4, upTo: 3 },
    ));

  test('rules at the top of the repository are rules, and documents stand beside them', async () => {
    const register = new StockRegister(people);
    const first = { id: 'QMS', revision: '1', files: { 'qms.yaml': rulesText('1') } };
    register.commit(first.files, { by: 'carol' });
    register.release({ put: [first] });
    revise(register, { edition: edition('SOP-001', '1', { path: 'sop/SOP-001.md' }) });
    const verification = await verify(register);
    expectVerified(verification);
    expect(verification.register?.documents.get('QMS')?.revisions[0]?.path).toBe('qms.yaml');
  });

  test('rules under another file name are refused', () =>
    attack(
      (register, attacked) => {
        const path = attacked ? 'qms-docs/rules.yaml' : rulesPath;
        newRules(register, { id: 'QMS', revision: '2', files: { [path]: rulesText('2') } });
      },
      { code: 'release/document-file', release: 4, upTo: 3 },
    ));

  test('rules that move take the documents root along', async () => {
    const register = shop();
    newRules(register, { id: 'QMS', revision: '2', files: { 'quality/qms.yaml': rulesText('2') } });
    revise(register, { edition: sop('3', { path: 'quality/SOP-001.md' }) });
    expectVerified(await verify(register));
  });

  test.each<[string, (data: RulesData) => void]>([
    [
      'two types of one prefix',
      (data) => {
        data.types['sop2'] = type('document', 'SOP', [approved]);
      },
    ],
    [
      'a prefix that begins another',
      (data) => {
        data.types['sop2'] = type('document', 'SOP-X', [approved]);
      },
    ],
    [
      'no type of the kind rules',
      (data) => {
        delete data.types['rules'];
      },
    ],
    [
      'two types of the kind rules',
      (data) => {
        data.types['more'] = type('rules', 'MORE', [approved]);
      },
    ],
    [
      'a type of the kind rules under another name',
      (data) => {
        data.types['law'] = data.types['rules'] ?? type('rules', 'QMS', [approved]);
        delete data.types['rules'];
      },
    ],
    [
      'a document type without approvals',
      (data) => {
        data.types['sop'] = type('document', 'SOP', []);
      },
    ],
    [
      'an approval by a role that does not exist',
      (data) => {
        data.types['sop'] = type('document', 'SOP', [{ role: 'wizard', meaning: 'approved' }]);
      },
    ],
    [
      'a person with a role that does not exist',
      (data) => {
        data.people['dave'] = person('dave', ['wizard'], []);
      },
    ],
    [
      'a release role that does not exist',
      (data) => {
        data.release.role = 'wizard';
      },
    ],
    [
      'a person without an address',
      (data) => {
        data.people['dave'] = { ...person('dave', [], []), email: [] };
      },
    ],
    [
      'a person whose id is no id',
      (data) => {
        data.people['Dave Miller'] = { ...person('dave', [], []), email: ['miller@shop.example'] };
      },
    ],
    [
      'a key that is none',
      (data) => {
        data.people['mallory'] = {
          ...person('mallory', [], []),
          keys: [{ key: 'ssh-ed25519 AAAA', use: ['commit'] }],
        };
      },
    ],
    [
      'a key with an unknown use',
      (data) => {
        data.people['mallory'] = {
          ...person('mallory', [], []),
          keys: [{ key: keyLine('mallory'), use: ['rule'] }],
        };
      },
    ],
  ])('rules with %s are refused', async (_what, change) => {
    const honest = shop();
    newRules(honest, rules('2'));
    expectVerified(await verify(honest));
    const register = shop();
    newRules(register, rules('2', change));
    const verification = await verify(register);
    expect(verification.outcome).toBe('problems');
    expect(verification.register?.releases).toHaveLength(3);
    const codes = verification.problems.map(({ code }) => code);
    expect(
      codes.some((code) => code.startsWith('rules/')),
      codes.join(),
    ).toBe(true);
  });
});
