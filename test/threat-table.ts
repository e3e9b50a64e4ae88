/**
 * `npm run threats`: writes the table of threats in SECURITY.md from the files of test/attacks/.
 *
 * The name of a file begins with the number of its threat, and the file itself with a comment of
 * two sentences: `Threat:`, what somebody may try, and `Decision:`, what the software does.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

export interface Threat {
  readonly number: number;
  readonly threat: string;
  readonly decision: string;
  /** Path from the top of the project. */
  readonly file: string;
  /** How many tests the file names; one that is run for many cases is one claim. */
  readonly claims: number;
}

const root = path.dirname(import.meta.dirname);
const page = path.join(root, 'SECURITY.md');
const begin = '<!-- threats -->\n';
const end = '<!-- /threats -->\n';

/** What one file of attacks says of itself. @throws where it has not the form above. */
export function readThreat(file: string, text: string): Threat {
  const number = /^test\/attacks\/(\d\d)-[^/]+\.test\.ts$/.exec(file)?.[1];
  const comment = /^\/\*\*\n \* Threat: (.+?)\n \* Decision: (.+?)\n \*\/\n/s.exec(text);
  const [, threat = '', decision = ''] = comment ?? [];
  if (number === undefined || comment === null || threat.includes('*/')) {
    throw new Error(`${file} has no number, or does not begin with its threat and decision.`);
  }
  const sentence = (lines: string) => lines.replaceAll('\n * ', ' ');
  return {
    number: Number(number),
    threat: sentence(threat),
    decision: sentence(decision),
    file,
    claims: text.match(/^ *(?:test|it)\b[^;]*?[(<]/gm)?.length ?? 0,
  };
}

/** Every threat that has attacks, in the order of their numbers and names. */
export function readThreats(): readonly Threat[] {
  return readdirSync(path.join(root, 'test/attacks'))
    .sort()
    .map((name) => `test/attacks/${name}`)
    .map((file) => readThreat(file, readFileSync(path.join(root, file), 'utf8')));
}

/** SECURITY.md as it is, and as it should be. */
export async function securityPage(): Promise<{ readonly is: string; readonly expected: string }> {
  const is = readFileSync(page, 'utf8');
  const [before, after] = [is.indexOf(begin), is.indexOf(end)];
  if (before < 0 || after < before) throw new Error('SECURITY.md has no place for the threats.');
  const rows = readThreats().map(({ number, threat, decision, file, claims }) => {
    const name = path.basename(file, '.test.ts');
    return `| ${number} | ${threat} | ${decision} | [${name}](${file}) | ${claims} |`;
  });
  const table = [
    '| number | threat | what the software does | test | claims |',
    '| ---: | --- | --- | --- | ---: |',
    ...rows,
  ];
  const text = `${is.slice(0, before)}${begin}\n${table.join('\n')}\n\n${is.slice(after)}`;
  const style = await resolveConfig(page);
  return { is, expected: await format(text, { ...style, filepath: page }) };
}

if (process.argv[1] === import.meta.filename) {
  const { expected } = await securityPage();
  writeFileSync(page, expected);
}
