/**
 * Threat: Somebody approves what they wrote themselves, by having the file moved, or themselves
 * renamed, between the writing and the approving.
 * Decision: A draft belongs to the document that its front matter names, in whatever spelling the
 * reader takes.
 */
import { describe, test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import { markdown, people, revise } from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';

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
      register.commit({ [draft]: text }, { by: attacked ? 'alice' : 'dave', key });
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
