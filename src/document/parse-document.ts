import type { Problem } from '../problem/problem.ts';
import type { Document, FieldPlace } from './document.ts';
import { parseFrontMatter, splitFrontMatter } from './front-matter.ts';
import { isYamlMap } from './strict-yaml.ts';
import { checkText } from './text-rules.ts';

/**
 * Parse a controlled document: text rules, front matter, known and required fields and their
 * shapes. Exactly this is also asked by verification (shared register format, "Verification",
 * step 5); what the rules or other documents say about it is `checkForRelease`, `checkFitness`.
 *
 * @param path  From the repository root; for the places of problems.
 * @param bytes The file as Git stores it.
 * @returns The document where nothing is wrong, otherwise every problem that could be found.
 */
export function parseDocument(
  path: string,
  bytes: Uint8Array,
): { readonly document: Document | undefined; readonly problems: readonly Problem[] } {
  const place = { file: path };
  const { text, problems: textProblems } = checkText(bytes, place);
  if (text === undefined) return { document: undefined, problems: textProblems };
  // Text with CR or a byte-order mark is refused; it is read on without them only to find more.
  const readable =
    textProblems.length === 0 ? text : text.replace(/^\ufeff/, '').replace(/\r/g, '');
  const { split, problems: splitProblems } = splitFrontMatter(readable, place);
  if (split === undefined) {
    return { document: undefined, problems: [...textProblems, ...splitProblems] };
  }
  const { frontMatter, yaml, problems } = parseFrontMatter(split, place);
  const all = [...textProblems, ...withoutRepeats(problems, textProblems)];
  if (frontMatter === undefined || yaml === undefined || all.length > 0) {
    return { document: undefined, problems: all };
  }
  const places = new Map<string, FieldPlace>();
  if (isYamlMap(yaml.value)) {
    for (const key of Object.keys(yaml.value)) places.set(key, yaml.places.key([key]));
  }
  const { body, bodyLine } = split;
  return { document: { path, frontMatter, places, body, bodyLine }, problems: [] };
}

/** What is refused in a value is told by the text rules already, with a better place. */
function withoutRepeats(
  problems: readonly Problem[],
  textProblems: readonly Problem[],
): readonly Problem[] {
  const told = new Set(textProblems.map((problem) => problem.code));
  return problems.filter((problem) => !problem.code.startsWith('text/') || !told.has(problem.code));
}
