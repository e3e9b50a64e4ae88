import { z } from 'zod';
import * as shape from '../document/field-shapes.ts';
import { isTimeZone } from '../document/day.ts';
import { prefixPattern } from '../document/identity.ts';

/**
 * The shape of `qms.yaml`; `schemas/qms-1.schema.json` is made of it. What its parts say about
 * each other is checked in check-rules.ts.
 */

const zoneForm = 'a time zone by its IANA name, America/Detroit';
const standardForm = 'a standard and its edition, iso9001:2015';
export const standardPattern = /^[a-z0-9][a-z0-9.-]{0,31}:[a-z0-9.-]{1,16}$/;
const typeForm = 'lower-case letters, digits and hyphens, beginning with a letter, at most 32';
const prefixForm =
  'a prefix of capital letters and digits in up to four parts joined by hyphens, SOP';
const addressForm = 'an e-mail address';
const keyForm =
  'an SSH public key in one line (ssh-ed25519 AAAA…) or an armoured OpenPGP certificate';
const compromisedForm = 'a fingerprint: SHA256:… as ssh-keygen -l prints it, or hex digits';
const releaseForm = 'the number of a release from 1';

const truth = (form: string) =>
  z.enum(['true', 'false'], form).register(shape.plainForms, { plain: 'boolean' });

const key = z.strictObject(
  {
    key: z.string(keyForm).regex(/\S/, keyForm),
    use: z
      .array(
        z.enum(['approve', 'release', 'commit'], 'approve, release or commit'),
        'a list of approve, release, commit',
      )
      .optional(),
  },
  'a key: {key: ssh-ed25519 AAAA…, use: [approve, commit]}',
);

const address = z
  .string(addressForm)
  .regex(/^[^\s<>@]+@[^\s<>@]+$/, addressForm)
  .max(254, addressForm);

const person = z.strictObject(
  {
    name: shape.line,
    email: z.array(address, 'a list of e-mail addresses, [alice@abc.example]').min(1, {
      error: 'a list of at least one e-mail address',
    }),
    roles: z.array(shape.name, 'a list of roles').optional(),
    keys: z.array(key, 'a list of keys').optional(),
  },
  'a person: a map with name and email',
);

const fieldTypes = [
  'text',
  'number',
  'yes-no',
  'day',
  'choice',
  'person',
  'document',
  'clause',
] as const;

const fieldRule = z.strictObject(
  {
    type: z.enum(fieldTypes, `one of ${fieldTypes.join(', ')}`),
    required: truth('true or false').optional(),
    list: truth('true or false').optional(),
    of: shape.words.optional(),
  },
  'a field: {type: text, required: true}',
);

const documentType = z.strictObject(
  {
    title: shape.line,
    kind: z.enum(
      ['document', 'record', 'external', 'rules'],
      'document, record, external or rules',
    ),
    prefix: z.string(prefixForm).regex(prefixPattern, prefixForm),
    revisions: z.enum(['number', 'letter'], 'number or letter'),
    approvals: shape.requirements,
    independent: truth('true or false').optional(),
    contributors: z.enum(['known', 'any', 'signed'], 'known, any or signed').optional(),
    review: shape.interval.optional(),
    retention: shape.interval.optional(),
    fields: z.record(shape.name, fieldRule, 'a map of fields').optional(),
  },
  'a type: a map with title, kind, prefix, revisions and approvals',
);

const compromisedKey = z.strictObject(
  {
    key: z
      .string(compromisedForm)
      .regex(/^(SHA256:[A-Za-z0-9+/]{43}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$/, compromisedForm),
    since: z
      .string(releaseForm)
      .regex(/^[1-9][0-9]{0,8}$/, releaseForm)
      .register(shape.plainForms, { plain: 'integer' }),
    reason: shape.prose,
  },
  'a compromised key: {key: SHA256:…, since: 40, reason: …}',
);

export const rulesSchema = z.strictObject(
  {
    id: z.literal('QMS', 'QMS'),
    revision: z
      .string('a whole number from 1')
      .regex(/^[1-9][0-9]*$/, 'a whole number from 1')
      .register(shape.plainForms, { plain: 'integer' }),
    title: shape.line,
    organization: shape.line,
    timezone: z.string(zoneForm).refine(isTimeZone, zoneForm),
    standards: z
      .array(z.string(standardForm).regex(standardPattern, standardForm), 'a list of standards')
      .optional(),
    changes: shape.prose.optional(),
    roles: z.record(shape.name, shape.line, 'a map of roles, "quality-manager: Quality manager"'),
    people: z.record(shape.name, person, 'a map of people'),
    types: z.record(
      z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, typeForm),
      documentType,
      'a map of document types',
    ),
    release: z.strictObject({ role: shape.name }, 'a map with the role that releases'),
    compromised: z.array(compromisedKey, 'a list of compromised keys').optional(),
  },
  'a map of fields, one "name: value" a line',
);

export type RawRules = z.infer<typeof rulesSchema>;
