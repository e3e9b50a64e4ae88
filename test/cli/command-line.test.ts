import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';

const commands = [
  'init',
  'new',
  'revise',
  'check',
  'approve',
  'release',
  'list',
  'show',
  'history',
  'verify',
  'serve',
  'hook',
  'explain',
  'demo',
];

describe('the command line', () => {
  it.each(commands)('qms %s --help has examples and exit codes', async (name) => {
    const answer = await runCommand([name, '--help'], '/');
    expect(answer.code).toBe(0);
    expect(answer.stdout).toContain(`Usage: qms ${name}`);
    expect(answer.stdout).toContain('Examples:');
    expect(answer.stdout).toContain('Exit codes:');
    expect(answer.stdout).toContain('64');
    expect(answer.stderr).toBe('');
  });

  it('lists exactly its commands in --help', async () => {
    const answer = await runCommand(['--help'], '/');
    const block = answer.stdout.split('Commands:\n')[1] ?? '';
    const names = block.split('\n').map((line) => /^ {2}([a-z]+)/.exec(line)?.[1]);
    expect(names.filter((name) => name !== undefined)).toEqual(commands);
  });

  it('suggests the command that was meant, and exits 64', async () => {
    const answer = await runCommand(['explian'], '/');
    expect(answer.code).toBe(64);
    expect(answer.stderr).toContain('Did you mean explain?');
  });

  it('exits 64 for an unknown option', async () => {
    const answer = await runCommand(['explain', '--jsno'], '/');
    expect(answer.code).toBe(64);
    expect(answer.stderr).toContain('--json');
    expect(answer.stdout).toBe('');
  });

  it('prints its version', async () => {
    const answer = await runCommand(['--version'], '/');
    expect(answer.code).toBe(0);
    expect(answer.stdout).toMatch(/^qms \d+\.\d+\.\d+\n$/);
  });

  it('prints the help when nothing is asked', async () => {
    const answer = await runCommand([], '/');
    expect(answer.code).toBe(0);
    expect(answer.stdout).toContain('Usage: qms');
  });

  it('colours nothing when NO_COLOR is set, even on a terminal', async () => {
    const terminal = { input: false, output: true, error: true, columns: 80 };
    const plain = await runCommand(['explain', 'nothing/here'], '/', {
      terminal,
      env: { NO_COLOR: '1', TERM: 'xterm' },
    });
    const coloured = await runCommand(['explain', 'nothing/here'], '/', {
      terminal,
      env: { TERM: 'xterm' },
    });
    expect(plain.stderr).not.toContain('\u001b[');
    expect(coloured.stderr).toContain('\u001b[');
  });
});
