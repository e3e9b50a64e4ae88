/** The texts of the corpus: the rules, procedures of about 6 kB, and a picture. */
import type { SigningKey } from './sshsig.ts';

/** The smallest PNG there is: one grey pixel. */
export const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

/** `SOP-007`, and `SOP-1234` where three digits do not suffice. */
export const idOf = (number: number) => `SOP-${String(number).padStart(3, '0')}`;

/** Every fifth document shows a picture. */
export const hasPicture = (number: number) => number % 5 === 0;

/** `qms.yaml`: an author, a reviewer, an approver and a releaser, each with a key of their own. */
export function rulesText(keys: Readonly<Record<string, SigningKey>>): string {
  const person = (id: string, role: string, use: string) =>
    [
      `  ${id}:`,
      `    name: ${id.charAt(0).toUpperCase()}${id.slice(1)} Example`,
      `    email: [${id}@corpus.example]`,
      `    roles: [${role}]`,
      '    keys:',
      `      - key: ${keys[id]?.line ?? ''}`,
      `        use: [${use}]`,
    ].join('\n');
  return `id: QMS
revision: 1
title: Document control rules of the corpus
organization: Corpus Works
timezone: Etc/UTC
standards: [iso9001:2015]
roles:
  author: Author
  process-owner: Process owner
  quality-manager: Quality manager
  document-controller: Document controller
people:
${person('alice', 'process-owner', 'approve, commit')}
${person('bob', 'quality-manager', 'approve')}
${person('carol', 'document-controller', 'release')}
${person('dave', 'author', 'commit')}
types:
  sop:
    title: Standard operating procedure
    kind: document
    prefix: SOP
    revisions: number
    approvals:
      - {role: process-owner, meaning: reviewed}
      - {role: quality-manager, meaning: approved}
    independent: true
    review: 24 months
    retention: 10 years
  rules:
    title: Document control rules
    kind: rules
    prefix: QMS
    revisions: number
    approvals:
      - {role: quality-manager, meaning: approved}
release:
  role: document-controller
`;
}

const chapters = [
  'Purpose',
  'Scope',
  'Responsibilities',
  'Preparation',
  'Setting up',
  'First piece',
  'Running',
  'Measuring',
  'Nonconforming parts',
  'Records',
];

/** One procedure; each revision changes two of its ten chapters. */
export function procedureText(number: number, revision: number): string {
  const id = idOf(number);
  const chapter = (title: string, index: number) => {
    // The revision that last changed this chapter, so that a revision is a plausible change.
    const changed = Math.max(1, ...[0, 5].map((of) => lastBelow(revision, index + of)));
    return `## ${String(index + 1)} ${title}

This chapter of step ${number} stands as of its change ${changed}, and is about its
${title.toLowerCase()}. The operator reads the drawing before the first part, and again whenever the shift, the machine or the
material changes. What is not on the drawing is asked, never assumed; the answer is written down
where the next shift finds it. A tool that was dropped is measured before it is used again.

1. Clean the seat of the fixture and look at it under light.
2. Clamp with ${20 + changed} Nm in the order shown, and check the play with the feeler gauge.
3. Release the batch only with the stamp of the inspection, at most ${changed * 3} parts in advance.

| feature | nominal | limits | gauge |
| --- | --- | --- | --- |
| diameter ${index + 1} | ${10 + number}.${changed}0 mm | ±0.05 mm | GA-${100 + index} |
| depth ${index + 1} | ${3 + index}.20 mm | +0.1 / 0 mm | GA-${200 + index} |
`;
  };
  const shown = hasPicture(number) ? `\n![The fixture](images/${id}.png)\n` : '';
  return `---
id: ${id}
title: Procedure ${number} of the corpus
type: sop
revision: ${revision}
owner: process-owner
clauses: [8.5.1, 8.6]
${revision === 1 ? '' : `changes: Chapters brought up to what is done since revision ${revision - 1}\n`}---

# Procedure ${number} of the corpus
${shown}
${chapters.map(chapter).join('\n')}`;
}

/** The highest number at or below `revision` that leaves the rest `of` when divided by ten. */
function lastBelow(revision: number, of: number): number {
  return revision - ((((revision - of) % 10) + 10) % 10);
}
