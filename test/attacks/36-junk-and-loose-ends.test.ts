/**
 * Threat: Somebody with push rights tries to stop everybody: junk tags, an invalid next release,
 * old rejections.
 * Decision: Junk is a warning and counts for nothing; an invalid release is an error, and the
 * register stays good up to the one before.
 */
import fc from 'fast-check';
import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandShop } from '../support/command-shop.ts';
import {
  attack,
  expectProblem,
  expectVerified,
  inWords,
  verify,
} from '../support/expect-verification.ts';
import { refused } from '../support/pushing.ts';
import { approvals, edition, newRules, person, revise, rules, shop, sop } from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';
import type { ApprovalOptions, StockRegister } from '../support/stock-register.ts';

const alice: ApprovalOptions = { by: 'alice', as: 'quality-manager approved' };

/** Tags that somebody with push rights makes to stop us: what is changed, and the warning. */
const junk: [string, Partial<ApprovalOptions>, string][] = [
  ['no signature', { change: { key: null } }, 'approval/signature-missing'],
  [
    'a malformed signature',
    { change: { armour: () => Buffer.from('-----BEGIN SSH SIGNATURE-----\nx\n') } },
    'approval/signature-malformed',
  ],
  [
    'a bad signature',
    {
      comment: 'a',
      change: { raw: (raw) => Buffer.from(raw.toString().replace('\n\na\n', '\n\nb\n')) },
    },
    'approval/signature-bad',
  ],
  [
    'the namespace file',
    { change: { signature: { namespace: 'file' } } },
    'approval/signature-namespace',
  ],
  ['a key that nobody lists', { change: { key: ed25519Key('stranger') } }, 'approval/key-unknown'],
  ['an unknown person', { by: 'mallory' }, 'approval/person-unknown'],
  [
    'a key that is not for approving',
    { by: 'carol', as: 'document-controller approved' },
    'approval/key-use',
  ],
  [
    'an address of somebody else',
    { change: { tagger: { email: 'bob@shop.example' } } },
    'approval/address',
  ],
  ['a role not held', { as: 'process-owner reviewed' }, 'approval/role'],
  ['another register', { register: `sha256:${'0'.repeat(64)}` }, 'approval/register'],
  [
    'a malformed tag',
    { change: { payload: (text) => text.replace(/^tagger .*\n/m, '') } },
    'git/tag-malformed',
  ],
  [
    'another subject',
    { change: { text: (text) => text.replace('Approve', 'Confirm') } },
    'statement/subject',
  ],
  [
    'an unknown field',
    { change: { text: (text) => `${text}Colour: red\n` } },
    'statement/field-unknown',
  ],
  ['hidden characters', { comment: 'a\u200bb' }, 'statement/text'],
  ['the wrong folder', { name: 'qms/reject/SOP-001/2/alice' }, 'approval/misplaced'],
  ['a folder of its own', { name: 'qms/notes/SOP-001' }, 'approval/misplaced'],
];

describe('junk below our namespaces is a warning, whoever signed it', () => {
  test.each(junk)('an uncounted approval with %s is a warning', (_what, options, code) =>
    attack(
      (register, attacked) => {
        register.approve(sop('2'), { ...alice, ...(attacked ? options : {}) });
      },
      { code, severity: 'warning', upTo: 3 },
    ),
  );

  test.each(junk)('the hook takes no approval with %s', (_what, options, code) =>
    refused(shop, (register) => register.approve(sop('2'), { ...alice, ...options }), code),
  );

  test('an uncounted approval whose commit does not hold its content is not looked at', async () => {
    const register = shop();
    register.approve(edition('SOP-002', '1'), alice);
    expectVerified(await verify(register));
  });

  test('a tag of a blob, a tree or of nothing among the approvals is a warning', async () => {
    const register = shop();
    const { repository } = register;
    repository.ref('refs/tags/qms/approve/blob', repository.object('blob', 'x'));
    repository.ref('refs/tags/qms/approve/tree', repository.object('tree', ''));
    const verification = await verify(register);
    expectProblem(verification, { code: 'statement/not-annotated', severity: 'warning', upTo: 3 });
    expect(verification.problems).toHaveLength(2);
  });

  test('a release that counts a good approval is not disturbed by junk about the same content', () =>
    attack(
      (register, attacked) => {
        revise(register);
        if (attacked) register.approve(sop('3'), { ...alice, change: { key: null } });
      },
      { code: 'approval/signature-missing', severity: 'warning', upTo: 4 },
    ));
});

describe('an invalid release after the last good one is an error, and the register stays good before it', () => {
  test.each<[string, (register: StockRegister) => void, string]>([
    [
      'a lightweight tag',
      (register) => {
        register.repository.ref('refs/tags/qms/release/4', register.main);
      },
      'statement/not-annotated',
    ],
    [
      'an unsigned tag',
      (register) => {
        revise(register, { release: { change: { key: null } } });
      },
      'release/signature-missing',
    ],
    [
      'a tag signed by a stranger',
      (register) => {
        revise(register, { release: { change: { key: ed25519Key('stranger') } } });
      },
      'release/key-unknown',
    ],
    [
      'an approval under its name',
      (register) => {
        const { tag } = register.approve(sop('2'), { ...alice, name: 'qms/release/4' });
        expect(tag).toHaveLength(40);
      },
      'approval/misplaced',
    ],
  ])('%s as qms/release/4', async (_what, make, code) => {
    const before = await verify(shop());
    expectVerified(before);
    const register = shop();
    make(register);
    const verification = await verify(register);
    expect(verification.outcome).toBe('problems');
    expect(verification.head).toBe(before.head);
    const found = verification.problems.filter(({ severity }) => severity === 'error');
    expect(found).toHaveLength(1);
    if (!code.startsWith('approval/')) expectProblem(verification, { code, release: 4, upTo: 3 });
  });

  test('what comes after an invalid release is not read', () =>
    attack(
      (register, attacked) => {
        revise(register, { release: { change: attacked ? { key: null } : {} } });
        revise(register, { edition: sop('4') });
      },
      { code: 'release/signature-missing', release: 4, upTo: 3 },
    ));
});

describe('other refs and their order never change the outcome', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  test('tags and branches outside our namespaces', async () => {
    const good = await verify(shop());
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.tuple(fc.constantFrom('heads/', 'tags/', 'notes/', 'remotes/x/', 'tags/other/'), word),
          { maxLength: 6, selector: ([folder, name]) => folder + name },
        ),
        fc.nat(2),
        async (names, which) => {
          const register = shop();
          const targets = [
            register.main,
            register.releases[2]?.tag ?? '',
            register.repository.object('blob', 'x'),
          ];
          for (const [folder, name] of names) {
            if (folder + name === 'tags/other') continue;
            register.repository.ref(`refs/${folder}${name}`, targets[which] ?? '');
          }
          const verification = await verify(register);
          expectVerified(verification);
          expect(verification.head).toBe(good.head);
        },
      ),
      { numRuns: 12 },
    );
  });

  test('refs packed, loose or in another order of the file', async () => {
    const register = shop();
    revise(register);
    const loose = await verify(register);
    expectVerified(loose);
    register.repository.git('pack-refs', '--all', '--prune');
    expect((await verify(register)).problems).toEqual(loose.problems);
    const packed = join(register.repository.folder, 'packed-refs');
    const [head = '', ...lines] = readFileSync(packed, 'utf8').split(/^(?=[0-9a-f])/m);
    writeFileSync(packed, [head.replace(' sorted', ''), ...lines.reverse()].join(''));
    const shuffled = await verify(register);
    expect(inWords(shuffled.problems)).toEqual(inWords(loose.problems));
    expect(shuffled.head).toBe(loose.head);
  });

  test('verifying on from an earlier verification says the same as from the beginning', async () => {
    const register = shop();
    const previous = await verify(register);
    revise(register);
    const onwards = await verify(register, { previous });
    const whole = await verify(register);
    expect(onwards).toEqual(whole);
    expectVerified(onwards);
  });

  test('an earlier verification does not hide that a release was replaced', async () => {
    const register = shop();
    revise(register);
    const other = shop();
    revise(other, { edition: sop('3', { body: 'The other way.\n' }) });
    revise(other, { edition: sop('4'), release: { change: { key: null } } });
    const previous = await verify(register);
    expectVerified(previous);
    register.repository.git(
      'fetch',
      '-q',
      other.repository.folder,
      '+refs/tags/qms/*:refs/tags/qms/*',
    );
    const onwards = await verify(register, { previous });
    const whole = await verify(register);
    expect(inWords(onwards.problems)).toEqual(inWords(whole.problems));
    expectProblem(onwards, { code: 'release/signature-missing', release: 5, upTo: 4 });
    expect(onwards.head).toBe(whole.head);
  });
});

describe('a person who left', () => {
  const leave = rules('2', (data) => {
    delete data.people['bob'];
    data.people['frank'] = person('frank', ['process-owner'], ['approve']);
  });

  test('keeps the approvals that were counted', async () => {
    const register = shop();
    newRules(register, leave);
    expectVerified(await verify(register));
  });

  test('gives no new ones', () =>
    attack(
      (register, attacked) => {
        newRules(register, leave);
        const what = sop('3');
        register.commit(what.files);
        const [byAlice] = approvals(register, what);
        const reviewer = attacked ? 'bob' : 'frank';
        const second = register.approve(what, { by: reviewer, as: 'process-owner reviewed' });
        register.repository.deleteRef('refs/tags/qms/approve/SOP-001/3/bob');
        register.release({ put: [what], approvals: [...(byAlice ? [byAlice] : []), second] });
      },
      { code: 'approval/person-unknown', release: 5, upTo: 4 },
    ));
});

describe('junk among the releases', () => {
  const shop = new CommandShop();
  beforeAll(async () => {
    await shop.foundWithThree();
    shop.git('alice', 'switch', '-q', 'main');
    await shop.draft();
    for (const name of ['next', '3', '4', '9']) {
      shop.git('alice', 'tag', `qms/release/${name}`, 'HEAD');
    }
  });
  afterAll(() => {
    shop.remove();
  });

  test('is an error', async () => {
    const { code, stderr } = await shop.run('alice', 'verify');
    expect(code).toBe(1);
    expect(stderr).toContain('chain/name');
  });

  test('keeps nobody from approving', async () => {
    for (const who of ['bob', 'carol']) {
      expect(await shop.run(who, 'approve', 'SOP-001')).toMatchObject({ code: 0 });
    }
  });

  test('that has the number of the next release is named, with how to delete it', async () => {
    const { code, stderr } = await shop.run('carol', 'release', 'SOP-001');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'Delete it here and where it came from: git tag -d qms/release/3; git push origin :refs/tags/qms/release/3',
    );
  });

  test('with any other name keeps nobody from releasing', async () => {
    shop.git('alice', 'tag', '-d', 'qms/release/3');
    await shop.do('carol', 'release', 'SOP-001');
    expect(shop.git('alice', 'cat-file', '-t', 'qms/release/3').trim()).toBe('tag');
    const { stderr } = await shop.run('alice', 'verify');
    expect(stderr).toMatch(/release\/4 +error +statement\/not-annotated/);
  });
});
