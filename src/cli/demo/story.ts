/** What the demo makes out of the sample documents: a plausible history of about two years. */

/** A change of text: what stands in the later revision, and what stood in the earlier. */
export interface TextChange {
  readonly later: string;
  readonly earlier: string;
}

/** A revision that came after the first, told backwards from the sample's text. */
export interface StoryRevision {
  readonly id: string;
  readonly author: string;
  readonly reason: string;
  readonly change: TextChange;
}

/** Who writes documents of a type first: nobody approves their own work. */
export const firstAuthors: Readonly<Record<string, string>> = {
  policy: 'carol',
  scope: 'carol',
  system: 'carol',
  objectives: 'carol',
  sop: 'erin',
  'work-instruction': 'dave',
  form: 'erin',
  external: 'erin',
};

/** The first issue of each type of document: one change order a wave. */
export const waves: readonly {
  readonly order: string;
  readonly types: readonly string[];
  readonly daysAgo: number;
  readonly comment: string;
}[] = [
  {
    order: 'CO-2024-01',
    types: ['policy', 'scope', 'system', 'objectives'],
    daysAgo: 716,
    comment: 'The frame of the system, as agreed by the management team.',
  },
  {
    order: 'CO-2024-02',
    types: ['sop'],
    daysAgo: 700,
    comment: 'Read with the people who do the work, process by process.',
  },
  {
    order: 'CO-2024-03',
    types: ['work-instruction'],
    daysAgo: 684,
    comment: 'Tried at the machines on both shifts.',
  },
  {
    order: 'CO-2024-04',
    types: ['form', 'external'],
    daysAgo: 676,
    comment: 'Forms fit the procedures; external issues were compared with the portals.',
  },
];

/** A document that the shop no longer needs. Not among the samples, for it is withdrawn. */
export const withdrawnDocument = {
  id: 'WI-009',
  path: 'qms-docs/work-instructions/WI-009.md',
  daysAgo: 300,
  reason: 'The hand lathe was sold; its jobs run on L02.',
  text: `---
id: WI-009
title: Hand lathe L00, turn short runs
type: work-instruction
revision: A
owner: engineering
clauses: [8.5.1]
audience: [operator]
processes: [machining]
machines: [L00]
---

## You need

- traveler and drawing, outside micrometer, caliper
- chuck key with spring, safety glasses, no gloves

> [!WARNING]
> Take the key out of the chuck before the spindle turns.

## Steps

1. Clamp at least 1.5 times the diameter deep. Face and center.
2. Rough to 0.5 mm over size, let the part cool, measure.
3. Finish in two equal cuts, so that the second repeats the first.
4. Break the edges, measure every part, sign the traveler.
`,
} as const;

/** Revisions released one by one. */
export const revisions: readonly (StoryRevision & {
  readonly daysAgo: number;
  readonly comment: string;
})[] = [
  {
    id: 'SOP-005',
    author: 'dave',
    daysAgo: 585,
    reason: 'A second person checks program and set-up sheet, after a wrong datum went unseen',
    comment: 'Two months on trial at M03 and L02; no wrong datum since.',
    change: {
      later:
        ' A second person checks program, set-up sheet and inspection points against the\n   drawing before the first part.',
      earlier: '',
    },
  },
  {
    id: 'SOP-007',
    author: 'dave',
    daysAgo: 520,
    reason: 'Samples of lots from 151 to 500 raised from 13 to 20 parts after a complaint',
    comment: 'Compared with the last 30 lots: the extra parts cost eight minutes a lot.',
    change: {
      later: '| 151 to 500 | 20 | none fails |',
      earlier: '| 151 to 500 | 13 | none fails |',
    },
  },
  {
    id: 'SOP-010',
    author: 'erin',
    daysAgo: 360,
    reason: 'Auditors need two days of course and two audits beside somebody experienced',
    comment: '',
    change: {
      later: 'a course of at least two days and two audits beside an experienced',
      earlier: 'a course of at least one day and one audit beside an experienced',
    },
  },
  {
    id: 'SOP-005',
    author: 'erin',
    daysAgo: 240,
    reason: 'Final inspection planned with one day instead of two, now that sheets are digital',
    comment: 'Measured over 60 jobs: nine of ten were done the same day.',
    change: {
      later: 'packing 1 day, final inspection 1 day',
      earlier: 'packing 1 day, final inspection 2 days',
    },
  },
];

/** Several documents changed together and signed at once. */
export const changeOrder = {
  name: 'CO-2025-03',
  daysAgo: 430,
  comment: 'Corrective action: reports lay too long, and nobody saw whether parts were delivered.',
  revisions: [
    {
      id: 'SOP-009',
      author: 'erin',
      reason: 'Decision on nonconforming parts within two working days instead of five',
      change: {
        later: 'decides within two working days.',
        earlier: 'decides within five working days.',
      },
    },
    {
      id: 'FRM-002',
      author: 'erin',
      reason: 'Asks whether parts were delivered already',
      change: {
        later: '| Special characteristic? Parts delivered? | |',
        earlier: '| Special characteristic? | |',
      },
    },
  ],
} as const;

/** A revision that was rejected, corrected and then approved. */
export const rejected = {
  id: 'WI-003',
  author: 'dave',
  daysAgo: 170,
  reason: 'Limits for wear values, so that a slip of the sign can not make a wrong part',
  change: {
    later: 'one entry at most 0.050 mm, sum at most 0.200 mm. The controls refuse more.',
    earlier: 'one entry at most 0.100 mm. Whoever enters more says so to the setter.',
  },
  mistake: {
    later: 'one entry at most 0.050 mm, sum at most 0.200 mm.',
    earlier: 'one entry at most 0.050 mm, sum at most 2.000 mm.',
  },
  comment: 'Step 13: a sum of 2.000 mm limits nothing; the controls are set to 0.200 mm.',
  corrected: 'Sum compared with the parameter of each control.',
} as const;

/** A revision that waits for its day, until the operators are trained. */
export const planned = {
  id: 'WI-001',
  author: 'dave',
  daysAgo: 6,
  inDays: 14,
  reason: 'Torque for aluminum lowered from 50 to 40 newton meters after dents at thin walls',
  comment: 'Operators are trained on both shifts before the day.',
  change: {
    later: '| aluminum, brass block | 40 N·m | 5 mm |',
    earlier: '| aluminum, brass block | 50 N·m | 5 mm |',
  },
} as const;

/** The rules before their second revision. */
export const rulesChange = {
  daysAgo: 460,
  reason: 'Frank stands in for the quality manager, so that her holidays stop nothing',
  change: {
    later: 'roles: [inspector, process-owner, quality-manager, maintenance-lead, auditor]',
    earlier: 'roles: [inspector, process-owner, maintenance-lead, auditor]',
  },
} as const;

/** Work in progress at the end: a revision with one approval still missing. */
export const inReview = {
  id: 'SOP-008',
  author: 'dave',
  approver: 'bob',
  daysAgo: 2,
  reason: 'Bore gauges are checked every six months at machines with two shifts',
  comment: 'Agreed with the inspectors.',
  change: {
    later:
      '| bore gauge (two-point, dial 0.001 mm) | setting ring, and travel at 5 points | 0.003 mm | 6 months at machines with two shifts, else 12 |',
    earlier:
      '| bore gauge (two-point, dial 0.001 mm) | setting ring, and travel at 5 points | 0.003 mm | 12 months |',
  },
} as const;

/** A draft that nobody has approved. */
export const draft = {
  path: 'qms-docs/sops/SOP-018.md',
  author: 'erin',
  daysAgo: 1,
  text: `---
id: SOP-018
title: Care of coolants
type: sop
revision: 1
owner: maintenance-lead
clauses: [7.1.3, 8.5.4]
audience: [operator]
processes: [maintenance]
---

## Purpose

Coolant that cools, lubricates and harms nobody.

## Procedure

1. Each Monday the operator measures concentration with the refractometer and writes it on the card
   at the machine: 6 to 8 % on mills, 8 to 10 % on lathes.
2. Below the range: top up with 10 % emulsion, never with concentrate alone.
3. Smell, color or skin complaints: tell the maintenance lead the same day.
`,
} as const;
