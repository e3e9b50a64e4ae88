/**
 * Threat: An OpenPGP key that the rules do not list signs: a stranger's, a subkey of no
 * certificate, or one whose certificate was only renewed at home.
 * Decision: Those keys sign that the certificate as it stands in the rules in force says to sign,
 * each subkey with a back signature; expiry and revocation say nothing, the rules do.
 */
import { describe, expect, test } from 'vitest';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import { exported, gpgHome, gpgKey } from '../support/gpg.ts';
import {
  certificate,
  type CertificateParts,
  forgedEd25519,
  forgedSignature,
  issuerFingerprint,
  issuerId,
  pgpActor,
} from '../support/pgp-forge.ts';
import { edition, newRules, revise, rules, shop } from '../support/shop.ts';
import type { SigningKey } from '../support/ssh-keys.ts';
import type { StockRegister } from '../support/stock-register.ts';

const primary = forgedEd25519('alice');
const subkey = forgedEd25519('alice, subkey');
const stranger = forgedEd25519('stranger');
const listed: CertificateParts = { subkeys: [{ key: subkey }] };
const alice = pgpActor(primary, listed, subkey);

const lists = (line: string) => () =>
  shop((data) => {
    data.people['alice']!.keys.push({ key: line, use: ['approve', 'commit'] });
  });
const built = lists(alice.line)();
const shopWithPgp = () => built.fork();
const approve = (register: StockRegister, key: SigningKey): void => {
  revise(register, { alice: { change: { key } } });
};

describe('an OpenPGP key counts as the certificate in the rules in force lists it', () => {
  test.each([
    ['a primary key that signs', primary],
    ['a subkey with binding and back signature', subkey],
  ])('%s', async (_what, signer) => {
    const register = shopWithPgp();
    approve(register, pgpActor(primary, listed, signer));
    const verification = await verify(register);
    expectVerified(verification);
    const approval = verification.register?.releases
      .at(-1)
      ?.approvals.find(({ person }) => person === 'alice');
    expect(approval?.key).toMatchObject({ format: 'openpgp', fingerprint: primary.fingerprint });
  });

  test.each([
    ['of a stranger', pgpActor(stranger)],
    [
      'that names a listed key and is by another',
      {
        ...alice,
        armour: (payload: Buffer) =>
          forgedSignature({ ...stranger, fingerprint: subkey.fingerprint }, payload),
      },
    ],
  ])('a signature %s is refused', (_what, key) =>
    attack(
      (register, attacked) => {
        approve(register, attacked ? key : alice);
      },
      {
        code:
          key.fingerprint === alice.fingerprint ? 'approval/signature-bad' : 'approval/key-unknown',
        release: 4,
        upTo: 3,
      },
      shopWithPgp,
    ),
  );

  test('a release by a key that no certificate holds is refused', () =>
    attack(
      (register, attacked) => {
        revise(register, { release: attacked ? { change: { key: pgpActor(stranger) } } : {} });
      },
      { code: 'release/key-unknown', release: 4, upTo: 3 },
    ));

  test('the OpenPGP key of another person is refused', () =>
    attack(
      (register, attacked) => {
        const change = { key: alice };
        revise(register, attacked ? { bob: { change } } : { alice: { change } });
      },
      { code: 'approval/key-unknown', release: 4, upTo: 3 },
      shopWithPgp,
    ));

  test('an uncounted approval by an unknown key is a warning, and known when the rules are', async () => {
    const register = shop();
    const what = edition('WI-001', 'B');
    register.commit(what.files);
    const change = { key: alice };
    register.approve(what, { by: 'alice', as: 'quality-manager approved', change });
    const before = await verify(register);
    expectProblem(before, { code: 'approval/key-unknown', severity: 'warning', upTo: 3 });
    const next = rules('2', (data) => {
      data.people['alice']!.keys.push({ key: alice.line, use: ['approve'] });
    });
    newRules(register, next);
    // What was kept of the tag from before must not stand in the way.
    expectVerified(await verify(register, { previous: before }));
    expectVerified(await verify(register));
  });
});

describe('a subkey does not count', () => {
  const other = forgedEd25519('another subkey');
  test.each<[string, CertificateParts]>([
    ['that the certificate in the rules does not have', { subkeys: [{ key: subkey }] }],
    ['without a back signature', { subkeys: [{ key: subkey }, { key: other, back: null }] }],
    [
      'whose back signature is by another key',
      { subkeys: [{ key: subkey }, { key: other, back: subkey }] },
    ],
    ['that another key bound', { subkeys: [{ key: subkey }, { key: other, by: stranger }] }],
    ['that is said to encrypt', { subkeys: [{ key: subkey }, { key: other, flags: 12 }] }],
    [
      'whose binding is signed with SHA-1',
      { subkeys: [{ key: subkey }, { key: other, binding: { hash: 'sha1' } }] },
    ],
    [
      'whose back signature is made with SHA-1',
      { subkeys: [{ key: subkey }, { key: other, backParts: { hash: 'sha1' } }] },
    ],
  ])('%s', (_what, parts) =>
    attack(
      (register, attacked) => {
        approve(register, pgpActor(primary, {}, attacked ? other : subkey));
      },
      { code: 'approval/key-unknown', release: 4, upTo: 3 },
      lists(certificate(primary, parts)),
    ),
  );

  test('that was added to the certificate since, unless newer rules list it', () =>
    attack(
      (register, attacked) => {
        const renewed = certificate(primary, { subkeys: [{ key: subkey }, { key: other }] });
        const next = rules('2', (data) => {
          const text = attacked ? certificate(primary, listed) : renewed;
          data.people['alice']!.keys.push({ key: text, use: ['approve', 'commit'] });
        });
        newRules(register, next);
        approve(register, pgpActor(primary, {}, other));
      },
      { code: 'approval/key-unknown', release: 5, upTo: 4 },
      shopWithPgp,
    ));

  test('and a primary key that only certifies does not sign', () =>
    attack(
      (register, attacked) => {
        approve(register, pgpActor(primary, {}, attacked ? primary : subkey));
      },
      { code: 'approval/key-unknown', release: 4, upTo: 3 },
      lists(certificate(primary, { flags: 1, subkeys: [{ key: subkey }] })),
    ));

  test('of two people: it stands in the rules once', () =>
    attack(
      (register, attacked) => {
        const next = rules('2', (data) => {
          data.people['alice']!.keys.push({ key: certificate(primary, listed), use: ['approve'] });
          const his = certificate(forgedEd25519('bob'), {
            subkeys: [{ key: attacked ? subkey : other }],
          });
          data.people['bob']!.keys.push({ key: his, use: ['approve'] });
        });
        newRules(register, next);
      },
      { code: 'rules/key-twice', release: 4, upTo: 3 },
    ));
});

describe('the rules alone say when a key counts', () => {
  const home = gpgHome();

  test('an expired key of stock gpg counts', async () => {
    const past = '--faked-system-time=20200101T000000!';
    const expired = gpgKey(home, 'alice@shop.example', { expires: '1d', options: [past] });
    const key = { ...expired, armour: (bytes: Buffer) => expired.sign(bytes, [past]) };
    const register = lists(expired.line)();
    approve(register, key);
    expectVerified(await verify(register));
  });

  test('a revoked key of stock gpg counts, though gpg says that it is revoked', async () => {
    const key = gpgKey(home, 'alice2@shop.example', { usage: 'cert', subkeys: ['ed25519'] });
    const elsewhere = gpgHome();
    elsewhere.run(['--import'], key.line);
    elsewhere.run(['--import'], home.revocation(key.fingerprint));
    const bytes = Buffer.from('x');
    expect(elsewhere.verify(bytes, key.sign(bytes))).toContain('REVKEYSIG');
    const revoked = exported(elsewhere, key.fingerprint);
    expect(revoked).not.toBe(key.line);
    const register = lists(revoked)();
    approve(register, key);
    expectVerified(await verify(register));
  });

  test('what rests on a compromised OpenPGP key is contested, by its primary fingerprint', async () => {
    const play = (fingerprint: string) => {
      const register = shopWithPgp();
      approve(register, alice);
      const next = rules('2', (data) => {
        data.people['alice']!.keys.push({ key: alice.line, use: ['approve'] });
        data.compromised = [{ key: fingerprint, since: '4', reason: 'The laptop was stolen' }];
      });
      register.commit(next.files);
      const byErin = register.approve(next, { by: 'erin', as: 'quality-manager approved' });
      register.release({ put: [next], approvals: [byErin] });
      return register;
    };
    expectVerified(await verify(play(stranger.fingerprint)));
    for (const written of [primary.fingerprint, primary.fingerprint.toLowerCase()]) {
      expectProblem(await verify(play(written)), {
        code: 'release/contested',
        document: 'SOP-001',
        release: 4,
        upTo: 5,
      });
    }
  });

  test('a rejection by a subkey that the rules then did not list does not stand', async () => {
    const other = forgedEd25519('another subkey');
    const play = (signer: SigningKey) => {
      const register = shopWithPgp();
      const date = register.clock + 60;
      approve(register, alice);
      const renewed = certificate(primary, { subkeys: [{ key: subkey }, { key: other }] });
      newRules(
        register,
        rules('2', (data) => {
          data.people['alice']!.keys.push({ key: renewed, use: ['approve'] });
        }),
      );
      const what = register.documents.get('SOP-001')!;
      register.approve(what, {
        by: 'alice',
        as: 'quality-manager approved',
        decision: 'reject',
        at: register.main,
        name: 'qms/reject/SOP-001/3/alice',
        date: date + 600,
        change: { key: signer },
      });
      return register;
    };
    // By the subkey of that time it stands, as a later word of hers; by the newer one it does not.
    const stands = await verify(play(pgpActor(primary, {}, subkey)));
    expect(stands.problems.map(({ code }) => code)).toContain('release/rejected-later');
    const not = await verify(play(pgpActor(primary, {}, other)));
    expect(not.problems.map(({ code }) => code)).not.toContain('release/rejected-later');
  });
});

describe('a commit signed with OpenPGP', () => {
  const signedBy = (register: StockRegister, key: SigningKey | undefined): void => {
    const what = edition('SIG-001', '1');
    register.commit(what.files, { by: 'dave', ...(key === undefined ? {} : { key }) });
    const approvals = [register.approve(what, { by: 'alice', as: 'quality-manager approved' })];
    register.release({ put: [what], approvals });
  };
  const dave = forgedEd25519('dave');
  const begin = () =>
    shop((data) => {
      data.people['dave']!.keys.push({ key: certificate(dave), use: ['commit'] });
    });

  test.each<[string, SigningKey | undefined]>([
    ['not at all', undefined],
    ['by a key that nobody lists', pgpActor(stranger)],
    ['over text', pgpActor(dave, {}, dave, { type: 1 })],
    [
      'with unsigned data',
      pgpActor(dave, {}, dave, {
        unhashed: [
          issuerFingerprint(dave.fingerprint),
          issuerId(dave.fingerprint),
          issuerId(dave.fingerprint),
        ],
      }),
    ],
  ])('counts where every commit must be signed, one signed %s does not', (_what, key) =>
    attack(
      (register, attacked) => {
        signedBy(register, attacked ? key : pgpActor(dave));
      },
      { code: 'release/contributor-unsigned', release: 4, upTo: 3 },
      begin,
    ),
  );
});
