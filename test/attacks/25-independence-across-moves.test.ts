/**
 * Threat: Somebody approves what they wrote themselves, by having the file moved, or themselves
 * renamed, between the writing and the approving.
 * Decision: A draft counts by the id that it names in any spelling, a file also where it stood and
 * was moved from, and a person by every key that they listed.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectVerified, verify } from '../support/expect-verification.ts';
import {
  edition,
  image,
  imagePath,
  markdown,
  newRules,
  pathOf,
  people,
  person,
  revise,
  rules,
  type RulesData,
  type RulesPerson,
  rulesPath,
  rulesText,
  shop,
  sop,
} from '../support/shop.ts';
import { ed25519Key, type SigningKey } from '../support/ssh-keys.ts';
import type { StockRegister } from '../support/stock-register.ts';

const as = 'quality-manager approved';
const actor = (id: string) => people[id] ?? { name: id, email: id, key: ed25519Key(id) };
const refused = { code: 'release/requirements', release: 4, upTo: 3 };

describe('who wrote a draft that somebody else moved contributed', () => {
  const plain = markdown('SIG-001', '1');
  test.each<[string, string]>([
    ['as usual', plain],
    ['as a key in double quotes', plain.replace('id:', '"id":')],
    ['as a key in single quotes', plain.replace('id:', "'id':")],
    ['as a key with a blank behind it', plain.replace('id:', 'id :')],
    ['as a value with an escape', plain.replace('SIG-001', '"SIG\\x2D001"')],
    ['before a long comment', plain.replace('SIG-001', `SIG-001 # ${'x'.repeat(220)}`)],
    ['as a folded value', plain.replace('SIG-001', '>-\n  SIG-001')],
    ['as a value on the next line', plain.replace('SIG-001', '\n  SIG-001')],
    ['as an explicit key', plain.replace('id: SIG-001', '? id\n: SIG-001')],
    ['in an indented block', plain.replace(/^(\w+: )/gm, ' $1')],
    [
      'in a map in braces',
      '---\n{id: SIG-001, title: x, type: sig, revision: 1, owner: process-owner}\n---\n# x\n',
    ],
  ])('where its front matter names the document %s', (_what, text) =>
    attack((register, attacked) => {
      const what = { id: 'SIG-001', revision: '1', files: { 'qms-docs/sig/SIG-001.md': text } };
      const draft = 'qms-docs/sig/draft.md';
      const { key } = actor(attacked ? 'alice' : 'dave');
      register.commit({ [draft]: `${text}A draft.\n` }, { by: attacked ? 'alice' : 'dave', key });
      register.commit(what.files, { by: 'dave', key: actor('dave').key, remove: [draft] });
      register.release({ put: [what], approvals: [register.approve(what, { by: 'alice', as })] });
    }, refused),
  );

  test('where it is a copy of the released document, and not where it is of another one', () =>
    attack((register, attacked) => {
      const copy = (id: string) => markdown(id, '3').replace('id:', '? id\n:');
      register.commit({ 'copy.md': copy(attacked ? 'SOP-001' : 'SOP-002') }, { by: 'alice' });
      revise(register, { commit: { by: 'dave', remove: ['copy.md'] } });
    }, refused));
});

describe('who wrote a file where it stood before somebody else moved it contributed', () => {
  const moved = 'qms-docs/sop/clamp.svg';
  const drawn = image.replace('h9', 'h99');
  const withPicture = sop('3', {
    body: '# Fixtures\n\n![The fixture](clamp.svg)\n',
    files: { [moved]: drawn },
  });

  test('the rules', () =>
    attack((register, attacked) => {
      const text = rulesText('2');
      const files = { 'docs/qms.yaml': text };
      register.commit({ [rulesPath]: text }, { by: attacked ? 'erin' : 'dave' });
      register.commit(files, { by: 'dave', remove: [rulesPath] });
      const next = { id: 'QMS', revision: '2', files };
      register.release({ put: [next], approvals: [register.approve(next, { by: 'erin', as })] });
    }, refused));

  test('a picture that the revision before had under another name', () =>
    attack((register, attacked) => {
      register.commit({ [imagePath]: drawn }, { by: attacked ? 'alice' : 'dave' });
      revise(register, { edition: withPicture, commit: { by: 'dave', remove: [imagePath] } });
    }, refused));

  test('a picture that was redrawn after it was moved away from where it stood', () =>
    attack((register, attacked) => {
      register.commit({ 'one.svg': image }, { by: 'dave', remove: [imagePath] });
      register.commit({ 'one.svg': drawn }, { by: attacked ? 'alice' : 'dave' });
      register.commit({ 'two.svg': drawn }, { by: 'dave', remove: ['one.svg'] });
      revise(register, { edition: withPicture, commit: { by: 'dave', remove: ['two.svg'] } });
    }, refused));

  test('the rules, drafted elsewhere', () =>
    attack(
      (register, attacked) => {
        newRules(register, rules('2'));
        const next = rules('3');
        const [text = ''] = Object.values(next.files);
        register.commit({ 'next.yaml': text }, { by: attacked ? 'erin' : 'dave' });
        register.commit(next.files, { by: 'dave', remove: ['next.yaml'] });
        register.release({ put: [next], approvals: [register.approve(next, { by: 'erin', as })] });
      },
      { code: 'release/requirements', release: 5, upTo: 4 },
    ));

  test('but not who wrote a file beside it that was moved along', async () => {
    const register = shop();
    register.commit({ 'other.svg': '<svg/>\n', [imagePath]: drawn }, { by: 'dave' });
    register.commit({ 'other.svg': '<svg />\n' }, { by: 'alice' });
    const remove = [imagePath, 'other.svg'];
    register.commit({ 'others/other.svg': '<svg />\n' }, { by: 'dave', remove: ['other.svg'] });
    revise(register, { edition: withPicture, commit: { by: 'dave', remove } });
    expectVerified(await verify(register));
  });

  test('nor who moved another document to where it stood long ago', async () => {
    const register = shop();
    const away = (revision: string) => sop(revision, { path: 'qms-docs/sop/clamping.md' });
    const remove = [pathOf('SOP-001')];
    revise(register, { edition: away('3'), commit: { by: 'dave', remove } });
    const other = edition('SOP-002', '1', { path: pathOf('SOP-001') });
    register.commit(other.files, { by: 'alice' });
    revise(register, { edition: away('4') });
    expectVerified(await verify(register));
  });
});

describe('who wrote under a name that the rules changed since contributed', () => {
  const email = 'erin.smith@shop.example';
  const erin = (address: string, ...keys: SigningKey[]): RulesPerson => ({
    ...person('erin', ['quality-manager'], []),
    email: [address],
    keys: keys.map(({ line }) => ({ key: line, use: ['approve', 'commit'] })),
  });

  /** Erin writes, the rules change, and Erin Smith approves with this key. */
  const scene =
    (key: SigningKey, ...changes: ((data: RulesData) => void)[]) =>
    (register: StockRegister, attacked: boolean) => {
      const what = sop('3');
      register.commit(what.files, { by: attacked ? 'erin' : 'dave' });
      for (const [at, change] of changes.entries()) {
        newRules(register, rules(String(at + 2), change));
      }
      register.actors['erin-smith'] = { name: 'Erin Smith', email, key };
      const byErin = register.approve(what, { by: 'erin-smith', as });
      const byBob = register.approve(what, { by: 'bob', as: 'process-owner reviewed' });
      register.release({ put: [what], approvals: [byErin, byBob] });
      return undefined;
    };
  const old = actor('erin').key;
  const next = ed25519Key('erin 2');

  test('with the same key and a new address', () =>
    attack(
      scene(old, (data) => {
        delete data.people['erin'];
        data.people['erin-smith'] = erin(email, old);
      }),
      {
        code: 'release/requirements',
        release: 5,
        upTo: 4,
        and: ({ problems }) => {
          const said = problems.map((problem) => problem.message).join(' ');
          expect(said).toContain('(erin-smith) wrote the only commit since revision 2');
        },
      },
    ));

  test('with the same key, while the old name stays with the old address', () =>
    attack(
      scene(old, (data) => {
        data.people['erin'] = erin('erin@shop.example');
        data.people['erin-smith'] = erin(email, old);
      }),
      { code: 'release/requirements', release: 5, upTo: 4 },
    ));

  test('with another key, which the old name came to list in between', () =>
    attack(
      scene(
        next,
        (data) => {
          data.people['erin'] = erin('erin@home.example', next);
        },
        (data) => {
          delete data.people['erin'];
          data.people['erin-smith'] = erin(email, next);
        },
      ),
      { code: 'release/requirements', release: 6, upTo: 5 },
    ));
});
