import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'git-qms-pack-'));
let tarball: string;
let files: string[];

beforeAll(() => {
  // The build belongs to `npm test`; packing must not start another one.
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const answer = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  const [packed] = JSON.parse(answer) as [{ filename: string; files: { path: string }[] }];
  tarball = path.join(folder, packed.filename);
  files = packed.files.map((file) => file.path).sort();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the packed package', () => {
  it('has nothing to object to for publint', async () => {
    const bytes = readFileSync(tarball);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('has types that every way of importing it understands', () => {
    const attw = path.join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const args = [tarball, '--profile', 'esm-only', '--format', 'json', '--no-definitely-typed'];
    // Ends with an exit code where something is wrong; the report names more than the profile asks.
    const answer = execFileSync(process.execPath, [attw, ...args], { encoding: 'utf8' });
    const { problems } = JSON.parse(answer) as {
      problems?: Record<string, { resolutionKind: string }[]>;
    };
    const asked = Object.values(problems ?? {})
      .flat()
      .filter(({ resolutionKind }) => !['node10', 'node16-cjs'].includes(resolutionKind));
    expect(asked).toEqual([]);
  });

  it('carries what it needs to run and none of what it is tested with', () => {
    for (const file of ['dist/index.js', 'dist/index.d.ts', 'dist/cli/bin.js', 'LICENSE']) {
      expect(files).toContain(file);
    }
    const strange = files.filter((file) => /^(?:src|test|bench|\.)|\.tsx?$/.test(file));
    expect(strange.filter((file) => !file.endsWith('.d.ts'))).toEqual([]);
  });

  it('starts its command with a line that finds node', () => {
    const bin = readFileSync(path.join(root, 'dist/cli/bin.js'), 'utf8');
    expect(bin.startsWith('#!/usr/bin/env node\n')).toBe(true);
  });
});
