import { z } from 'zod';
import { isDay } from './day.ts';
import { idForm, idPattern } from './identity.ts';
import { intervalForm, intervalPattern } from './interval.ts';
import { revisionForms, revisionPattern } from './revision.ts';

/**
 * Shapes of fields that front matter and rules share. Every scalar is text (see strict-yaml.ts);
 * the message of each shape is what is expected, as a phrase: `a day, 2026-12-01`.
 */

/**
 * Texts that YAML programs of editors read as numbers or truth values (`revision: 3`); the JSON
 * Schemas for editors accept these forms too.
 */
export const plainForms = z.registry<{ readonly plain: 'number' | 'integer' | 'boolean' }>();

/** Text of one line, not blank. */
export const line = z
  .string('one line of text')
  .regex(/^[^\n]*[^\s][^\n]*$/, 'one line of text that is not empty');

/** Text of any number of lines, not blank. */
export const prose = z.string('text').regex(/\S/, 'text that is not empty');

/** A word of a list for finding; numbers are words too. */
export const word = z
  .string('a word')
  .regex(/^[^\n]*[^\s][^\n]*$/, 'a word that is not empty')
  .register(plainForms, { plain: 'number' });

export const words = z.array(word, 'a list of words, [first, second]');

/** An id of a role, person or field. */
export const namePattern = /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/;
export const nameForm =
  'lower-case letters and digits, in parts joined by - or _, beginning with a letter, at most 40 characters';
export const name = z.string(nameForm).regex(namePattern, nameForm).max(40, nameForm);

export const documentId = z.string(idForm).regex(idPattern, idForm).max(40, idForm);

const revisionForm = `${revisionForms.number}, or ${revisionForms.letter}`;
export const revision = z
  .string(revisionForm)
  .regex(revisionPattern, revisionForm)
  .register(plainForms, { plain: 'integer' });

const dayForm = 'a day of the calendar as year-month-day, 2026-12-01';
export const day = z
  .string(dayForm)
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, dayForm)
  .refine(isDay, { error: dayForm, abort: true });

export const interval = z.string(intervalForm).regex(intervalPattern, intervalForm);

const meaningForm = 'one word: reviewed, approved';
const countForm = 'a whole number from 1 to 99';
export const count = z
  .string(countForm)
  .regex(/^[1-9][0-9]?$/, countForm)
  .register(plainForms, { plain: 'integer' });

/** One word, in any language: it becomes part of the signed statement. */
export const meaning = z
  .string(meaningForm)
  .regex(/^\p{L}[\p{L}\p{M}\p{N}_-]{0,39}$/u, meaningForm);

export const requirement = z.strictObject(
  { role: name, meaning, count: count.optional() },
  'an approval: {role: quality-manager, meaning: approved}',
);

export const requirements = z.array(
  requirement,
  'a list of approvals: - {role: quality-manager, meaning: approved}',
);
