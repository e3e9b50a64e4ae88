import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
