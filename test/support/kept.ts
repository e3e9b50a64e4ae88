import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { type KeptFor, KeptVerification } from '../../src/cli/kept-verification.ts';
import type { Repository } from '../../src/git/repository.ts';
import { GrownMap } from '../../src/register/grown-map.ts';
import { History } from '../../src/register/history.ts';
import type { Verification } from '../../src/register/register.ts';
import { type Answer, runCommand } from './command.ts';
import { stockEnvironment } from './raw-repository.ts';
import type { StockRegister } from './stock-register.ts';

/** Where a register's repository keeps what was verified. */
export const keptFile = (register: StockRegister): string =>
  path.join(register.repository.folder, 'qms/verified');

export const hour = 3600;
export const day = 24 * hour;

/** Ask something of a register, by default an hour after the last step of its story. */
export async function ask(
  register: StockRegister,
  question: string,
  { after = hour, trust = ['--anchor', register.anchor] as readonly string[] } = {},
): Promise<Answer> {
  const now = new Date((register.clock + after) * 1000);
  return runCommand([...question.split(' '), ...trust], register.repository.folder, {
    env: stockEnvironment,
    now: () => now,
  });
}

/** What a clone remembers would change what the next answer rests on. */
export function forget(register: StockRegister): void {
  const file = path.join(register.repository.folder, 'config');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^\thead = .*\n/m, ''));
}

/** The answer of somebody for whom nothing was ever kept. */
export async function askAnew(...of: Parameters<typeof ask>): Promise<Answer> {
  const [register] = of;
  const file = keptFile(register);
  const aside = `${file}.aside`;
  const isKept = existsSync(file);
  if (isKept) renameSync(file, aside);
  forget(register);
  const answer = await ask(...of);
  forget(register);
  rmSync(file, { recursive: true, force: true });
  if (isKept) renameSync(aside, file);
  return answer;
}

/** Do something while the repository holds no object: whoever verifies, notices. */
export async function withoutObjects<T>(
  register: StockRegister,
  act: () => Promise<T>,
): Promise<T> {
  const objects = path.join(register.repository.folder, 'objects');
  renameSync(objects, `${objects}.aside`);
  mkdirSync(objects);
  try {
    return await act();
  } finally {
    rmSync(objects, { recursive: true });
    renameSync(`${objects}.aside`, objects);
  }
}

/** A value with everything that can be read of it, as plain data. */
function plainly(value: unknown): unknown {
  if (value instanceof History) return plainly(value.facts());
  if (value instanceof GrownMap) return plainly(value.plain());
  if (value instanceof Map) {
    return new Map(Array.from(value, ([key, one]: [unknown, unknown]) => [key, plainly(one)]));
  }
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Set || value instanceof Uint8Array) return value;
  const plain = new Map<string, unknown>();
  for (let at: object = value; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const [key, one] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (at === value || 'get' in one) plain.set(key, plainly(Reflect.get(value, key)));
    }
  }
  return Object.fromEntries(plain);
}

/** Like `toEqual`, which takes minutes for a list of a hundred thousand entries. */
export function expectSame(found: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(found, expected)) expect(found, what).toEqual(expected);
}

/** Keep a verification, and expect to get it back. */
export async function expectKept(
  repository: Repository,
  asked: KeptFor,
  verification: Verification,
): Promise<void> {
  const kept = new KeptVerification(repository, 'test');
  await kept.write(verification, asked.now);
  const current = await kept.current(asked);
  if (current !== undefined) expectSame(plainly(current), plainly(verification), 'kept');
  // Whatever was found good without any doubt need not be verified again.
  else expect(verification.problems, 'not kept').not.toEqual([]);
  const last = kept.last(asked.now);
  if (last !== undefined) {
    expectSame(plainly(last.chain), plainly(verification.chain), 'kept');
    expectSame(plainly(last.seen), plainly(verification.seen), 'kept');
  }
  kept.close();
  await kept.remove();
  rmSync(path.join(repository.commonDir, 'qms'), { recursive: true, force: true });
}
