import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import { packages, stages, worldlyFiles } from '../../eslint.config.js';

const root = new URL('../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const filesOf = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).sort();

const topLevel = [
  '.ci',
  '.gitignore',
  '.npmrc',
  '.prettierignore',
  '.prettierrc.json',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'bench',
  'eslint.config.js',
  'hooks',
  'knip.json',
  'package-lock.json',
  'package.json',
  'qms-docs',
  'schemas',
  'src',
  'test',
  'tsconfig.build.json',
  'tsconfig.json',
  'vitest.config.ts',
];
const unversioned = ['.git', 'node_modules', 'dist', 'coverage', 'test-results'];

describe('the way of the data is one list', () => {
  it('and the folders of src/ are exactly its stages', () => {
    expect(readdirSync(new URL('src', root)).sort()).toEqual([...stages].sort());
  });

  it('and the picture in ARCHITECTURE.md shows it', () => {
    expect(text('ARCHITECTURE.md')).toContain(`\n    ${stages.join(' ← ')}\n`);
  });

  it('and the chapters of ARCHITECTURE.md follow it', () => {
    const chapters = [...text('ARCHITECTURE.md').matchAll(/^### `([^`]+)`/gm)].map(([, x]) => x);
    expect(chapters).toEqual(stages.map((stage) => (stage.includes('.') ? stage : `${stage}/`)));
  });
});

describe('what the linter allows is no more than what is used', () => {
  const files = filesOf('src').filter((file) => /\.tsx?$/.test(file));
  const specifiers = (file: string) =>
    [...text(`src/${file}`).matchAll(/(?:from |import\()'([^'.][^']*)'/g)].map((m) => m[1]!);

  it('each file that is named as worldly exists and imports a module of Node', () => {
    for (const file of worldlyFiles) {
      const used = specifiers(file.slice('src/'.length));
      const node = used.some((x) => x.startsWith('node:') || builtinModules.includes(x));
      expect(node || /\bBuffer\b|isomorphic-git/.test(text(file)), file).toBe(true);
    }
  });

  it('each package is imported in each stage that may import it', () => {
    const names = (file: string) =>
      specifiers(file).map((x) => x.split('/').slice(0, x.startsWith('@') ? 2 : 1).join('/'));
    const used = new Set(files.flatMap((f) => names(f).map((x) => `${f.split('/')[0]!} ${x}`)));
    const jsx = files.filter((file) => file.endsWith('.tsx'));
    for (const file of jsx) used.add(`${file.split('/')[0]!} preact`);
    const allowed = Object.entries(packages).flatMap(([name, of]) => of.map((s) => `${s} ${name}`));
    expect(allowed.filter((pair) => !used.has(pair))).toEqual([]);
  });

  it('each dependency has a row in the table of ARCHITECTURE.md and the reverse', () => {
    const { dependencies } = JSON.parse(text('package.json')) as { dependencies: object };
    const table = text('ARCHITECTURE.md').split('## Dependencies')[1] ?? '';
    const rows = [...table.matchAll(/^\| `([^`]+)`\s*\|/gm)].map((match) => match[1]);
    expect(rows.sort()).toEqual(Object.keys(dependencies).sort());
  });
});

describe('the top level', () => {
  it('holds the named files and folders and nothing else', () => {
    const found = readdirSync(root).filter((name) => !unversioned.includes(name));
    expect(found.filter((name) => !name.endsWith('.tgz')).sort()).toEqual(topLevel);
  });
});
