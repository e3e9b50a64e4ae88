import { describe, test } from 'vitest';
import { forgedEd25519, pgpActor } from '../../support/pgp-forge.ts';
import { alice, approve, draft, refused, remove, taken } from '../../support/pushing.ts';
import { newRules, rules, shop } from '../../support/shop.ts';
import type { StockRegister } from '../../support/stock-register.ts';

const key = pgpActor(forgedEd25519('alice'), {
  subkeys: [{ key: forgedEd25519('alice, subkey') }],
});
const change = { key };
const built = shop((data) => {
  data.people['alice']!.keys.push({ key: key.line, use: ['approve', 'commit'] });
});
const shopWithPgp = () => built.fork();

/** A server that holds a statement by alice, signed with her OpenPGP key. */
const holding = (decision: 'approve' | 'reject') => (): StockRegister => {
  const register = shopWithPgp();
  draft(register);
  approve({ ...alice, decision, change })(register);
  return register;
};

describe('a statement signed with an OpenPGP key of the rules', () => {
  test.each(['approve', 'reject'] as const)('may be pushed: %s', (decision) =>
    taken(shopWithPgp, approve({ decision, change })),
  );

  test('may be pushed together with the rules that list the key', () =>
    taken(shop, (register) => {
      newRules(
        register,
        rules('2', (data) => {
          data.people['alice']!.keys.push({ key: key.line, use: ['approve'] });
        }),
      );
      approve({ change })(register);
    }));

  test('by a key that they do not list may not be pushed', () =>
    refused(shop, approve({ change }), 'approval/key-unknown'));

  // Without the certificates, each of these would be by an unknown key, and anybody could delete it.
  test.each([
    ['approve', 'refs/tags/qms/approve/SOP-001/3/alice'],
    ['reject', 'refs/tags/qms/reject/SOP-001/3/alice'],
  ] as const)('is not deleted: %s', (decision, name) =>
    refused(holding(decision), remove(name), 'push/tag-deleted'),
  );
});
