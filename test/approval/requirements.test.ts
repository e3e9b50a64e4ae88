import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, fillRequirements } from '../../src/approval/requirements.ts';
import type { Requirement } from '../../src/document/document.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { excludedForRules } from '../../src/rules/who-may.ts';

const requirement = (role: string, meaning = 'approved', count = 1): Requirement => ({
  role,
  meaning,
  count,
});
const approval = (person: string, ...as: readonly string[]): Candidate => ({
  person,
  name: `qms/approve/SOP-001/1/${person}/${as.join('-')}`,
  as: as.map((one) => {
    const [role = '', meaning = 'approved'] = one.split(':');
    return { role, meaning };
  }),
});

describe('requirements are filled', () => {
  it('by one person each, even by one who could fill two', () => {
    const filling = fillRequirements(
      [requirement('owner', 'reviewed'), requirement('qm')],
      [approval('alice', 'owner:reviewed', 'qm'), approval('bob', 'owner:reviewed')],
    );
    expect(filling.missing).toEqual([]);
    expect(filling.filled.map((one) => one.by[0]?.person)).toEqual(['bob', 'alice']);
  });

  it('never by one person twice, with however many tags', () => {
    const filling = fillRequirements(
      [requirement('owner', 'reviewed'), requirement('qm')],
      [approval('alice', 'owner:reviewed'), approval('alice', 'qm'), approval('alice', 'qm')],
    );
    expect(filling.missing).toHaveLength(1);
  });

  it('by as many people as a count asks for', () => {
    const two = [requirement('qm', 'approved', 2)];
    expect(fillRequirements(two, [approval('alice', 'qm')]).missing).toEqual([requirement('qm')]);
    const both = [approval('alice', 'qm'), approval('bob', 'qm')];
    expect(fillRequirements(two, both).missing).toEqual([]);
  });

  it('only by the very role and meaning', () => {
    const open = fillRequirements(
      [requirement('qm', 'approved')],
      [approval('alice', 'qm:reviewed')],
    );
    expect(open.missing).toHaveLength(1);
  });

  it('whenever some way exists, as trying every way shows', () => {
    const roles = ['a', 'b', 'c'];
    const someRoles = fc.uniqueArray(fc.constantFrom(...roles), { minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...roles), { maxLength: 4 }),
        fc.array(someRoles, { maxLength: 5 }),
        (wanted, people) => {
          const candidates = people.map((own, i) => approval(`p${String(i)}`, ...own));
          const possible = (left: readonly string[], free: readonly Candidate[]): boolean => {
            const [first, ...rest] = left;
            if (first === undefined) return true;
            return free.some(
              (one) =>
                one.as.some((as) => as.role === first) &&
                possible(
                  rest,
                  free.filter((other) => other !== one),
                ),
            );
          };
          const requirements = wanted.map((role) => requirement(role));
          const filling = fillRequirements(requirements, candidates);
          expect(filling.missing.length === 0).toBe(possible(wanted, candidates));
          const used = filling.filled.flatMap((one) => one.by.map((by) => by.person));
          expect(new Set(used).size).toBe(used.length);
        },
      ),
    );
  });
});

function rulesOf(people: Readonly<Record<string, readonly string[]>>): Rules {
  return {
    revision: '1',
    title: 'Rules',
    organization: 'Shop',
    timezone: 'UTC',
    standards: [],
    changes: undefined,
    roles: new Map([['qm', 'Quality manager']]),
    people: new Map(
      Object.entries(people).map(([id, roles]) => [
        id,
        {
          id,
          name: id,
          email: [],
          roles,
          keys: [
            {
              text: '',
              identity: { format: 'ssh', fingerprint: id, algorithm: 'ssh-ed25519' },
              use: ['approve'],
            },
          ],
        },
      ]),
    ),
    types: new Map(),
    releaseRole: 'qm',
    compromised: [],
  };
}

describe('the requirements of new rules may not be filled by', () => {
  const needs = [requirement('qm')];
  it('signer or contributors, if others could', () => {
    const rules = rulesOf({ alice: ['qm'], bob: ['qm'], carol: ['qm'] });
    expect([...excludedForRules(needs, rules, 'bob', ['alice'])].sort()).toEqual(['alice', 'bob']);
  });

  it('contributors, if only the signer is left beside them', () => {
    const rules = rulesOf({ alice: ['qm'], bob: ['qm'] });
    expect([...excludedForRules(needs, rules, 'bob', ['alice'])]).toEqual(['alice']);
  });

  it('the signer, if only contributors are left beside', () => {
    const rules = rulesOf({ alice: ['qm'], bob: ['qm'] });
    expect([...excludedForRules(needs, rules, 'bob', ['alice', 'bob'])]).toEqual(['bob']);
  });

  it('nobody, where the founder is alone', () => {
    const rules = rulesOf({ alice: ['qm'] });
    expect([...excludedForRules(needs, rules, 'alice', ['alice'])]).toEqual([]);
  });
});

describe('what stays open', () => {
  it('is what somebody else could still give', () => {
    const owner = requirement('owner', 'reviewed');
    const qm = requirement('qm');
    const alone = [approval('alice', 'owner:reviewed', 'qm')];
    const open = fillRequirements([owner, qm], alone, (one) => (one.role === 'owner' ? 1 : 0));
    expect(open.missing).toEqual([owner]);
  });
});
