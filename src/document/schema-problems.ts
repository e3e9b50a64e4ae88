import type { z } from 'zod';
import { type Place, type Problem, type ProblemFacts, makeProblem } from '../problem/problem.ts';
import { compareCodePoints } from '../git/code-point-order.ts';
import { shown } from './shown.ts';
import { type StrictYaml, type YamlValue, isYamlMap } from './strict-yaml.ts';

type Path = readonly (string | number)[];

/** The problem codes of one kind of file, and how it explains a key that is not known. */
export interface SchemaWords {
  readonly missing: Problem['code'];
  readonly unknown: Problem['code'];
  readonly value: Problem['code'];
  /** What the whole of it is called: `The front matter`. */
  readonly whole: string;
  /**
   * A key that the schema does not know.
   * @param inside Path of the map that holds it.
   * @returns The facts that differ from "is not known", or undefined.
   */
  explainUnknown(
    key: string,
    inside: Path,
  ): (Pick<ProblemFacts, 'message' | 'remedy'> & { readonly code?: Problem['code'] }) | undefined;
}

/** `approvals`, 1, `role` → `approvals[1].role`. */
export function fieldName(path: Path): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`,
    '',
  );
}

/** Turn what Zod found into problems with file, line and column, one for each field. */
export function schemaProblems(
  error: z.ZodError,
  yaml: StrictYaml,
  place: Place,
  words: SchemaWords,
): readonly Problem[] {
  const problems: Problem[] = [];
  const told = new Set<string>();
  for (const issue of error.issues) {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      for (const key of [...issue.keys].sort(compareCodePoints)) {
        problems.push(unknownKey(key, path, yaml, place, words));
      }
      continue;
    }
    const field = fieldName(path);
    if (told.has(field)) continue;
    told.add(field);
    if (issue.code === 'invalid_key') {
      problems.push(wrongKey(issue.issues[0]?.message ?? 'another key', path, yaml, place, words));
      continue;
    }
    problems.push(wrongValue(issue.message, path, yaml, place, words));
  }
  return problems;
}

function unknownKey(
  key: string,
  inside: Path,
  yaml: StrictYaml,
  place: Place,
  words: SchemaWords,
): Problem {
  const path = [...inside, key];
  const { code, ...facts } = words.explainUnknown(key, inside) ?? {
    message: `The field ${shown(key)} is not known${inside.length === 0 ? '' : ` in ${fieldName(inside)}`}.`,
  };
  return makeProblem(code ?? words.unknown, {
    ...facts,
    place: { ...place, ...yaml.places.key(path), field: fieldName(path) },
  });
}

function wrongKey(
  expected: string,
  path: Path,
  yaml: StrictYaml,
  place: Place,
  words: SchemaWords,
): Problem {
  const inside = path.slice(0, -1);
  return makeProblem(words.value, {
    message: `The key ${shown(String(path.at(-1)))} in ${fieldName(inside)} is not as expected: ${expected}.`,
    place: { ...place, ...yaml.places.key(path), field: fieldName(path) },
  });
}

function wrongValue(
  expected: string,
  path: Path,
  yaml: StrictYaml,
  place: Place,
  words: SchemaWords,
): Problem {
  const field = fieldName(path);
  const value = valueAt(yaml.value, path);
  if (value === undefined) {
    const parent = path.slice(0, -1);
    return makeProblem(words.missing, {
      message: `The field ${field} is missing; expected is ${expected}.`,
      place: { ...place, ...yaml.places.key(parent), field },
    });
  }
  const subject = field === '' ? words.whole : `The field ${field}`;
  return makeProblem(words.value, {
    message: `${subject} ${describe(value)}; expected is ${expected}.`,
    place: {
      ...place,
      ...(value === '' ? yaml.places.key(path) : yaml.places.value(path)),
      field,
    },
  });
}

function valueAt(root: YamlValue, path: Path): YamlValue | undefined {
  let value: YamlValue | undefined = root;
  for (const part of path) {
    if (typeof part === 'number') value = Array.isArray(value) ? itemOf(value, part) : undefined;
    else value = isYamlMap(value) ? value[part] : undefined;
  }
  return value;
}

function itemOf(list: readonly YamlValue[], index: number): YamlValue | undefined {
  return list[index];
}

function describe(value: YamlValue): string {
  if (typeof value !== 'string') return isYamlMap(value) ? 'is a map' : 'is a list';
  return value === '' ? 'is empty' : `is ${shown(value)}`;
}
