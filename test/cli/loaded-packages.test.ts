import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandShop } from '../support/command-shop.ts';
import { commandFolder } from '../support/hook-server.ts';

const shop = new CommandShop();
const built = path.join(shop.folder, 'built');
const log = path.join(shop.folder, 'loaded');

/** Told to Node before the command: each module that is loaded is written down. */
const recorder = path.join(shop.folder, 'recorder.mjs');
const hooks = `import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  appendFileSync(${JSON.stringify(log)}, url + '\\n');
  return next(url, context);
}`;
const hooksAddress = `data:text/javascript,${encodeURIComponent(hooks)}`;

let anchor = '';

beforeAll(async () => {
  commandFolder(built);
  const register = `import { register } from 'node:module';\nregister(${JSON.stringify(hooksAddress)});\n`;
  appendFileSync(recorder, register);
  anchor = await shop.found();
  shop.write('qms-docs/sop/SOP-101.md', document('SOP-101', 'Clean the seat.'));
  shop.git('alice', 'add', '--all');
  packagesOf('check', '--staged');
  packagesOf('list');
});
afterAll(() => {
  shop.remove();
});

const document = (id: string, body: string): string =>
  `---\nid: ${id}\ntitle: Setting up\ntype: sop\nrevision: 1\nowner: quality-manager\nclauses: [8.5.1]\n---\n\n# Setting up\n\n${body}\n`;

/** The addresses of all that a command loads. */
function loadedBy(...argv: readonly string[]): readonly string[] {
  rmSync(log, { force: true });
  const command = path.join(built, 'dist/cli/bin.js');
  execFileSync(process.execPath, ['--import', pathToFileURL(recorder).href, command, ...argv], {
    cwd: shop.top,
    env: shop.environment('alice'),
    stdio: 'pipe',
  });
  const loaded = readFileSync(log, 'utf8').split('\n');
  expect(loaded.some((address) => address.endsWith('/dist/cli/run.js'))).toBe(true);
  return loaded;
}

/** The packages that a command loads, sorted. */
function packagesOf(...argv: readonly string[]): readonly string[] {
  const names = loadedBy(...argv).map(
    (address) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(address)?.[1],
  );
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

describe('a command loads what it uses', () => {
  it.each([
    ...['--version', '--help', 'check --help', 'explain', 'explain text/utf8'],
    '-C . explain text/utf8',
  ])('qms %s: the reader of arguments', (line) => {
    expect(packagesOf(...line.split(' '))).toEqual(['commander']);
  });

  it('is found behind the options for all commands', () => {
    const loaded = loadedBy('--json', '-C', '.', '--anchor', anchor, `--anchor=${anchor}`, 'list');
    const commands = loaded.filter((address) => address.includes('/dist/cli/commands/'));
    expect(commands).toEqual([expect.stringMatching(/\/list\.js$/)]);
  });

  it('qms list of a register that was verified before: no parser', () => {
    expect(packagesOf('list')).toEqual(['commander']);
  });

  it('qms check of a plain document: no parser either', () => {
    const text = document('SOP-101', 'Clean the seat, and look at it under light.');
    shop.write('qms-docs/sop/SOP-101.md', text);
    shop.git('alice', 'add', '--all');
    expect(packagesOf('check', '--staged')).toEqual(['commander']);
    expect(packagesOf('check')).toEqual(['commander']);
  });

  it('qms check of a document with a link: the parser of Markdown, and none of YAML', () => {
    shop.write('qms-docs/sop/SOP-101.md', document('SOP-101', 'See [it](SOP-101.md).'));
    shop.git('alice', 'add', '--all');
    const loaded = packagesOf('check', '--staged');
    expect(loaded).toContain('remark-gfm');
    for (const name of ['yaml', 'zod', 'gray-matter']) expect(loaded).not.toContain(name);
  });

  it('qms check of a document that is not plain: the parsers that explain it', () => {
    const text = document('SOP-101', 'Text').replace('title: Setting up', 'title: "Setting up"');
    shop.write('qms-docs/sop/SOP-101.md', text);
    shop.git('alice', 'add', '--all');
    const loaded = packagesOf('check', '--staged');
    for (const name of ['yaml', 'zod', 'gray-matter']) expect(loaded).toContain(name);
    expect(loaded).not.toContain('remark-gfm');
  });

  it('qms check of rules that changed: no parser of Markdown, no other store', () => {
    shop.write(
      'qms-docs/qms.yaml',
      shop.read('qms-docs/qms.yaml').replace('revision: 1', 'revision: 2'),
    );
    shop.git('alice', 'add', '--all');
    const loaded = packagesOf('check', '--staged');
    expect(loaded).toContain('zod');
    for (const name of ['remark-gfm', 'isomorphic-git', 'express', 'preact']) {
      expect(loaded).not.toContain(name);
    }
  });
});
