import { test } from 'vitest';
import { attack } from '../support/expect-verification.ts';
import { newRules, people, person, rules, shop, sop } from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';

const actor = (id: string) => people[id] ?? { name: id, email: id, key: ed25519Key(id) };
const alice = actor('alice');
const carol = actor('carol');
const dave = actor('dave');

/** A shop in which every commit is signed from here on. */
function signedShop() {
  const register = shop();
  newRules(
    register,
    rules('2', (data) => {
      for (const id of ['alice', 'carol']) data.people[id]?.keys[0]?.use.push('commit');
      data.people['dave'] = person('dave', [], ['commit']);
      for (const type of Object.values(data.types)) {
        if (type.kind === 'document') type['contributors'] = 'signed';
      }
    }),
  );
  return register;
}

test('copies that two people signed under the name of a third do not excuse each other', () =>
  attack(
    (register, attacked) => {
      const base = register.main;
      const what = sop('3');
      const signer = attacked ? alice : dave;
      const first = register.commit(what.files, {
        author: dave,
        committer: signer,
        key: signer.key,
        parents: [base],
        main: false,
      });
      const trunk = register.commit({ 'notes.txt': 'x\n' }, { parents: [base] });
      register.commit(what.files, {
        author: dave,
        committer: carol,
        key: carol.key,
        parents: [trunk],
      });
      const signed = [
        register.approve(what, { by: 'alice', as: 'quality-manager approved' }),
        register.approve(what, { by: 'bob', as: 'process-owner reviewed', at: first }),
      ];
      register.release({ put: [what], approvals: signed });
    },
    { code: 'release/requirements', release: 5, upTo: 4 },
    signedShop,
  ));
