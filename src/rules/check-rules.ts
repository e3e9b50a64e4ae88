import { type Place, type Problem, makeProblem } from '../problem/problem.ts';
import { rulesId } from '../document/identity.ts';
import { didYouMean } from '../document/near-miss.ts';
import { fieldName } from '../document/schema-problems.ts';
import type { StrictYaml } from '../document/strict-yaml.ts';
import { type KeysOfPeople, lowerAscii } from './rules-keys.ts';
import type { RawRules } from './rules-schema.ts';

type Path = readonly (string | number)[];

/** Unknown roles for which a known one is suggested. */
const mostHints = 20;

/**
 * Check what the parts of well-shaped rules say about each other (shared register format,
 * "Rules"): one key and one address for one person, roles that exist, prefixes that do not
 * overlap, exactly one type of kind `rules`.
 */
export function checkRules(
  raw: RawRules,
  keys: KeysOfPeople,
  yaml: StrictYaml,
  place: Place,
): readonly Problem[] {
  const problems: Problem[] = [];
  const report: Report = (code, path, message, related) => {
    problems.push(
      makeProblem(code, {
        message,
        place: { ...place, ...yaml.places.value(path), field: fieldName(path) },
        ...(related === undefined
          ? {}
          : {
              related: { ...place, ...yaml.places.value(related), field: fieldName(related) },
            }),
      }),
    );
  };
  checkKeys(raw, keys, report);
  checkAddresses(raw, report);
  checkRoles(raw, report);
  checkPrefixes(raw, report);
  checkRulesType(raw, report);
  checkTypes(raw, report);
  return problems;
}

type Report = (code: Problem['code'], path: Path, message: string, related?: Path) => void;

function checkKeys(raw: RawRules, keys: KeysOfPeople, report: Report): void {
  const owners = new Map<string, Path>();
  for (const id of Object.keys(raw.people)) {
    (keys.get(id) ?? []).forEach((key, index) => {
      const path = ['people', id, 'keys', index, 'key'];
      if (!('identity' in key)) {
        report(key.code, path, `A key of ${id} can not be used: ${key.reason}.`);
        return;
      }
      const signing = key.certificate?.signingKeys.map((one) => one.fingerprint) ?? [];
      for (const fingerprint of new Set([key.identity.fingerprint, ...signing])) {
        const first = owners.get(fingerprint);
        if (first === undefined) {
          owners.set(fingerprint, path);
          continue;
        }
        // Without this, one person could sign as two.
        const message = `The key ${fingerprint} of ${id} stands at ${fieldName(first)} already; a key stands in the rules once, with one person.`;
        report('rules/key-twice', path, message, first);
        return;
      }
    });
  }
}

function checkAddresses(raw: RawRules, report: Report): void {
  const owners = new Map<string, Path>();
  for (const [id, person] of Object.entries(raw.people)) {
    person.email.forEach((address, index) => {
      const path = ['people', id, 'email', index];
      const first = owners.get(lowerAscii(address));
      if (first === undefined) {
        owners.set(lowerAscii(address), path);
        return;
      }
      // Without this, nobody could say which of two people contributed.
      const message = `The address ${address} of ${id} stands at ${fieldName(first)} already; an address stands in the rules once, with one person.`;
      report('rules/address-twice', path, message, first);
    });
  }
}

function checkRoles(raw: RawRules, report: Report): void {
  const roles = Object.keys(raw.roles);
  const known = new Set(roles);
  let hints = 0;
  const check = (role: string, path: Path): void => {
    if (known.has(role)) return;
    // Each hint compares with every role, so hostile rules could ask for them for hours.
    const hint = hints++ < mostHints ? didYouMean(role, roles) : '';
    report('rules/role-unknown', path, `The role ${role} is not among the roles.${hint}`);
  };
  for (const [id, person] of Object.entries(raw.people)) {
    (person.roles ?? []).forEach((role, index) => {
      check(role, ['people', id, 'roles', index]);
    });
  }
  for (const [id, type] of Object.entries(raw.types)) {
    type.approvals.forEach(({ role }, index) => {
      check(role, ['types', id, 'approvals', index, 'role']);
    });
  }
  check(raw.release.role, ['release', 'role']);
}

function checkPrefixes(raw: RawRules, report: Report): void {
  const types = Object.entries(raw.types);
  const byPrefix = new Map<string, string>();
  for (const [id, { prefix }] of types) {
    const first = byPrefix.get(prefix);
    if (first === undefined) {
      byPrefix.set(prefix, id);
      continue;
    }
    const message = `The types ${first} and ${id} have the same prefix ${prefix}.`;
    report('rules/prefix-overlap', ['types', id, 'prefix'], message, ['types', first, 'prefix']);
  }
  for (const [id, { prefix }] of types) {
    const parts = prefix.split('-');
    for (let length = 1; length < parts.length; length += 1) {
      const shorter = parts.slice(0, length).join('-');
      const other = byPrefix.get(shorter);
      if (other === undefined) continue;
      // Without this, NCR-2026-014 would belong to the types with prefix NCR and NCR-2026.
      const message = `The prefix ${prefix} of ${id} begins with the prefix ${shorter} of ${other} and a hyphen, so ids of ${id} would belong to both.`;
      report('rules/prefix-overlap', ['types', id, 'prefix'], message, ['types', other, 'prefix']);
    }
  }
}

function checkRulesType(raw: RawRules, report: Report): void {
  const own = Object.hasOwn(raw.types, 'rules') ? raw.types['rules'] : undefined;
  if (own === undefined) {
    report('rules/type-rules', ['types'], 'The type "rules" is missing.');
  }
  for (const [id, type] of Object.entries(raw.types)) {
    const path = ['types', id];
    if (id !== 'rules') {
      if (type.kind === 'rules') {
        const message = `The type ${id} has the kind rules; only the type named "rules" has it.`;
        report('rules/type-rules', [...path, 'kind'], message);
      } else if (type.prefix === rulesId) {
        const message = `The type ${id} has the prefix QMS, which is the id of the rules.`;
        report('rules/type-rules', [...path, 'prefix'], message);
      }
      continue;
    }
    if (type.kind !== 'rules') {
      const message = `The type rules has the kind ${type.kind}; expected is rules.`;
      report('rules/type-rules', [...path, 'kind'], message);
    }
    if (type.prefix !== rulesId) {
      const message = `The type rules has the prefix ${type.prefix}; expected is QMS.`;
      report('rules/type-rules', [...path, 'prefix'], message);
    }
    if (type.revisions !== 'number') {
      const message = 'The type rules counts its revisions in letters; expected is number.';
      report('rules/type-rules', [...path, 'revisions'], message);
    }
  }
}

function checkTypes(raw: RawRules, report: Report): void {
  for (const [id, type] of Object.entries(raw.types)) {
    if (type.approvals.length === 0 && type.kind !== 'record') {
      const message = `The type ${id} needs no approval at all; only records may.`;
      report('rules/approvals-missing', ['types', id, 'approvals'], message);
    }
    if (type.fields !== undefined && type.kind !== 'record') {
      const message = `The type ${id} is no record and has fields.`;
      report('rules/fields-kind', ['types', id, 'fields'], message);
    }
    for (const [name, field] of Object.entries(type.fields ?? {})) {
      const path = ['types', id, 'fields', name];
      const answers = field.of?.length ?? 0;
      if (field.type === 'choice' && answers === 0) {
        const message = `The field ${name} of ${id} is a choice and lists no answers below "of".`;
        report('rules/choice', path, message);
      } else if (field.type !== 'choice' && field.of !== undefined) {
        const message = `The field ${name} of ${id} has "of" and is no choice.`;
        report('rules/choice', [...path, 'of'], message);
      }
    }
  }
}
