import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { stages, worldlyFiles } from '../../eslint.config.js';

const root = new URL('../../', import.meta.url).pathname;
let eslint: ESLint;

beforeAll(() => {
  // The project's own configuration, less the rules that need the types of a file on disk.
  eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });
});

/** What the linter says about a text as if it stood in `file`. */
async function complaints(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: root + file, warnIgnored: true });
  return (result?.messages ?? []).map(({ ruleId, messageId, message }) => {
    return `${ruleId ?? 'fatal'}${messageId === undefined ? '' : `/${messageId}`}: ${message}`;
  });
}

const use = (name: string) => `import { x } from '${name}';\nx();\n`;

describe('the linter refuses an import', () => {
  const pairs = stages.flatMap((from, i) => stages.slice(i + 1).map((to) => [from, to] as const));
  const folders = pairs.filter(([from]) => from !== 'index.ts');

  it.each(folders)('from %s to %s, which stands to its right', async (from, to) => {
    const target = to === 'index.ts' ? '../index.ts' : `../${to}/some.ts`;
    const said = await complaints(`src/${from}/wall.ts`, use(target));
    expect(said.join('\n')).toContain('qms/walls/direction');
  });

  it.each([
    ['a type', "export type T = import('../cli/run.ts').T;\n", 'direction'],
    ['a type-only import', "import type { T } from '../cli/run.ts';\nexport type U = T;\n", 'dir'],
    ['a deferred import', "export const x = () => import('../cli/run.ts');\n", 'direction'],
    ['a re-export', "export { run } from '../cli/run.ts';\n", 'direction'],
  ])('to the right in the form of %s', async (_form, text, id) => {
    const said = await complaints('src/register/wall.ts', text);
    expect(said.join('\n')).toContain(`qms/walls/${id}`);
  });

  it('from a folder below a stage to the right', async () => {
    const said = await complaints('src/problem/codes/wall.ts', use('../../git/objects.ts'));
    expect(said.join('\n')).toContain('qms/walls/direction');
  });

  it('from the public library to the command line', async () => {
    const said = await complaints('src/index.ts', "export { run } from './cli/run.ts';\n");
    expect(said.join('\n')).toContain('qms/walls/direction');
  });

  it('that leaves src/ or goes a longer way round', async () => {
    for (const name of [
      '../../test/support/x.ts',
      '../../src/cli/run.ts',
      '../git/../cli/run.ts',
    ]) {
      const said = await complaints('src/git/wall.ts', use(name));
      expect(said.join('\n')).toContain('qms/walls/detour');
    }
  });

  it.each(['node:fs', 'fs', 'node:crypto', 'fs/promises'])(
    'of %s in the portable part, where a file is not named as worldly',
    async (name) => {
      const said = await complaints('src/register/wall.ts', use(name));
      expect(said.join('\n')).toContain('qms/walls/node');
    },
  );

  it('of a file that is named as worldly in the portable part, unless only for its types', async () => {
    const file = '../git/git-process-store.ts';
    const said = await complaints('src/register/wall.ts', use(file));
    expect(said.join('\n')).toContain('qms/walls/worldly');
    const types = `import type { T } from '${file}';\nexport type U = T;\n`;
    expect(await complaints('src/register/wall.ts', types)).toEqual([]);
  });

  it.each([
    ['isomorphic-git', 'register'],
    ['express', 'publish'],
    ['commander', 'server'],
    ['gray-matter', 'rules'],
    ['preact', 'register'],
    ['left-pad', 'cli'],
    ['@scope/unknown/deep', 'cli'],
  ])('of the package %s in %s', async (name, stage) => {
    const said = await complaints(`src/${stage}/wall.ts`, use(name));
    expect(said.join('\n')).toContain('qms/walls/package');
  });
});

describe('the linter refuses', () => {
  it.each([
    ["export * from './x.ts';\n", 'no-restricted-syntax'],
    ['export default 1;\n', 'no-restricted-syntax'],
    ['export const now = () => Date.now();\n', 'no-restricted-syntax'],
    ['export const now = () => new Date();\n', 'no-restricted-syntax'],
    ["export const x = Buffer.from('');\n", 'no-restricted-globals'],
    ['export const x = process.env;\n', 'no-restricted-globals'],
    ['export function x(): any {}\n', 'no-explicit-any'],
    ["console.log('x');\n", 'no-console'],
    ['\n//\n'.repeat(201) + 'export const x = 1;\n', 'max-lines'],
  ])('%j in the portable part', async (text, rule) => {
    const said = await complaints('src/register/wall.ts', text);
    expect(said.join('\n')).toContain(rule);
  });

  it('a folder that is no stage, and names that say nothing', async () => {
    const good = 'export const x = 1;\n';
    expect(await complaints('src/billing/x.ts', good)).toEqual([
      expect.stringContaining('qms/walls/folder'),
    ]);
    expect(await complaints('src/git/utils/x.ts', good)).toEqual([
      expect.stringContaining('qms/walls/emptyName'),
    ]);
    expect(await complaints('src/git/helpers.ts', good)).toEqual([
      expect.stringContaining('qms/walls/emptyName'),
    ]);
  });
});

describe('the linter lets through', () => {
  it('an import from every stage to each stage on its left and to itself', async () => {
    for (const [i, from] of stages.entries()) {
      if (from === 'index.ts') continue;
      for (const to of stages.slice(0, i + 1)) {
        const target =
          to === from ? './x.ts' : to === 'index.ts' ? '../index.ts' : `../${to}/some.ts`;
        expect(await complaints(`src/${from}/wall.ts`, use(target))).toEqual([]);
      }
    }
  });

  it("Node's modules in the files that are named for it and in the outermost stages", async () => {
    const text = "import { readFileSync } from 'node:fs';\nreadFileSync(Buffer.from('x'));\n";
    for (const file of [...worldlyFiles, 'src/cli/wall.ts', 'src/server/wall.ts']) {
      expect(await complaints(file, text)).toEqual([]);
    }
  });
});
