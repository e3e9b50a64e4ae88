import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Evidence } from '../../src/audit/evidence.ts';
import { Auditor, withValues } from '../support/auditor.ts';
import { runCommand } from '../support/command.ts';
import { expected, pageSteps } from '../support/verifying-page.ts';

const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'git-qms-by-hand-'));
const shop = path.join(folder, 'demo/shop');
const now = (): Date => new Date('2026-11-20T12:00:00Z');
const auditor = new Auditor();
let anchor = '';

beforeAll(async () => {
  const demo = ['demo', '--no-serve', '--folder', 'demo', '--json'];
  const made = await runCommand(demo, folder, { now });
  ({ anchor } = JSON.parse(made.stdout) as { anchor: string });
}, 120_000);
afterAll(() => {
  auditor.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe('VERIFYING.md, typed into a shell that has git, ssh-keygen and no software of ours', () => {
  it('prints in each step what the page says', () => {
    const values = { ADDRESS: shop, ANCHOR: anchor };
    const said = auditor.type(
      pageSteps.map((step) => ({ ...step, command: withValues(step.command, values) })),
    );
    expect(said.size).toBe(10);
    for (const { title, prints } of pageSteps) {
      expect(said.get(title), title).toMatch(expected(prints));
    }
  });

  it('has the commands that the software prints for the document at hand', async () => {
    const show = ['show', 'SOP-009@2', '--evidence', '--json'];
    const { stdout } = await runCommand(show, shop, { now });
    const { commands } = JSON.parse(stdout) as Evidence;
    expect(commands.map(({ title, command }) => ({ title, command }))).toEqual(
      pageSteps.map(({ title, command }) => ({ title, command })),
    );
  });
});
