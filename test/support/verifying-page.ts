import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedStep } from './auditor.ts';

/** A step of the page: what to type, and what it prints, `…` for what differs each time. */
interface PageStep extends TypedStep {
  readonly prints: string;
}

const page = readFileSync(path.resolve(import.meta.dirname, '../../VERIFYING.md'), 'utf8');

const steps: readonly PageStep[] = page
  .split(/^## /m)
  .slice(1)
  .flatMap((section) => {
    const [, command] = /^```sh\n([^]*?)\n```$/m.exec(section) ?? [];
    const [, prints = ''] = /^```text\n([^]*?)```$/m.exec(section) ?? [];
    const title = section.slice(0, section.indexOf('\n')).replace(/^[0-9]+\. /, '');
    return command === undefined ? [] : [{ title, command, prints }];
  });

const isOpenPgp = ({ title }: PageStep): boolean => title === 'OpenPGP keys';

/** The numbered steps of VERIFYING.md. */
export const pageSteps = steps.filter((step) => !isOpenPgp(step));

/** Its block for OpenPGP keys. */
export function openPgpStep(): PageStep {
  const step = steps.find(isOpenPgp);
  if (step === undefined) throw new Error('VERIFYING.md has no block for OpenPGP');
  return step;
}

/** The box below a step as a pattern: `…` is anything in a line, a line of it any lines. */
export function expected(prints: string): RegExp {
  const lines = prints.split('\n').slice(0, -1);
  const patterns = lines.map((line) =>
    line === '…'
      ? '(?:.*\\n)*?'
      : `${line
          .split('…')
          .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}\\n`,
  );
  return new RegExp(`^${patterns.join('')}$`);
}

/** Titles of steps that tests look at. */
export const chain = 'Walk the chain from the anchor';
export const rules = 'Read the rules in force for it';
export const content = 'Check the content';
export const approvals = 'Check the approvals';
