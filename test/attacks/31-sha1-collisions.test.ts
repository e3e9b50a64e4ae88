/**
 * Threat: Two files, tags or rules have one SHA-1, so that Git gives one out for the other under
 * the name that was approved.
 * Decision: What is signed names the SHA-256 of every file, approval and release, so the other one
 * is refused although its Git name is right.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { openGitProcessStore } from '../../src/git/git-process-store.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import type { ObjectStore } from '../../src/git/object-store.ts';
import type { Verification } from '../../src/register/register.ts';
import { verifyRegister } from '../../src/register/verify-register.ts';
import { expectProblem, expectVerified } from '../support/expect-verification.ts';
import { stockEnvironment } from '../support/raw-repository.ts';
import { image, imagePath, newRules, pathOf, revise, rules, shop, sop } from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';

/**
 * Verify with a store in which some ids give other bytes. Nobody can make a file whose Git name
 * collides with a given one, so the collision is simulated where it would be seen: the store says
 * that the bytes were hashed and are those of the id, as SHA-1 would say of a colliding file.
 */
async function verifyColliding(
  register: StockRegister,
  others: ReadonlyMap<string, string | Buffer>,
): Promise<Verification> {
  const { folder } = register.repository;
  const real = openGitProcessStore({
    gitDir: folder,
    commonDir: folder,
    workTree: undefined,
    env: stockEnvironment,
  });
  const store: ObjectStore = {
    state: () => real.state(),
    refs: (prefix) => real.refs(prefix),
    has: (ids) => real.has(ids),
    close: () => real.close(),
    read: async (ids, mostBytes) => {
      const answers = new Map(await real.read(ids, mostBytes));
      for (const [id, answer] of answers) {
        const other = others.get(id);
        if (other === undefined || 'fault' in answer) continue;
        answers.set(id, { ...answer, bytes: new Uint8Array(Buffer.from(other)) });
      }
      return answers;
    },
  };
  try {
    return await verifyRegister({
      store,
      cryptography: nodeCryptography,
      now: register.clock + 3600,
      anchors: [{ digest: register.anchor, source: '--anchor' }],
      heads: [],
    });
  } finally {
    await store.close();
  }
}

const inRelease = (register: StockRegister, release: number, path: string): string =>
  register.repository.git('rev-parse', `qms/release/${String(release)}:${path}`);

const catFile = ({ repository }: StockRegister, type: string, name: string): Buffer =>
  execFileSync('git', ['cat-file', type, name], { cwd: repository.folder, env: stockEnvironment });

const document = `documents/SOP/SOP-001/${pathOf('SOP-001')}`;

/** The bytes under the id exchanged; with the very bytes of the id the register is verified. */
async function collide(
  register: StockRegister,
  id: string,
  change: (bytes: Buffer) => string | Buffer,
  expected: Parameters<typeof expectProblem>[1],
): Promise<void> {
  const type = register.repository.git('cat-file', '-t', id);
  const bytes = catFile(register, type, id);
  expectVerified(await verifyColliding(register, new Map([[id, bytes]])));
  const other = change(bytes);
  expect(Buffer.from(other).equals(bytes)).toBe(false);
  expectProblem(await verifyColliding(register, new Map([[id, other]])), expected);
}

describe('a file with the SHA-1 of another one is not the other one', () => {
  test('a released text', async () => {
    const register = shop();
    await collide(
      register,
      inRelease(register, 3, document),
      (bytes) => bytes.toString().replace('Revision 2.', 'Revision 2!'),
      { code: 'release/content-digest', release: 3, document: 'SOP-001', upTo: 2 },
    );
  });

  test('a picture', async () => {
    const register = shop();
    const id = inRelease(register, 2, `documents/SOP/SOP-001/${imagePath}`);
    await collide(register, id, () => image.replace('M0', 'M9'), {
      code: 'release/content-digest',
      upTo: 1,
    });
  });

  test('rules that name another person', async () => {
    const register = shop();
    newRules(register, rules('2'));
    const id = inRelease(register, 4, 'documents/QMS/QMS/qms-docs/qms.yaml');
    await collide(
      register,
      id,
      (bytes) => bytes.toString().replace('bob of the shop', 'mal of the shop'),
      { code: 'release/content-digest', release: 4, document: 'QMS', upTo: 3 },
    );
  });

  test('the founding rules', async () => {
    const register = shop();
    const id = inRelease(register, 1, 'documents/QMS/QMS/qms-docs/qms.yaml');
    await collide(register, id, (bytes) => bytes.toString().replace('The shop', 'Our shop'), {
      code: 'release/content-digest',
      release: 1,
      upTo: 0,
    });
  });

  test('the evidence of an approval, replaced by another genuine approval', async () => {
    const register = shop();
    revise(register);
    const { repository } = register;
    const names = (release: number) =>
      repository
        .git('ls-tree', '--name-only', `qms/release/${String(release)}:evidence`)
        .split('\n');
    const [first = ''] = names(4);
    const [older = ''] = names(3);
    const other = catFile(register, 'blob', `qms/release/3:evidence/${older}`);
    await collide(register, inRelease(register, 4, `evidence/${first}`), () => other, {
      code: 'approval/evidence',
      release: 4,
      upTo: 3,
    });
  });

  test('a release, replaced by another genuine release of the same number', async () => {
    const register = shop();
    const fork = register.fork();
    revise(register);
    revise(register, { edition: sop('4') });
    revise(fork, { release: { comment: 'The other way.' } });
    const id = register.releases[3]?.tag ?? '';
    const other = catFile(fork, 'tag', 'qms/release/4');
    await collide(register, id, () => other, { code: 'chain/previous', release: 5, upTo: 4 });
  });

  test('the founding release', async () => {
    const register = shop();
    await collide(
      register,
      register.releases[0]?.tag ?? '',
      () => catFile(register, 'tag', 'qms/release/2'),
      { code: 'statement/name-mismatch', upTo: 0 },
    );
  });
});
