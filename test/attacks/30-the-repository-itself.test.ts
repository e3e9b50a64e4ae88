/**
 * Threat: The repository lies or is incomplete: replace refs, grafts, shallow and partial clones,
 * missing objects, a doctored index.
 * Decision: Each object is hashed again; what deceives is an error, what is missing leaves the
 * outcome undecided, and nothing is guessed.
 */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  expectProblem,
  expectVerified,
  verify,
  type VerifyOptions,
} from '../support/expect-verification.ts';
import { scratchFolder } from '../support/raw-repository.ts';
import {
  approvals,
  edition,
  imagePath,
  looseShop,
  pathOf,
  revise,
  shop,
  sop,
} from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';
import { execFileSync } from 'node:child_process';
import { stockEnvironment } from '../support/raw-repository.ts';

const stores = ['git', 'isomorphic'] as const;
const inTree = (id: string) => `documents/${id.replace(/-.*/, '')}/${id}/${pathOf(id)}`;
const blobOf = (register: StockRegister, release: number, path: string) =>
  register.repository.git('rev-parse', `${register.releases[release - 1]?.commit ?? ''}:${path}`);
const firstEvidence = (register: StockRegister, release: number): string => {
  const { commit = '' } = register.releases[release - 1] ?? {};
  const list = register.repository.git('ls-tree', '-r', '--name-only', commit, 'evidence/');
  return blobOf(register, release, list.split('\n')[0] ?? '');
};

const as = 'quality-manager approved';

/** A ref below our namespaces with whatever text. */
function write(folder: string, name: string, text: string): void {
  const file = join(folder, 'refs/tags/qms', name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The register cloned by stock git, with options. */
function clone(register: StockRegister, ...options: string[]): string {
  const folder = join(scratchFolder(), 'clone.git');
  const { repository } = register;
  // Over the file protocol, so that nothing is hard-linked and filters are obeyed.
  repository.git('config', 'uploadpack.allowFilter', 'true');
  execFileSync(
    'git',
    ['clone', '-q', '--bare', ...options, `file://${repository.folder}`, folder],
    {
      env: stockEnvironment,
      stdio: 'pipe',
    },
  );
  return folder;
}

const verifyFolder = (register: StockRegister, folder: string, options: VerifyOptions = {}) =>
  verify(
    Object.assign(Object.create(register) as StockRegister, {
      repository: Object.assign(Object.create(register.repository) as object, { folder }),
    }),
    options,
  );

describe.each(stores)('nothing between us and the objects is believed (store %s)', (store) => {
  test('a whole clone is verified', async () => {
    const register = shop();
    const folder = clone(register);
    expectVerified(await verifyFolder(register, folder, { store }));
  });

  test('replace refs are an error and never honoured', async () => {
    const register = shop();
    const { repository } = register;
    expectVerified(await verify(register, { store }));
    const blob = blobOf(register, 3, inTree('SOP-001'));
    const other = repository.object('blob', 'Anything you like.\n');
    repository.git('replace', blob, other);
    expect(repository.git('cat-file', 'blob', blob)).toBe('Anything you like.');
    const verification = await verify(register, { store });
    expectProblem(verification, { code: 'git/replace-refs', upTo: 3 });
    expect(verification.problems).toHaveLength(1);
  });

  test('grafts are an error and never honoured', async () => {
    const register = shop();
    mkdirSync(join(register.repository.folder, 'info'), { recursive: true });
    const file = join(register.repository.folder, 'info/grafts');
    writeFileSync(file, `${register.lastRelease()}\n`);
    const verification = await verify(register, { store });
    expectProblem(verification, { code: 'git/grafts', upTo: 3 });
    expect(verification.problems).toHaveLength(1);
  });

  test('a shallow clone is an unknown', async () => {
    const register = shop();
    const folder = clone(register, '--depth=1', '--no-single-branch');
    const verification = await verifyFolder(register, folder, { store });
    expectProblem(verification, { code: 'git/shallow', severity: 'unknown' });
  });

  test('a partial clone is an unknown', async () => {
    const register = shop();
    const folder = clone(register, '--filter=blob:none');
    const verification = await verifyFolder(register, folder, { store });
    expectProblem(verification, { code: 'git/partial-clone', severity: 'unknown' });
  });

  test.each<[string, (register: StockRegister) => string]>([
    ['a released document', (register) => blobOf(register, 2, inTree('SOP-001'))],
    ['a released image', (register) => blobOf(register, 3, `documents/SOP/SOP-001/${imagePath}`)],
    [
      'the tree of a release',
      (register) =>
        register.repository.git('rev-parse', `${register.releases[1]?.commit ?? ''}^{tree}`),
    ],
    ['the commit of a release', (register) => register.releases[1]?.commit ?? ''],
    ['the tag of a release', (register) => register.releases[1]?.tag ?? ''],
    ['a contributor\u2019s commit', (register) => register.main],
    [
      'the tree of a contributor\u2019s commit',
      (register) => register.repository.git('rev-parse', `${register.main}^{tree}`),
    ],
    [
      'a text of the history that no release holds',
      (register) => {
        register.commit({ 'qms-docs/sop/notes.md': 'What we tried.\n' });
        const id = register.repository.git('rev-parse', `${register.main}:qms-docs/sop/notes.md`);
        revise(register);
        return id;
      },
    ],
    [
      'the tag of an approval that no release has counted',
      (register) => register.approve(sop('3'), { by: 'alice', as }).tag,
    ],
    ['the rules', (register) => blobOf(register, 1, 'documents/QMS/QMS/qms-docs/qms.yaml')],
    ['the evidence of an approval', (register) => firstEvidence(register, 2)],
  ])('with %s missing the outcome is undecided', async (_what, find) => {
    const register = looseShop();
    const file = register.repository.objectFile(find(register));
    expectVerified(await verify(register, { store }));
    expect(existsSync(file)).toBe(true);
    rmSync(file);
    expectProblem(await verify(register, { store }), {
      code: 'git/object-missing',
      severity: 'unknown',
    });
  });

  /** A procedure that asks for an approval itself, and a work instruction approved on a branch. */
  const withMore = (): StockRegister => {
    const register = looseShop();
    const asking = sop('3', { fields: { approval: '[{role: operator, meaning: tried}]' } });
    register.commit(asking.files);
    const tried = register.approve(asking, { by: 'frank', as: 'operator tried' });
    register.release({ put: [asking], approvals: [...approvals(register, asking), tried] });
    const what = edition('WI-001', 'B');
    const parents = [register.main];
    const at = register.commit(what.files, { main: false, parents });
    const signed = register.approve(what, { by: 'alice', as, at });
    register.commit(what.files, { parents, message: 'Squashed\n' });
    register.release({ put: [what], approvals: [signed] });
    return register;
  };

  test.each<[string, (register: StockRegister) => string]>([
    ['that asks for an approval itself', (register) => blobOf(register, 4, inTree('SOP-001'))],
    [
      'whose image is gone, and that asks for an approval itself',
      (register) => blobOf(register, 4, `documents/SOP/SOP-001/${imagePath}`),
    ],
    [
      'whose folder is gone, and that asks for an approval itself',
      (register) => blobOf(register, 4, 'documents/SOP/SOP-001/qms-docs'),
    ],
    [
      'with the evidence of an approval that is a parent of its own',
      (register) => firstEvidence(register, 5),
    ],
  ])('for want of a document %s nobody is accused', async (_what, find) => {
    const register = withMore();
    const lost = register.repository.objectFile(find(register));
    expectVerified(await verify(register, { store }));
    rmSync(lost);
    expectProblem(await verify(register, { store }), {
      code: 'git/object-missing',
      severity: 'unknown',
    });
  });

  test.each<[string, (register: StockRegister) => string]>([
    ['a released document', (register) => blobOf(register, 3, inTree('SOP-001'))],
    ['a released image', (register) => blobOf(register, 3, `documents/SOP/SOP-001/${imagePath}`)],
    ['the commit of a release', (register) => register.releases[2]?.commit ?? ''],
    ['the tag of a release', (register) => register.releases[2]?.tag ?? ''],
    ['a contributor\u2019s commit', (register) => register.main],
  ])(
    'with the bytes of %s exchanged for those of another object it is an error',
    async (_what, find) => {
      const register = looseShop();
      const { repository } = register;
      const id = find(register);
      const type = repository.git('cat-file', '-t', id);
      const other = {
        blob: repository.object('blob', 'x'),
        commit: register.releases[0]?.commit,
        tag: register.releases[0]?.tag,
      }[type];
      cpSync(repository.objectFile(other ?? ''), repository.objectFile(id));
      expectProblem(await verify(register, { store }), { code: 'git/object-corrupt' });
    },
  );

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['is no zlib stream', () => Buffer.from('not an object at all')],
    ['is empty', () => Buffer.alloc(0)],
    ['was cut off', (bytes) => bytes.subarray(0, bytes.length / 2)],
    [
      'has one other bit',
      (bytes) => Buffer.from(bytes.map((byte, at) => (at === 40 ? byte ^ 8 : byte))),
    ],
  ])('a loose object that %s is an error', async (_what, change) => {
    const register = looseShop();
    const file = register.repository.objectFile(blobOf(register, 3, inTree('SOP-001')));
    const bytes = readFileSync(file);
    rmSync(file);
    writeFileSync(file, change(bytes));
    expectProblem(await verify(register, { store }), { code: 'git/object-corrupt' });
  });

  test.each<[string, string, (bytes: Buffer) => Buffer]>([
    [
      'pack',
      'whose bytes were changed',
      (bytes) => Buffer.from(bytes.map((byte, at) => (at < 12 ? byte : byte ^ 85))),
    ],
    ['pack', 'that was cut off', (bytes) => bytes.subarray(0, 40)],
    ['idx', 'that was cut off', (bytes) => bytes.subarray(0, 40)],
  ])(
    'a .%s %s is an error, and its objects are not called missing',
    async (kind, _what, change) => {
      const register = shop();
      const folder = join(register.repository.folder, 'objects/pack');
      for (const name of readdirSync(folder).filter((one) => one.endsWith(`.${kind}`))) {
        const bytes = readFileSync(join(folder, name));
        rmSync(join(folder, name));
        writeFileSync(join(folder, name), change(bytes));
      }
      expectProblem(await verify(register, { store }), { code: 'git/object-corrupt', upTo: 0 });
    },
  );

  test('a pack index doctored so that an approved id returns other bytes is an error', async () => {
    const register = shop();
    const { repository } = register;
    const id = blobOf(register, 3, inTree('SOP-001'));
    const other = blobOf(register, 2, inTree('SOP-001'));
    const folder = join(repository.folder, 'objects/pack');
    const name = readdirSync(folder).find((file) => file.endsWith('.idx')) ?? '';
    const index = readFileSync(join(folder, name));
    // Version 2: 8 bytes, 256 counts, the ids, a CRC each, an offset each.
    const count = index.readUInt32BE(8 + 255 * 4);
    const ids = 8 + 256 * 4;
    const at = (wanted: string) => {
      for (let row = 0; row < count; row += 1) {
        if (index.subarray(ids + row * 20, ids + row * 20 + 20).toString('hex') === wanted)
          return row;
      }
      throw new Error(`${wanted} is not in the index`);
    };
    const offsets = ids + count * 24;
    index.copyWithin(offsets + at(id) * 4, offsets + at(other) * 4, offsets + at(other) * 4 + 4);
    rmSync(join(folder, name));
    writeFileSync(join(folder, name), index);
    expect(repository.git('cat-file', 'blob', id)).toContain('Revision 1.');
    expectProblem(await verify(register, { store }), { code: 'git/object-corrupt' });
  });

  test('objects in an alternate store are objects, or it is said that they can not be read', async () => {
    const register = shop();
    const folder = join(scratchFolder(), 'borrows.git');
    execFileSync('git', ['clone', '-q', '--bare', '--shared', register.repository.folder, folder], {
      env: stockEnvironment,
    });
    const verification = await verifyFolder(register, folder, { store, head: register.head() });
    if (store === 'git') {
      expectVerified(verification);
      return;
    }
    expectProblem(verification, {
      code: 'git/alternates-unsupported',
      severity: 'unknown',
      upTo: 0,
    });
  });

  test('an alternate store that is gone is named, with what it was to hold', async () => {
    const register = shop();
    const origin = join(scratchFolder(), 'origin.git');
    cpSync(register.repository.folder, origin, { recursive: true });
    const folder = join(scratchFolder(), 'borrows.git');
    execFileSync('git', ['clone', '-q', '--bare', '--shared', origin, folder], {
      env: stockEnvironment,
    });
    rmSync(origin, { recursive: true });
    const { outcome, problems } = await verifyFolder(register, folder, { store });
    expect(outcome).toBe('undecided');
    if (store === 'isomorphic') return;
    const [first, ...rest] = problems;
    expect(first?.code).toBe('git/alternate-missing');
    expect(first?.message).toContain(join(origin, 'objects'));
    expect(rest.map(({ code }) => code)).toContain('git/object-missing');
  });

  test.each<[string, (folder: string, id: string) => void]>([
    ['a release that holds no object name', (at) => write(at, 'release/4', 'not an id\n')],
    ['a release with text behind the name', (at, id) => write(at, 'release/4', `${id} and more\n`)],
    ['an approval with an empty file', (at) => write(at, 'approve/x', '')],
    ['a circle', (at) => write(at, 'approve/x', 'ref: refs/tags/qms/approve/x\n')],
    ['a symbolic ref that leads out', (at) => write(at, 'approve/x', 'ref: ../../config\n')],
    ['a packed file with garbage', (at) => appendFileSync(join(at, 'packed-refs'), 'garbage\n')],
    [
      'a packed file that was cut off',
      (at) => {
        const file = join(at, 'packed-refs');
        writeFileSync(file, readFileSync(file).subarray(0, -20));
      },
    ],
  ])('refs with %s can not be read: an unknown, never fewer refs', async (_what, change) => {
    const register = shop();
    register.repository.git('pack-refs', '--all', '--prune');
    expectVerified(await verify(register, { store }));
    change(register.repository.folder, register.lastRelease());
    expectProblem(await verify(register, { store }), {
      code: 'git/ref-invalid',
      severity: 'unknown',
      upTo: 0,
    });
  });

  test('a release tag of a missing object is an unknown, never verified', async () => {
    const register = shop();
    register.repository.ref('refs/tags/qms/release/4', '1'.repeat(40));
    const verification = await verify(register, { store });
    expect(verification.outcome).not.toBe('verified');
  });

  test('configuration that would run programs is not obeyed', async () => {
    const register = shop();
    const trap = join(scratchFolder(), 'trap');
    const { folder } = register.repository;
    appendFileSync(
      join(folder, 'config'),
      `[core]\n\tfsmonitor = "touch ${trap}"\n\thooksPath = ${trap}\n\tpager = "touch ${trap}"\n\tsshCommand = "touch ${trap}"\n[filter "x"]\n\tsmudge = "touch ${trap}"\n\tclean = "touch ${trap}"\n[gpg]\n\tprogram = ${trap}\n[gpg "ssh"]\n\tprogram = ${trap}\n[diff]\n\texternal = "touch ${trap}"\n[alias]\n\tcat-file = "!touch ${trap}"\n`,
    );
    expectVerified(await verify(register, { store }));
    expect(existsSync(trap)).toBe(false);
  });

  test('both stores give the same verdict on a register and on an attack', async () => {
    const register = shop();
    revise(register, {
      release: { change: { raw: (raw) => Buffer.concat([raw, Buffer.from('x')]) } },
    });
    const verdicts = await Promise.all(stores.map((one) => verify(register, { store: one })));
    expect(verdicts[0]?.problems).toEqual(verdicts[1]?.problems);
  });
});
