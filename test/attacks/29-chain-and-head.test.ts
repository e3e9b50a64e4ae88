/**
 * Threat: Releases are missing, forked or renumbered; the newest are deleted or made again with
 * retired keys.
 * Decision: Each release names the digest of the one before it, and whoever knows a head gets an
 * error when the register does not hold it.
 */
import { describe, expect, test } from 'vitest';
import { parseHead } from '../../src/register/trust.ts';
import { attack, expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import { newRules, revise, rules, shop, sop } from '../support/shop.ts';
import { sha256 } from '../support/statement-text.ts';
import { ed25519Key } from '../support/ssh-keys.ts';

describe('releases are one chain', () => {
  test('a release that names another one before it is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) =>
          message.replace(/(Previous: ).*/, `$1${sha256('another')}`);
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'chain/previous', release: 4, upTo: 3 },
    ));

  test('a release that names the one before the one before is refused', () =>
    attack(
      (register, attacked) => {
        const { digest: second } = register.head(2);
        const text = (message: string) => message.replace(/(Previous: ).*/, `$1${second}`);
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'chain/previous', release: 4, upTo: 3 },
    ));

  test('a release without Previous is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) => message.replace(/Previous: .*\n/, '');
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'statement/field-missing', release: 4, upTo: 3 },
    ));

  test('a release of another register is refused', () =>
    attack(
      (register, attacked) => {
        const text = (message: string) =>
          message.replace(/(Register: ).*/, `$1${sha256('another')}`);
        revise(register, { release: { change: attacked ? { text } : {} } });
      },
      { code: 'chain/register', release: 4, upTo: 3 },
    ));

  test('a gap ends the register before it', () =>
    attack(
      (register, attacked) => {
        revise(register);
        if (attacked) register.repository.deleteRef('refs/tags/qms/release/3');
      },
      { code: 'chain/gap', upTo: 2 },
    ));

  test('a missing release 1 leaves nothing', () =>
    attack(
      (register, attacked) => {
        if (attacked) register.repository.deleteRef('refs/tags/qms/release/1');
      },
      { code: 'chain/gap', upTo: 0 },
    ));

  test.each(['04', '0', 'four', '4/a', '-1', '4.0', '99999999999999999999'])(
    'a tag qms/release/%s is an error, and the register stays good',
    (name) =>
      attack(
        (register, attacked) => {
          const [, , third] = register.releases;
          if (attacked) register.repository.ref(`refs/tags/qms/release/${name}`, third?.tag ?? '');
        },
        { code: 'chain/name', upTo: 3 },
      ),
  );

  test('a release that lies far ahead is a gap', () =>
    attack(
      (register, attacked) => {
        const [, , third] = register.releases;
        if (attacked) register.repository.ref('refs/tags/qms/release/7', third?.tag ?? '');
      },
      { code: 'chain/gap', upTo: 3 },
    ));

  test('no release at all is an unknown', async () => {
    const register = shop();
    const known = register.head();
    for (const number of [1, 2, 3]) {
      register.repository.deleteRef(`refs/tags/qms/release/${String(number)}`);
    }
    expectProblem(await verify(register), { code: 'chain/empty', severity: 'unknown', upTo: 0 });
    expectProblem(await verify(register, { head: known }), { code: 'head/rolled-back', upTo: 0 });
  });

  test('two releases that both are the fourth: whichever stands under the name counts alone', async () => {
    const register = shop();
    const other = shop();
    revise(register);
    revise(other, { edition: sop('3', { body: 'The other way.\n' }) });
    expectVerified(await verify(register));
    expectVerified(await verify(other));
    register.repository.git(
      'fetch',
      '-q',
      other.repository.folder,
      '+refs/tags/qms/release/4:refs/tags/qms/release/4',
      '+refs/tags/qms/approve/*:refs/tags/qms/approve/*',
    );
    const verification = await verify(register, { head: register.head() });
    expectProblem(verification, { code: 'head/rolled-back' });
  });
});

describe('whoever knows a head notices when releases are gone', () => {
  test('the newest release deleted', () =>
    attack(
      (register, attacked) => {
        revise(register);
        const head = register.head();
        if (attacked) register.repository.deleteRef('refs/tags/qms/release/4');
        return { head };
      },
      { code: 'head/rolled-back', upTo: 3 },
    ));

  test('the newest release made again with a key retired since', () =>
    attack(
      (register, attacked) => {
        const begin = register.fork();
        const head = () => register.head();
        const next = rules('2', (data) => {
          data.people['carol']!.keys = [{ key: ed25519Key('carol 2').line, use: ['release'] }];
        });
        newRules(register, next);
        const known = head();
        if (attacked) {
          // Instead of the rules that retired the old key, a release by it.
          revise(begin);
          register.repository.git(
            'fetch',
            '-q',
            begin.repository.folder,
            '+refs/tags/qms/*:refs/tags/qms/*',
          );
        }
        return { head: known };
      },
      { code: 'head/rolled-back', upTo: 4 },
    ));

  test('an older head is held by a register that went on', async () => {
    const register = shop();
    const head = register.head();
    revise(register);
    const verification = await verify(register, { head });
    expectVerified(verification);
    expect(verification.headKnown).toBe(true);
  });

  test('without a head the outcome does not claim to be the newest', async () => {
    const verification = await verify(shop());
    expectVerified(verification);
    expect(verification.headKnown).toBe(false);
  });

  test.each([
    '',
    '3',
    '3:',
    `3:sha256:${'A'.repeat(64)}`,
    `03:${sha256('')}`,
    `0:${sha256('')}`,
    `-3:${sha256('')}`,
  ])('%j is no head', (text) => {
    expect(parseHead(text)).toBeUndefined();
    expect(parseHead(`3:${sha256('')}`)).toEqual({ release: 3, digest: sha256('') });
  });
});
