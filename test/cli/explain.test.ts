import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../src/problem/codes.ts';
import { runCommand } from '../support/command.ts';

describe('qms explain', () => {
  it('prints a page for every code in the table', async () => {
    for (const [code, entry] of Object.entries(problemCodes)) {
      const answer = await runCommand(['explain', code], '/');
      expect(answer.code).toBe(0);
      expect(answer.stdout).toContain(entry.title);
      expect(answer.stdout.replaceAll('\n', ' ')).toContain(entry.remedy);
    }
  });

  it('lists every code without an argument', async () => {
    const answer = await runCommand(['explain'], '/');
    const listed = answer.stdout.split('\n').map((line) => line.split(' ')[0] ?? '');
    expect(listed.filter((code) => code.includes('/'))).toEqual(Object.keys(problemCodes).sort());
  });

  it('gives the entry as JSON', async () => {
    const answer = await runCommand(['explain', 'anchor/missing', '--json'], '/');
    expect(JSON.parse(answer.stdout)).toEqual({
      code: 'anchor/missing',
      ...problemCodes['anchor/missing'],
    });
  });

  it('suggests the code that was meant', async () => {
    const answer = await runCommand(['explain', 'anchr/missing'], '/');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('Did you mean "anchor/missing"?');
    expect(answer.stderr).toContain('cli/code-unknown');
  });
});
