import { describe, expect, it } from 'vitest';
import { canChangeRules } from '../../src/rules/lock-out.ts';
import { typeOfId } from '../../src/rules/type-of.ts';
import { ecdsaKey, rsaKey, securityKey } from '../support/ssh-keys.ts';
import { changed, goodRules, keyOf, parse, rulesOf } from './rules-text.ts';

describe('the rules', () => {
  it('are parsed with all that they say', async () => {
    const rules = await rulesOf(goodRules);
    expect(rules).toMatchObject({
      revision: '1',
      timezone: 'America/Detroit',
      standards: ['iso9001:2015', 'iso13485:2016'],
      releaseRole: 'document-controller',
      compromised: [],
    });
    expect(rules.people.get('bob')).toMatchObject({
      name: 'Bob Kowalski',
      email: ['bob@abc.example'],
      roles: ['process-owner', 'document-controller'],
      keys: [
        { text: keyOf.bob, use: ['approve', 'release'], identity: { algorithm: 'ssh-ed25519' } },
      ],
    });
    expect(rules.people.get('carol')).toMatchObject({ roles: [], keys: [] });
    expect(rules.types.get('sop')).toMatchObject({
      approvals: [
        { role: 'process-owner', meaning: 'reviewed', count: 1 },
        { role: 'quality-manager', meaning: 'approved', count: 1 },
      ],
      independent: true,
      contributors: 'known',
      review: { count: 24, unit: 'months' },
    });
    expect(rules.types.get('ncr')).toMatchObject({ independent: false, contributors: 'any' });
    expect(rules.types.get('ncr')?.fields.get('severity')).toEqual({
      type: 'choice',
      of: ['minor', 'major'],
      required: true,
      list: false,
    });
  });

  it('know the fingerprint of a key as ssh-keygen prints it', async () => {
    expect((await rulesOf(goodRules)).people.get('alice')?.keys[0]?.identity.fingerprint).toMatch(
      /^SHA256:[A-Za-z0-9+/]{43}$/,
    );
  });

  it('take every kind of SSH key', async () => {
    for (const key of [ecdsaKey('nistp384').line, securityKey('rules').line, rsaKey(2048).line]) {
      expect((await parse(changed(keyOf.bob, key))).problems).toEqual([]);
    }
  });

  it.each([
    ['text/line-end', 'id: QMS\n', 'id: QMS\r\n', 1],
    ['yaml/duplicate-key', 'revision: 1\n', 'revision: 1\nrevision: 2\n', 3],
    ['rules/field-value', 'id: QMS', 'id: SOP-1', 1],
    ['rules/field-value', 'revision: 1', 'revision: A', 2],
    ['rules/field-value', 'America/Detroit', 'Detroit', 5],
    ['rules/field-value', 'iso9001:2015', 'ISO 9001', 6],
    ['rules/field-value', 'people:\n', 'people: nobody\nx:\n', 11],
    ['rules/field-missing', 'organization: ABC Industrial Components\n', '', 1],
    ['rules/field-missing', '    name: Alice Ng\n', '', 12],
    ['rules/field-unknown', 'organization:', 'organisation: x\norganization:', 4],
    ['rules/field-unknown', '    name: Alice Ng\n', '    name: Alice Ng\n    phone: 1\n', 14],
    ['rules/field-value', '  alice:\n', '  Alice Ng:\n', 12],
    ['rules/field-value', 'email: [alice@abc.example]', 'email: alice@abc.example', 14],
    ['rules/field-value', 'email: [alice@abc.example]', 'email: []', 14],
    ['rules/field-value', 'alice@abc.example', 'alice', 14],
    ['rules/field-value', 'use: [approve, commit]', 'use: [sign]', 18],
    ['rules/field-value', 'independent: false', 'independent: no', 46],
    ['rules/field-value', 'count: 1}', 'count: 1.0}', 37],
    ['rules/field-value', 'prefix: SOP', 'prefix: sop', 33],
    ['rules/field-value', 'kind: external', 'kind: other', 59],
    ['rules/field-value', 'type: yes-no', 'type: boolean', 54],
    ['rules/role-unknown', 'roles: [quality-manager]', 'roles: [quality-manger]', 15],
    ['rules/role-unknown', '{role: process-owner,', '{role: owner,', 36],
    ['rules/role-unknown', 'role: document-controller\n', 'role: controller\n', 71],
    ['rules/key-malformed', keyOf.alice, 'ssh-ed25519 AAAA', 17],
    ['rules/key-malformed', keyOf.alice, '"-----BEGIN OPENSSH PRIVATE KEY-----"', 17],
    ['rules/key-weak', keyOf.alice, 'ssh-dss AAAAB3NzaC1kc3MAAACB', 17],
    ['rules/key-twice', keyOf.bob, `${keyOf.alice} other`, 24],
    ['rules/address-twice', 'carol@abc.example', 'ALICE@abc.example', 28],
    ['rules/prefix-overlap', 'prefix: NCR', 'prefix: SOP', 43],
    ['rules/prefix-overlap', 'prefix: NCR', 'prefix: SOP-NCR', 43],
    ['rules/prefix-overlap', 'prefix: NCR', 'prefix: QMS-NCR', 43],
    ['rules/type-rules', '  rules:\n', '  rulez:\n', 29],
    ['rules/type-rules', 'kind: rules', 'kind: document', 65],
    ['rules/type-rules', 'prefix: QMS', 'prefix: RUL', 66],
    ['rules/type-rules', 'kind: external', 'kind: rules', 59],
    [
      'rules/approvals-missing',
      'approvals: [{role: quality-manager, meaning: approved}]',
      'approvals: []',
      62,
    ],
    ['rules/fields-kind', 'kind: record', 'kind: document', 48],
    ['rules/choice', 'of: [minor, major], ', '', 49],
    ['rules/choice', '{type: text}', '{type: text, of: [a]}', 52],
  ])('give %s where %j becomes %j', async (code, from, to, line) => {
    const { rules, problems } = await parse(changed(from, to));
    expect(rules).toBeUndefined();
    const found = problems.find((problem) => problem.code === code);
    expect(found, problems.map(({ message }) => message).join('\n')).toBeDefined();
    expect(found?.place).toMatchObject({ file: 'qms-docs/qms.yaml', line });
    expect(found?.place.column).toBeGreaterThan(0);
  });

  it('refuse letters for their own revisions', async () => {
    const { problems } = await parse(
      changed('prefix: QMS\n    revisions: number', 'prefix: QMS\n    revisions: letter'),
    );
    expect(problems.map(({ code }) => code)).toEqual(['rules/type-rules']);
  });

  it('refuse weak RSA keys', async () => {
    expect((await parse(changed(keyOf.alice, rsaKey(1024).line))).problems).toMatchObject([
      { code: 'rules/key-weak' },
    ]);
  });

  it('name compromised keys by fingerprint and release', async () => {
    const add = (entry: string) => parse(`${goodRules}compromised: [${entry}]\n`);
    const ssh = `SHA256:${'A'.repeat(43)}`;
    expect((await add(`{key: '${ssh}', since: 40, reason: lost}`)).rules?.compromised).toEqual([
      { key: ssh, since: 40, reason: 'lost' },
    ]);
    const hex = await add(`{key: ${'ab'.repeat(20)}, since: 1, reason: x}`);
    expect(hex.rules?.compromised[0]?.key).toBe('AB'.repeat(20));
    for (const entry of [
      `{key: 'SHA256:AAAA', since: 40, reason: lost}`,
      `{key: 'MD5:00', since: 40, reason: lost}`,
      `{key: '${ssh}', since: 0, reason: lost}`,
      `{key: '${ssh}', since: 1}`,
    ]) {
      expect((await add(entry)).rules, entry).toBeUndefined();
    }
  });

  it('tell everything that is wrong at once', async () => {
    const text = changed('roles: [quality-manager]', 'roles: [a, b]').replace(
      'QMS\n    rev',
      'Q\n    rev',
    );
    expect((await parse(text)).problems.map(({ code }) => code)).toEqual([
      'rules/role-unknown',
      'rules/role-unknown',
      'rules/type-rules',
    ]);
  });

  it('give each id its one type', async () => {
    const rules = await rulesOf(goodRules);
    expect(typeOfId(rules, 'SOP-001')?.id).toBe('sop');
    expect(typeOfId(rules, 'NCR-2026-014')?.id).toBe('ncr');
    expect(typeOfId(rules, 'QMS')?.id).toBe('rules');
    expect(typeOfId(rules, 'QMS-001')).toBeUndefined();
    expect(typeOfId(rules, 'SOPX-1')).toBeUndefined();
  });
});

const goodRulesParsed = await rulesOf(goodRules);

describe('a lock-out', () => {
  const messages = async (text: string): Promise<string[]> =>
    canChangeRules(await rulesOf(text)).map(({ code, place }) => `${code} ${place.field ?? ''}`);
  const fingerprint = goodRulesParsed.people.get('alice')?.keys[0]?.identity.fingerprint;

  it.each([
    ['nothing', goodRules, []],
    ['nobody with the role', changed('roles: [quality-manager]', 'roles: []'), ['approvals']],
    ['no key for approving', changed('use: [approve, commit]', 'use: [commit]'), ['approvals']],
    ['no key for releasing', changed('use: [approve, release]', 'use: [approve]'), ['release']],
    [
      'too few people for one requirement',
      goodRules.replace(/(prefix: QMS[^}]*meaning: approved)/, '$1, count: 2'),
      ['approvals'],
    ],
    [
      'a compromised key',
      `${goodRules}compromised: [{key: '${fingerprint ?? ''}', since: 1, reason: lost}]\n`,
      ['approvals'],
    ],
  ])('is found with %s', async (_, text, fields) => {
    expect(await messages(text)).toEqual(
      fields.map((field) =>
        field === 'release'
          ? 'rules/lock-out release.role'
          : 'rules/lock-out types.rules.approvals',
      ),
    );
  });

  it('is found where one person would have to fill two requirements', async () => {
    const two = goodRules.replace(
      /(prefix: QMS[^}]*meaning: approved})/,
      '$1\n      - {role: process-owner, meaning: reviewed}',
    );
    expect(await messages(two)).toEqual([]);
    const same = two
      .replace('roles: [quality-manager]', 'roles: [quality-manager, process-owner]')
      .replace('roles: [process-owner, document-controller]', 'roles: [document-controller]');
    expect(await messages(same)).toEqual(['rules/lock-out types.rules.approvals']);
  });
});
