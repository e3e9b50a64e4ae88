import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
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
  'VERIFYING.md',
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

const files = filesOf('src').filter((file) => /\.tsx?$/.test(file));

/** What a file imports or loads later; of its own kind as paths below `src/`. */
function imports(file: string, { types = true } = {}): string[] {
  const pattern = /^(import|export) (type )?[^;]*? from '([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...text(`src/${file}`).matchAll(pattern)].flatMap(([, , erased, named, loaded]) => {
    const specifier = named ?? loaded ?? '';
    if (!types && (erased !== undefined || loaded !== undefined)) return [];
    return specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(file), specifier)
      : specifier;
  });
}

describe('ARCHITECTURE.md', () => {
  it('names only files and folders that are there', () => {
    const named = [...text('ARCHITECTURE.md').matchAll(/`([a-z.-]+\/[a-z./-]*)`/g)].map(
      (match) => match[1]!,
    );
    expect(named.length).toBeGreaterThan(10);
    const places = (name: string) =>
      [name, `src/${name}`, `test/${name}`].map((each) => new URL(each, root));
    const missing = named.filter((name) => !places(name).some((place) => existsSync(place)));
    expect(missing).toEqual([]);
  });
});

describe('the files of src/', () => {
  it('do not import each other in a circle', () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, way: readonly string[]) => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
      if (way.includes(file) || done.has(file)) return;
      const next = imports(file, { types: false }).filter((name) => files.includes(name));
      for (const name of next) visit(name, [...way, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('import files that exist', () => {
    const own = files.flatMap((file) => imports(file)).filter((name) => /\.tsx?$/.test(name));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((name) => !files.includes(name))).toEqual([]);
  });
});

describe('what the linter allows is no more than what is used', () => {
  it('each file that is named as worldly exists and needs it', () => {
    const idle = worldlyFiles.filter((name) => {
      const file = name.slice('src/'.length);
      const needs = imports(file).some(
        (x) => x.startsWith('node:') || worldlyFiles.includes(`src/${x}`),
      );
      return !needs && !/\bBuffer\b/.test(text(name));
    });
    expect(idle).toEqual([]);
  });

  it('each package is imported in each stage that may import it', () => {
    const names = (file: string) =>
      imports(file).map((x) =>
        x
          .split('/')
          .slice(0, x.startsWith('@') ? 2 : 1)
          .join('/'),
      );
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
