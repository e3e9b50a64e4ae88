import type { Cryptography } from '../git/cryptography.ts';
import type { Problem } from '../problem/problem.ts';
import { toRequirements } from '../document/front-matter.ts';
import { parseInterval } from '../document/interval.ts';
import { didYouMean } from '../document/near-miss.ts';
import { fieldName, schemaProblems } from '../document/schema-problems.ts';
import { type YamlPlaces, parseStrictYaml } from '../document/strict-yaml.ts';
import { checkText, textBytesLimit } from '../document/text-rules.ts';
import { checkRules } from './check-rules.ts';
import { type KeysOfPeople, lowerAscii, type ReadKey, readKey } from './rules-keys.ts';
import { type RawRules, rulesSchema } from './rules-schema.ts';
import type { DocumentType, FieldRule, Person, Rules, RulesKey } from './rules.ts';

/** Rules that were parsed, with the places of their fields, or what is wrong with them. */
export type ParsedRules =
  | { readonly rules: Rules; readonly places: YamlPlaces; readonly problems: readonly [] }
  | { readonly rules: undefined; readonly problems: readonly Problem[] };

/**
 * Parse the rules and check all that the register asks of them by themselves (shared register
 * format, "Rules"). Whether they could ever be changed again is `canChangeRules`.
 *
 * @param path  From the repository root; for the places of problems.
 * @param bytes The file as Git stores it.
 * @returns The rules where nothing is wrong, otherwise every problem that could be found.
 */
export async function parseRules(
  path: string,
  bytes: Uint8Array,
  cryptography: Cryptography,
): Promise<ParsedRules> {
  const place = { file: path };
  const { text, problems: textProblems } = checkText(bytes, place);
  if (text === undefined || textProblems.length > 0) {
    return { rules: undefined, problems: textProblems };
  }
  const { yaml, problems } = parseStrictYaml(text, place, 1, textBytesLimit);
  if (yaml === undefined) return { rules: undefined, problems };
  const value = yaml.value === '' ? {} : yaml.value;
  const result = rulesSchema.safeParse(value);
  if (!result.success) {
    const found = schemaProblems(result.error, { ...yaml, value }, place, {
      missing: 'rules/field-missing',
      unknown: 'rules/field-unknown',
      value: 'rules/field-value',
      whole: 'The file',
      explainUnknown(key, inside) {
        const where = inside.length === 0 ? '' : ` in ${fieldName(inside)}`;
        const hint = didYouMean(key, knownFields);
        return { message: `The field "${key}" is not known${where}.${hint}` };
      },
    });
    return { rules: undefined, problems: found };
  }
  const keys = await readKeys(result.data, cryptography);
  const found = checkRules(result.data, keys, { ...yaml, value }, place);
  if (found.length > 0) return { rules: undefined, problems: found };
  return { rules: toRules(result.data, keys), places: yaml.places, problems: [] };
}

/** Every field of the rules at any depth, for suggestions. */
const knownFields = [
  ...Object.keys(rulesSchema.shape),
  ...['name', 'email', 'roles', 'keys', 'key', 'use', 'kind', 'prefix', 'revisions', 'approvals'],
  ...['independent', 'contributors', 'review', 'retention', 'fields', 'role', 'meaning', 'count'],
  ...['type', 'required', 'list', 'of', 'since', 'reason'],
];

async function readKeys(raw: RawRules, cryptography: Cryptography): Promise<KeysOfPeople> {
  const keys = new Map<string, readonly ReadKey[]>();
  for (const [id, person] of Object.entries(raw.people)) {
    const read: ReadKey[] = [];
    for (const { key } of person.keys ?? []) {
      read.push(await readKey(key.trimEnd(), cryptography));
    }
    keys.set(id, read);
  }
  return keys;
}

function toRules(raw: RawRules, keys: KeysOfPeople): Rules {
  return {
    revision: raw.revision,
    title: raw.title,
    organization: raw.organization,
    timezone: raw.timezone,
    standards: raw.standards ?? [],
    changes: raw.changes?.trimEnd(),
    roles: new Map(Object.entries(raw.roles)),
    people: new Map(
      Object.entries(raw.people).map(([id, person]) => [id, toPerson(id, person, keys)]),
    ),
    types: new Map(Object.entries(raw.types).map(([id, type]) => [id, toType(id, type)])),
    releaseRole: raw.release.role,
    compromised: (raw.compromised ?? []).map(({ key, since, reason }) => ({
      key: key.startsWith('SHA256:') ? key : key.toUpperCase(),
      since: Number(since),
      reason: reason.trimEnd(),
    })),
  };
}

function toPerson(id: string, raw: RawRules['people'][string], keys: KeysOfPeople): Person {
  const identities = keys.get(id) ?? [];
  return {
    id,
    name: raw.name,
    email: raw.email.map(lowerAscii),
    roles: raw.roles ?? [],
    keys: (raw.keys ?? []).flatMap(({ key, use }, index): RulesKey[] => {
      const read = identities[index];
      if (read === undefined || !('identity' in read)) return [];
      return [{ text: key.trimEnd(), ...read, use: use ?? [] }];
    }),
  };
}

function toType(id: string, raw: RawRules['types'][string]): DocumentType {
  return {
    id,
    title: raw.title,
    kind: raw.kind,
    prefix: raw.prefix,
    revisions: raw.revisions,
    approvals: toRequirements(raw.approvals),
    independent: raw.independent !== 'false',
    contributors: raw.contributors ?? 'known',
    review: raw.review === undefined ? undefined : parseInterval(raw.review),
    retention: raw.retention === undefined ? undefined : parseInterval(raw.retention),
    fields: new Map(
      Object.entries(raw.fields ?? {}).map(([name, field]): [string, FieldRule] => [
        name,
        {
          type: field.type,
          required: field.required === 'true',
          list: field.list === 'true',
          of: field.of ?? [],
        },
      ]),
    ),
  };
}
