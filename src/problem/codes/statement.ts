import type { CodeEntry } from '../codes.ts';

export const statementCodes = {
  'statement/not-annotated': {
    severity: 'error',
    title: 'Not an annotated tag',
    explanation: 'A statement is the message of an annotated tag. A lightweight tag signs nothing.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/target': {
    severity: 'error',
    title: 'The tag does not point at a commit',
    explanation:
      'A statement tag points at a commit. A tag on a tag, a tree or a blob says nothing about a document.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/name-mismatch': {
    severity: 'error',
    title: 'The tag is stored under another name',
    explanation:
      'The tag header inside the signed object and the name of the ref differ, so somebody renamed or copied the tag. Plain git verify-tag does not look at this.',
    remedy: 'Fetch the tag again under its own name.',
  },
  'statement/name-invalid': {
    severity: 'error',
    title: 'A tag name that is not allowed',
    explanation:
      'Names of statement tags are made of A-Z a-z 0-9 . _ / - and have at most 120 characters.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/text': {
    severity: 'error',
    title: 'Text that is not allowed',
    explanation:
      'A statement is UTF-8 in NFC with LF line ends, without control, invisible or direction-changing characters, so that what people see is what was signed.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/layout': {
    severity: 'error',
    title: 'The statement is not laid out as the format asks',
    explanation:
      'A statement is a subject, an empty line, an optional comment in paragraphs, and the fields as last paragraph, with one line end at the end.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/field-unknown': {
    severity: 'error',
    title: 'An unknown field',
    explanation: 'The last paragraph of a statement holds only the fields of the format.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/field-order': {
    severity: 'error',
    title: 'Fields out of order',
    explanation:
      'The fields of a statement stand in one fixed order, and repeated fields in ascending order.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/field-repeated': {
    severity: 'error',
    title: 'A field that stands twice',
    explanation: 'A field that may stand once, or a line of a list, is repeated.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/field-missing': {
    severity: 'error',
    title: 'A field is missing',
    explanation: 'A field that the statement must have is missing.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/field-value': {
    severity: 'error',
    title: 'A field with a value that can not be read',
    explanation: 'The value of a field is not written as the format asks.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/subject': {
    severity: 'error',
    title: 'The subject says something else than the fields',
    explanation:
      'The subject of a statement is derived from its fields; any other could mislead whoever reads the list of tags.',
    remedy: 'Make the statement again with qms, or as the register format describes.',
  },
  'statement/too-large': {
    severity: 'error',
    title: 'A statement over the limits',
    explanation: 'A statement has at most 64 KiB of comment and 1,000 lines of a kind.',
    remedy: 'Split it into several.',
  },
} as const satisfies Record<string, CodeEntry>;
