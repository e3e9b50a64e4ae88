import {
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/command.ts';
import { CommandShop } from '../support/command-shop.ts';

const shop = new CommandShop();
afterAll(() => {
  shop.remove();
});

const kept = path.join(shop.top, '.git', 'qms', 'checked');
const folder = 'qms-docs/sop';
const objectFile = (id: string): string =>
  path.join(shop.top, '.git', 'objects', id.slice(0, 2), id.slice(2));
const pathOf = (id: string): string => `${folder}/${id}.md`;

const sop = (id: string, body: string, more = ''): string =>
  `---\nid: ${id}\ntitle: Procedure ${id}\ntype: sop\nrevision: 1\nowner: quality-manager\n${more}---\n\n${body}`;

/** The answers of a check in each of its ways. */
async function answers(): Promise<readonly Answer[]> {
  shop.git('alice', 'add', '--all');
  const staged = await shop.run('alice', 'check', '--staged');
  const json = await shop.run('alice', '--json', 'check', '--staged', pathOf('SOP-101'));
  return [staged, json, await shop.run('alice', 'check')];
}

/** The same without what earlier checks kept. */
async function plainAnswers(): Promise<readonly Answer[]> {
  rmSync(kept, { force: true });
  return answers();
}

beforeAll(async () => {
  await shop.found();
  for (let number = 101; number < 125; number += 1) {
    const next = `SOP-${String(number + 1)}`;
    shop.write(
      pathOf(`SOP-${String(number)}`),
      sop(
        `SOP-${String(number)}`,
        `See [it](${next}.md#part-two).\n\n## Part two\n\n![seen](_img/a.png)\n`,
      ),
    );
  }
  shop.write(
    pathOf('SOP-125'),
    sop('SOP-125', '<!-- a note -->\n\n## Part two\n', 'clauses: [4.4]\n'),
  );
  shop.write(`${folder}/_img/a.png`, 'picture');
  shop.git('alice', 'add', '--all');
});

/** Each changes something, and with it what is wrong in files that stay what they are. */
const changes: readonly [what: string, change: () => void, code: string | undefined][] = [
  ['nothing', () => undefined, undefined],
  [
    'a heading to which another document leads',
    () => {
      shop.write(pathOf('SOP-102'), shop.read(pathOf('SOP-102')).replace('Part two', 'Part 2'));
    },
    'reference/anchor',
  ],
  [
    'a picture that is gone',
    () => {
      rmSync(path.join(shop.top, folder, '_img/a.png'));
    },
    'reference/missing',
  ],
  [
    'a picture that is a pointer',
    () => {
      const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n';
      shop.write(`${folder}/_img/a.png`, pointer);
    },
    'content/lfs-pointer',
  ],
  [
    'a picture that may be run',
    () => {
      shop.write(`${folder}/_img/a.png`, 'picture');
      chmodSync(path.join(shop.top, folder, '_img/a.png'), 0o755);
    },
    'content/mode',
  ],
  [
    'an id that stands in another file too',
    () => {
      chmodSync(path.join(shop.top, folder, '_img/a.png'), 0o644);
      shop.write(pathOf('SOP-130'), sop('SOP-103', 'Text\n'));
    },
    'document/duplicate-id',
  ],
  [
    'a document that moves into another folder',
    () => {
      rmSync(path.join(shop.top, pathOf('SOP-130')));
      shop.write('qms-docs/old/SOP-104.md', shop.read(pathOf('SOP-104')));
      rmSync(path.join(shop.top, pathOf('SOP-104')));
    },
    'reference/missing',
  ],
  [
    'front matter that can not be read',
    () => {
      shop.write(pathOf('SOP-105'), '---\nid: [\n---\n');
    },
    'yaml/syntax',
  ],
  [
    'rules that no longer name the owner',
    () => {
      const rules = shop.read('qms-docs/qms.yaml').replace(/prefix: SOP$/mu, 'prefix: SPO');
      shop.write('qms-docs/qms.yaml', rules);
    },
    'document/type-mismatch',
  ],
  [
    'a release that is packed',
    () => {
      shop.git('alice', 'pack-refs', '--all');
    },
    undefined,
  ],
  [
    'a release that is gone',
    () => {
      shop.git('alice', 'update-ref', 'refs/backup', 'refs/tags/qms/release/1');
      shop.git('alice', 'tag', '-d', 'qms/release/1');
    },
    undefined,
  ],
  [
    'a release that is back, as a ref that leads to another',
    () => {
      shop.git('alice', 'symbolic-ref', 'refs/tags/qms/release/1', 'refs/backup');
    },
    undefined,
  ],
];

describe('a check that goes on from what was kept', () => {
  it('reads a release again that could not be read the last time', async () => {
    const id = shop.git('alice', 'rev-parse', 'refs/tags/qms/release/1').trim();
    const object = objectFile(id);
    const right = await plainAnswers();
    rmSync(kept);
    renameSync(object, `${object}.aside`);
    await answers();
    renameSync(`${object}.aside`, object);
    expect(await answers()).toEqual(right);
    expect(readFileSync(kept, 'latin1')).toContain('"refFiles"');
  });

  it.each(changes)('says of %s what a first check says', async (_what, change, code) => {
    // Of what stood before the change.
    await answers();
    expect(existsSync(kept)).toBe(true);
    change();
    const after = await answers();
    expect(after).toEqual(await plainAnswers());
    if (code !== undefined) expect(after[0]?.stderr).toContain(code);
  });

  it('reads no document again that stayed what it was', async () => {
    await answers();
    const blob = shop.git('alice', 'rev-parse', `:${pathOf('SOP-110')}`).trim();
    const object = objectFile(blob);
    const bytes = readFileSync(object);
    const before = await shop.run('alice', 'check', '--staged');
    rmSync(object);
    expect(await shop.run('alice', 'check', '--staged')).toEqual(before);
    const text = readFileSync(kept);
    rmSync(kept);
    const without = await shop.run('alice', 'check', '--staged');
    expect(without.stderr).toContain('git/object-missing');
    writeFileSync(kept, text);
    writeFileSync(object, bytes);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
    [
      'of another version',
      (bytes: Buffer) =>
        Buffer.from(bytes.toString('latin1').replace('git-qms', 'git-qmz'), 'latin1'),
    ],
    [
      'changed by hand',
      (bytes: Buffer) =>
        Buffer.from(
          bytes.toString('latin1').replaceAll('quality-manager', 'quality-manageR'),
          'latin1',
        ),
    ],
    ['something else', () => Buffer.from('{}')],
    ['empty', () => Buffer.from('')],
  ])('begins anew where the file is %s', async (_how, damage) => {
    const good = await plainAnswers();
    const bytes = readFileSync(kept);
    const damaged = damage(bytes);
    expect(damaged.equals(bytes)).toBe(false);
    writeFileSync(kept, damaged);
    expect(await answers()).toEqual(good);
    expect(readFileSync(kept).subarray(0, 7).toString()).toBe('git-qms');
  });

  it('answers where nothing can be kept', async () => {
    const good = await plainAnswers();
    const place = path.dirname(kept);
    rmSync(place, { recursive: true });
    writeFileSync(place, 'in the way');
    expect(await answers()).toEqual(good);
    expect(statSync(place).isFile()).toBe(true);
  });
});
