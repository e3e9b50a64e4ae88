import matter from 'gray-matter';
import { z } from 'zod';
import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import type { FieldValue, FrontMatter, Requirement } from './document.ts';
import { didYouMean, fold } from './near-miss.ts';
import * as shape from './field-shapes.ts';
import { parseInterval } from './interval.ts';
import { schemaProblems } from './schema-problems.ts';
import { type StrictYaml, parseStrictYaml } from './strict-yaml.ts';
import { derivedField, usualNames } from './unknown-fields.ts';

/** Most bytes of front matter (shared register format, "Documents"). */
export const frontMatterBytesLimit = 16 * 1024;

/** The front matter of a controlled document; `schemas/front-matter-1.schema.json` is made of it. */
export const frontMatterSchema = z.strictObject(
  {
    id: shape.documentId,
    title: shape.line,
    type: shape.line,
    revision: shape.revision,
    owner: shape.line,
    clauses: shape.words.optional(),
    changes: shape.prose.optional(),
    effective: shape.day.optional(),
    approval: shape.requirements.optional(),
    review: shape.interval.optional(),
    audience: shape.words.optional(),
    processes: shape.words.optional(),
    departments: shape.words.optional(),
    machines: shape.words.optional(),
    keywords: shape.words.optional(),
    supersedes: shape.words.optional(),
    date: shape.day.optional(),
    fields: z.record(z.string(), z.unknown(), 'a map of the fields of the type').optional(),
    source: shape.line.optional(),
    issue: shape.word.optional(),
    checked: shape.day.optional(),
  },
  'a map of fields, one "name: value" a line',
);

/** The fields of front matter. */
export const frontMatterFields: readonly string[] = Object.keys(frontMatterSchema.shape);

/** A file cut into front matter and body. */
export interface SplitText {
  /** The YAML between the fences, with the LF before it, so that its line 1 is the file's. */
  readonly yaml: string;
  readonly body: string;
  /** The line of the file on which the body begins. */
  readonly bodyLine: number;
}

/**
 * Cut a file at the fences of its front matter: the first line is exactly `---`, and so is the
 * next line that ends it.
 */
export function splitFrontMatter(
  text: string,
  place: Place,
): { readonly split: SplitText | undefined; readonly problems: readonly Problem[] } {
  const refuse = (
    code: Problem['code'],
    line: number,
    message: string,
  ): { split: undefined; problems: Problem[] } => ({
    split: undefined,
    problems: [makeProblem(code, { message, place: { ...place, line, column: 1 } })],
  });
  if (!text.startsWith('---\n')) {
    const first = text.split('\n', 1)[0] ?? '';
    // `---js` would choose a language that runs code; `--- ` is a fence for some programs only.
    return first.startsWith('---')
      ? refuse(
          'document/front-matter-fence',
          1,
          `The first line is ${JSON.stringify(first.slice(0, 40))}; expected is exactly ---.`,
        )
      : refuse('document/front-matter-missing', 1, 'The first line is not ---.');
  }
  let line = 2;
  for (let start = 4; start <= text.length; line += 1) {
    const end = text.indexOf('\n', start);
    const stop = end === -1 ? text.length : end;
    if (text.startsWith('---', start)) {
      if (stop - start === 3) {
        const body = end === -1 ? '' : text.slice(end + 1);
        return {
          split: { yaml: text.slice(3, start - 1), body, bodyLine: line + 1 },
          problems: [],
        };
      }
      // Without this, gray-matter ends the front matter here and we do not, so that approver and
      // system see different texts.
      const seen = JSON.stringify(text.slice(start, Math.min(stop, start + 40)));
      return refuse(
        'document/front-matter-fence',
        line,
        `The line ${seen} begins like the end of the front matter and is not exactly ---.`,
      );
    }
    if (end === -1) break;
    start = end + 1;
  }
  return refuse(
    'document/front-matter-unclosed',
    1,
    'The front matter begins here, and no later line is exactly ---.',
  );
}

const refusedEngine = {
  parse(): never {
    throw new Error('front matter is YAML');
  },
};

/**
 * Whether gray-matter cuts the text at the same places. It does the reading for many other
 * programs; where it disagrees, a person who looks through one of them sees another document.
 */
function agreesWithGrayMatter(split: SplitText): boolean {
  // Blank lines are left out: its search for comments is quadratic in them (measured: half a
  // second for 16 KiB).
  const block = split.yaml
    .split('\n')
    .filter((each) => each.trim() !== '')
    .join('\n');
  // What stands further on has no say in where the block ends.
  const beginning = split.body.slice(0, 1024);
  const parsed: string[] = [];
  // An options object on every call: without one, a failed parse is cached and then succeeds.
  const file = matter(`---\n${block}\n---\n${beginning}`, {
    language: 'yaml',
    delimiters: '---',
    engines: {
      yaml(text: string): object {
        parsed.push(text);
        return {};
      },
      json: refusedEngine,
      javascript: refusedEngine,
      js: refusedEngine,
      coffee: refusedEngine,
    },
  });
  // A block of comments alone is not parsed.
  const seen = parsed[0] ?? file.matter;
  return parsed.length <= 1 && seen === `\n${block}` && file.content === beginning;
}

/**
 * Parse the front matter of a controlled document.
 *
 * @param split The file cut at its fences (`splitFrontMatter`).
 * @returns The fields where there is no problem, otherwise every problem.
 */
export function parseFrontMatter(
  split: SplitText,
  place: Place,
): {
  readonly frontMatter: FrontMatter | undefined;
  readonly yaml: StrictYaml | undefined;
  readonly problems: readonly Problem[];
} {
  const { yaml, problems } = parseStrictYaml(split.yaml, place, 1, frontMatterBytesLimit);
  if (yaml === undefined) return { frontMatter: undefined, yaml, problems };
  if (!agreesWithGrayMatter(split)) {
    const problem = makeProblem('document/front-matter-fence', {
      message: 'Programs disagree about where the front matter ends.',
      place: { ...place, line: 1, column: 1 },
    });
    return { frontMatter: undefined, yaml, problems: [problem] };
  }
  // An empty block has no map at all; then every required field is missing.
  const value = yaml.value === '' ? {} : yaml.value;
  const result = frontMatterSchema.safeParse(value);
  if (result.success) {
    return { frontMatter: toFrontMatter(result.data, value), yaml, problems: [] };
  }
  const found = schemaProblems(result.error, { ...yaml, value }, place, {
    missing: 'document/field-missing',
    unknown: 'document/field-unknown',
    value: 'document/field-value',
    whole: 'The front matter',
    explainUnknown,
  });
  return { frontMatter: undefined, yaml, problems: found };
}

function explainUnknown(
  key: string,
  inside: readonly (string | number)[],
): { message: string; remedy?: string; code?: 'document/field-derived' } | undefined {
  if (inside.length > 0) {
    const hint = didYouMean(key, ['role', 'meaning', 'count']);
    return { message: `The field "${key}" is not known in an approval.${hint}` };
  }
  const answer = derivedField(key);
  if (answer !== undefined) {
    return {
      code: 'document/field-derived',
      message: `The field "${key}" is not typed into a document: ${answer.from}.`,
      remedy: answer.remedy,
    };
  }
  const usual = usualNames.get(fold(key));
  const hint =
    usual === undefined ? didYouMean(key, frontMatterFields) : ` Did you mean "${usual}"?`;
  return {
    message: `The field "${key}" is not known.${hint}`,
    ...(hint === '' ? {} : { remedy: 'Correct the name of the field, or delete the line.' }),
  };
}

/** Approvals with `count` as a number, 1 where it is absent. */
export function toRequirements(
  list: z.infer<typeof shape.requirements> | undefined,
): readonly Requirement[] {
  return (list ?? []).map(({ role, meaning, count }) => ({
    role,
    meaning,
    count: Number(count ?? 1),
  }));
}

function toFrontMatter(data: z.infer<typeof frontMatterSchema>, raw: unknown): FrontMatter {
  return {
    id: data.id,
    title: data.title,
    type: data.type,
    revision: data.revision,
    owner: data.owner,
    clauses: data.clauses ?? [],
    changes: data.changes?.trimEnd(),
    effective: data.effective,
    approval: toRequirements(data.approval),
    review: data.review === undefined ? undefined : parseInterval(data.review),
    audience: data.audience ?? [],
    processes: data.processes ?? [],
    departments: data.departments ?? [],
    machines: data.machines ?? [],
    keywords: data.keywords ?? [],
    supersedes: data.supersedes ?? [],
    date: data.date,
    fields: data.fields === undefined ? undefined : fieldMap(raw),
    source: data.source,
    issue: data.issue,
    checked: data.checked,
  };
}

/** The map below `fields` as it was read, with its keys whatever they are named. */
function fieldMap(raw: unknown): ReadonlyMap<string, FieldValue> {
  const fields = isMapWithFields(raw) ? raw.fields : {};
  return new Map(Object.entries(fields));
}

function isMapWithFields(
  raw: unknown,
): raw is { readonly fields: Readonly<Record<string, FieldValue>> } {
  return (
    typeof raw === 'object' &&
    raw !== null &&
    'fields' in raw &&
    typeof raw.fields === 'object' &&
    raw.fields !== null &&
    !Array.isArray(raw.fields)
  );
}
