/**
 * `npm run prove -- <name> [options]`: a proof that is too long for every run of the tests, such
 * as ten million hostile inputs. Each file beside this one is one proof and prints what it
 * counted; it ends with an exit code other than 0 if it found anything.
 */
import { readdirSync } from 'node:fs';

/** What a file of proofs exports. */
export interface Proof {
  /** @param args What stands behind the name. @returns Whether nothing was found. */
  readonly prove: (args: readonly string[]) => Promise<boolean>;
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const [name = '', ...args] = process.argv.slice(2);
if (names.includes(name)) {
  const { prove } = (await import(`./${name}.ts`)) as Proof;
  process.exitCode = (await prove(args)) ? 0 : 1;
} else {
  console.error(`"${name}" is none of the proofs: ${names.join(', ')}.`);
  process.exitCode = 64;
}
