import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../src/problem/codes.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Every TypeScript file below a folder, as one text. */
function allText(folder: string, except: (file: string) => boolean): string {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !except(file))
    .map((file) => readFileSync(path.join(root, folder, file), 'utf8'))
    .join('\n');
}

const codes = Object.keys(problemCodes);
const sources = allText('src', (file) => file.startsWith('problem/codes'));
const tests = allText('test', (file) => file.startsWith('architecture/'));
const named = (text: string) => new Set(text.match(/(?<=['"`])[a-z]+\/[a-z0-9-]+(?=['"`])/g));

describe('each code of the table of problems', () => {
  it('is raised somewhere in src/', () => {
    const raised = named(sources);
    // Faults of a signer are found by one function for approvals and releases alike.
    const signer = readFileSync(path.join(root, 'src/approval/entitlement.ts'), 'utf8');
    const isSigners = (code: string) => {
      const [, fault = ''] = /^(?:approval|release)\/(.+)$/.exec(code) ?? [];
      return fault.startsWith('signature-') || (fault !== '' && signer.includes(`'${fault}'`));
    };
    expect(codes.filter((code) => !raised.has(code) && !isSigners(code))).toEqual([]);
  });

  it('is asserted by a test', () => {
    const asserted = named(tests);
    expect(codes.filter((code) => !asserted.has(code))).toEqual([]);
  });

  it('has a form that says its stage and its fault', () => {
    expect(codes.filter((code) => !/^[a-z]+\/[a-z0-9]+(?:-[a-z0-9]+)*$/.test(code))).toEqual([]);
  });

  it('has a title, an explanation and a remedy that end as such texts do', () => {
    for (const [code, { title, explanation, remedy }] of Object.entries(problemCodes)) {
      expect(title, code).toMatch(/^[A-Z][^.!]*$/);
      expect(explanation, code).toMatch(/^[A-Z`"].{20,}[.]$/s);
      expect(remedy, code).toMatch(/^[A-Z`"].{5,}[.…]$/s);
      expect(`${title} ${explanation} ${remedy}`, code).not.toMatch(/!|\bplease\b|successfully/i);
    }
  });
});
