/**
 * Threat: Pages are made from a state that was verified at another moment, or the server is rolled
 * back to an older register, also across a restart; or somebody who left is held against the past.
 * Decision: The server shows only bytes that it verified, remembers on disk the newest release that
 * it showed, and serves nothing where that release is gone; past approvals stay good.
 */
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { rememberHead } from '../../src/cli/remembered-head.ts';
import { openRepository } from '../../src/git/repository.ts';
import { stockEnvironment } from '../support/raw-repository.ts';
import { looseShop, newRules, pathOf, revise, rules, shop, sop } from '../support/shop.ts';
import { ed25519Key } from '../support/ssh-keys.ts';
import { runIn, serving, type Serving } from '../support/serving.ts';
import type { StockRegister } from '../support/stock-register.ts';

const running: Serving[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function serve(register: StockRegister, ...options: readonly string[]): Promise<Serving> {
  const one = await serving(register, ...options);
  running.push(one);
  return one;
}

/** A register with its anchor in the configuration of the repository that is served. */
function anchored(begin: () => StockRegister = shop): StockRegister {
  const register = begin();
  register.repository.git('config', 'qms.anchor', register.anchor);
  return register;
}

const head = (register: StockRegister, release?: number): string => {
  const known = register.head(release);
  return `${String(known.release)}:${known.digest}`;
};

const remembered = (register: StockRegister): string =>
  register.repository.git('config', '--default', '', 'qms.head');

const take = (register: StockRegister, ...releases: number[]): void => {
  for (const release of releases) {
    register.repository.deleteRef(`refs/tags/qms/release/${String(release)}`);
  }
};

/** Another story put in the place of this one, as somebody with push rights would force it. */
function overwrite(register: StockRegister, other: StockRegister): void {
  register.repository.git('fetch', '-q', other.repository.folder, '+refs/tags/*:refs/tags/*');
}

async function expectRefused(register: StockRegister, ...options: string[]): Promise<void> {
  const again = await serve(register, ...options);
  expect(again.said()).toContain('head/rolled-back');
  expect(again.address).toBeUndefined();
  expect(await again.stop()).toBe(1);
}

describe('a server that showed a release never shows less as current', () => {
  test('while it runs the release stays, and the pages say what is wrong', async () => {
    const register = anchored();
    revise(register);
    const server = await serve(register);
    expect(await server.page('/d/SOP-001')).toContain('Revision 3');
    take(register, 4);
    await server.says(/head\/rolled-back[^]*the last one that did stays/);
    expect(await server.page('/d/SOP-001')).toContain('Revision 3');
    expect(await server.page('/status')).toContain('head/rolled-back');
  });

  test('after a restart nothing is served, and the known release is named', async () => {
    const register = anchored();
    revise(register);
    await (await serve(register)).stop();
    expect(remembered(register)).toBe(head(register));
    await (await serve(register)).stop();
    const known = head(register);
    take(register, 4);
    await expectRefused(register);
    expect(remembered(register)).toBe(known);
  });

  test('nor after a restart where an invalid release stood behind the one it showed', async () => {
    const register = anchored();
    revise(register);
    register.repository.ref('refs/tags/qms/release/5', register.releases[0]?.tag ?? '');
    const server = await serve(register);
    expect(server.said()).toContain('statement/name-mismatch');
    expect(await server.page('/d/SOP-001')).toContain('Revision 3');
    await server.stop();
    expect(remembered(register)).toBe(head(register));
    take(register, 4, 5);
    await expectRefused(register);
  });

  test('nor where the document of the newest release is contested', async () => {
    const register = anchored();
    const next = sop('3');
    register.commit(next.files);
    register.approve(next, { by: 'erin', as: 'quality-manager approved', decision: 'reject' });
    revise(register, { edition: next });
    const server = await serve(register);
    expect(await server.page('/d/SOP-001')).toContain('Revision 3');
    expect(await server.page('/status')).toContain('release/rejected');
    await server.stop();
    take(register, 4);
    await expectRefused(register);
  });

  test('nor where the newest release is replaced by one made with a key retired since', async () => {
    const register = anchored();
    const begin = register.fork();
    const next = rules('2', (data) => {
      data.people['carol']!.keys = [{ key: ed25519Key('carol 2').line, use: ['release'] }];
    });
    newRules(register, next);
    const server = await serve(register);
    revise(begin);
    overwrite(register, begin);
    await server.says(/head\/rolled-back[^]*the last one that did stays/);
    expect(await server.page('/d/SOP-001')).toContain('Revision 2');
    await server.stop();
    await expectRefused(register);
  });

  test('also a longer second history is none', async () => {
    const register = anchored();
    const begin = register.fork();
    revise(register);
    await (await serve(register)).stop();
    revise(begin, { edition: sop('3', { body: 'The other way.\n' }) });
    revise(begin, { edition: sop('4') });
    overwrite(register, begin);
    await expectRefused(register);
  });

  test('a head given from outside is asked of a server that remembers none', async () => {
    const register = anchored();
    revise(register);
    const known = head(register);
    take(register, 4);
    await expectRefused(register, '--head', known);
    expect((await runIn(register, 'verify', '--head', known)).code).toBe(1);
    expect((await runIn(register, 'list', '--head', known)).code).toBe(1);
    expect((await runIn(register, 'show', 'SOP-001', '--head', known)).code).toBe(1);
  });
});

describe('what is remembered', () => {
  test('is the newest that any command saw, never an older one', async () => {
    const register = anchored();
    revise(register);
    const server = await serve(register);
    revise(register, { edition: sop('4') });
    const fifth = head(register);
    const [, , , , release] = register.releases;
    expect((await runIn(register, 'list')).code).toBe(0);
    expect(remembered(register)).toBe(fifth);
    take(register, 5);
    await server.says(/head\/rolled-back/);
    expect(remembered(register)).toBe(fifth);
    register.repository.ref('refs/tags/qms/release/5', release?.tag ?? '');
    await server.says(/Release 5 verified and served/);
  });

  test('never goes back, though a command that saw less ends later', async () => {
    const register = anchored();
    revise(register);
    const repository = await openRepository(register.repository.folder, stockEnvironment);
    expect(await rememberHead(repository, head(register))).toBeUndefined();
    expect(await rememberHead(repository, head(register, 3))).toBeUndefined();
    expect(remembered(register)).toBe(head(register));
  });

  test.each(['nonsense', '', '4', '0:sha256:', '4:sha256:junk'])(
    'and reads %j is refused with the way out, by every command',
    async (text) => {
      const register = anchored();
      register.repository.git('config', 'qms.head', text);
      for (const command of [['verify'], ['list'], ['show', 'SOP-001'], ['serve']]) {
        const { code, stderr } = await runIn(register, ...command);
        expect([command, code]).toEqual([command, 1]);
        expect(stderr).toContain('head/malformed');
        expect(stderr).toContain('git config --unset qms.head');
      }
      expect(remembered(register)).toBe(text);
    },
  );

  test('and was changed to another release of that number is an error', async () => {
    const register = anchored();
    const other = head(register).replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    register.repository.git('config', 'qms.head', other);
    const { code, stderr } = await runIn(register, 'verify');
    expect([code, stderr]).toEqual([1, expect.stringContaining('head/rolled-back')]);
  });

  test('and can not be written is said, and the register is served', async () => {
    const register = anchored();
    writeFileSync(join(register.repository.folder, 'config.lock'), '');
    const server = await serve(register);
    expect(await server.page('/d/SOP-001')).toContain('Revision 2');
    expect(server.said()).toMatch(/qms\.head[^]*not remembered[^]*--head 3:sha256:/);
    const { code, stdout } = await runIn(register, 'verify');
    expect(code).toBe(0);
    expect(stdout).toContain('newest not known');
  });
});

describe('a page shows the bytes that were verified, whatever happens to the repository', () => {
  test('a released text exchanged after the verification is not shown', async () => {
    const register = anchored(looseShop);
    const { repository } = register;
    const server = await serve(register);
    const id = repository.git(
      'rev-parse',
      `qms/release/3:documents/SOP/SOP-001/${pathOf('SOP-001')}`,
    );
    const old = repository.git(
      'rev-parse',
      `qms/release/2:documents/SOP/SOP-001/${pathOf('SOP-001')}`,
    );
    const evil = repository.object('blob', 'Do it the dangerous way.\n');
    for (const victim of [id, old]) {
      chmodSync(repository.objectFile(victim), 0o644);
      cpSync(repository.objectFile(evil), repository.objectFile(victim));
    }
    expect(await server.page('/d/SOP-001')).toContain('Revision 2.');
    // The past revision is read when it is asked for, hashed again, and refused.
    const past = await fetch(`${server.address ?? ''}/d/SOP-001/1`);
    expect(past.status).toBe(503);
    expect(await past.text()).not.toContain('dangerous');
    await server.says(/git\/object-corrupt/);
    expect(await server.page('/d/SOP-001')).toContain('Revision 2.');
  });

  test('moving every ref and branch changes no page', async () => {
    const register = anchored();
    const { repository } = register;
    const server = await serve(register);
    const before = await server.page('/d/SOP-001');
    const other = repository.git('rev-parse', 'qms/release/1^{commit}');
    const packed = join(repository.folder, 'packed-refs');
    const text = readFileSync(packed, 'utf8').replace(/^\^.*\n/gm, '');
    writeFileSync(packed, text.replace(/^[0-9a-f]{40}/gm, other));
    await server.says(/the last one that did stays/);
    const main = (page: string) => /<main[^]*<\/main>/.exec(page)?.[0];
    expect(main(await server.page('/d/SOP-001'))).toBe(main(before));
  });
});

describe('who pushes junk stops nobody', () => {
  test('an invalid next release leaves the last good state served, and what follows is taken', async () => {
    const register = anchored();
    const server = await serve(register);
    register.repository.ref('refs/tags/qms/release/4', register.releases[0]?.tag ?? '');
    await server.says(/statement\/name-mismatch[^]*the last one that did stays/);
    expect(await server.page('/d/SOP-001')).toContain('Revision 2');
    expect(await server.page('/status')).toContain('statement/name-mismatch');
    take(register, 4);
    revise(register);
    await server.says(/Release 4 verified and served/);
    expect(await server.page('/d/SOP-001')).toContain('Revision 3');
    expect(await server.page('/status')).not.toContain('statement/name-mismatch');
  });

  test.each<[string, string, string, boolean?]>([
    ['a release without a number', 'next', 'chain/name'],
    ['a release with a leading zero', '04', 'chain/name'],
    ['a release far ahead', '99', 'chain/gap'],
    ['a lightweight tag as a release far ahead', '98', 'chain/gap', true],
  ])(
    '%s leaves the library up, also after a restart',
    async (_what, name, code, lightweight = false) => {
      const register = anchored();
      const server = await serve(register);
      const { tag = '', commit = '' } = register.releases[0] ?? {};
      register.repository.ref(`refs/tags/qms/release/${name}`, lightweight ? commit : tag);
      await server.says(new RegExp(code));
      revise(register);
      await server.says(/Release 4 verified and served/);
      expect(await server.page('/d/SOP-001')).toContain('Revision 3');
      expect(await server.page('/status')).toContain(code);
      await server.stop();
      const again = await serve(register);
      expect(again.said()).toContain(code);
      expect(await again.page('/d/SOP-001')).toContain('Revision 3');
    },
  );

  test.each([
    ['next', 'chain/name'],
    ['5', 'statement/not-annotated'],
  ])('a lightweight tag as release %s takes no library away at a start', async (name, code) => {
    const register = anchored();
    revise(register);
    register.repository.ref(`refs/tags/qms/release/${name}`, register.releases[0]?.commit ?? '');
    const server = await serve(register);
    expect(server.address).toBeDefined();
    expect(server.said()).toContain(code);
    expect(await server.page('/d/SOP-001')).toContain('Revision 3');
  });

  test('a person who left: their approvals stay good, and a rejection made years later stands against nothing', async () => {
    const register = anchored();
    const next = rules('2', (data) => {
      data.people['erin']!.roles = [];
      data.people['erin']!.keys = [];
    });
    newRules(register, next);
    const server = await serve(register);
    register.approve(sop('2'), {
      by: 'erin',
      as: 'quality-manager approved',
      decision: 'reject',
      date: register.clock + 1000,
    });
    register.approve(sop('2'), {
      by: 'alice',
      as: 'quality-manager approved',
      decision: 'reject',
      date: register.clock + 2000,
    });
    revise(register);
    await server.says(/Release 5 verified and served/);
    expect(await server.page('/d/SOP-001')).toContain('Revision 3');
    expect(await server.page('/d/SOP-001/2/evidence')).toContain('bob of the shop');
    expect((await runIn(register, 'verify')).code).toBe(0);
  });
});
