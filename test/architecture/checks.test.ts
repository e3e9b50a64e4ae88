import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checks } from '../mutation/checks.ts';

const root = path.join(import.meta.dirname, '..', '..');

test('every file of attacks has a check that can be taken out, and every check a file', () => {
  const files = readdirSync(path.join(root, 'test/attacks')).filter((file) =>
    file.endsWith('.test.ts'),
  );
  expect(Object.keys(checks).sort()).toEqual(
    files.map((file) => file.slice(0, -'.test.ts'.length)).sort(),
  );
});

test.each(Object.entries(checks))('the checks of %s stand in the source, each once', (_, list) => {
  expect(list.length).toBeGreaterThan(0);
  for (const { removals } of list) {
    for (const { file, text, without } of removals) {
      const pieces = readFileSync(path.join(root, file), 'utf8').split(text).length - 1;
      expect(pieces, `times that ${file} holds: ${text}`).toBe(1);
      expect(without).not.toBe(text);
    }
  }
});
