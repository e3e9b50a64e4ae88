import { deflateSync } from 'node:zlib';

/** Texts of the fixture's documents, by a name of their own. */
export const fixtureTexts: Readonly<Record<string, string>> = {
  rules: `id: QMS
revision: 1
title: Document control rules
organization: ABC Industrial Components
timezone: America/Detroit
standards: [iso9001:2015]
roles:
  quality-manager: Quality manager
  document-controller: Document controller
`,
  policy: `# Quality policy

We make machined parts that fit the first time.

1. We agree what is wanted before we start.
2. We work by instructions that are current, and say so when they are wrong.
3. We measure, and we act on what we measure.
4. We do better each year; the objectives are in [SOP-003](sops/SOP-003.md).
`,
  procedure: `## Purpose

This procedure says how documented information is made, approved, released, found and withdrawn, so that people work by what is current and by nothing else.

## Scope

It applies to every document and record of the quality management system, in paper and on screens.

## Words

| Word | Meaning |
| --- | --- |
| document | says how something is to be done |
| record | says what was done |
| revision | a numbered edition of a document |

## Procedure

1. The author raises the revision and writes the reason in one sentence.
2. The process owner reviews it: can it be worked by?
3. The quality manager approves it: does it fit the system?
4. The document controller releases it for a day.
   - If training is needed, the day leaves time for it.
   - Printed copies are replaced on that day.
5. Who finds a mistake says so the same day.

## Records

Approvals and releases are kept in the register. See [SOP-002](SOP-002.md) for nonconforming product, the [quality policy](../POL-001.md), and a draft that is [not yet released](SOP-077.md). The standard is at [iso.org](https://www.iso.org/standard/62085.html).

### Retention

Ten years[^1].

[^1]: Counted from the end of the year in which the record was made.
`,
  setup: `## Before you start

> [!WARNING]
> The spindle can start by itself after an emergency stop was reset. Switch the drive off and hang your lock on the switch before you reach into the machine.

> [!CAUTION]
> Chips are sharp and hot. Use the hook, never your hand or compressed air.

You need the 6 mm hexagon key, the torque wrench, the edge finder and the clean jaws of the vice.

![Vice with part, parallels and stop; the fixed jaw points to the column](pictures/clamping.svg "Figure 1: part, parallels and stop. The fixed jaw points to the column.")

## Clamping

1. Clean the table and the underside of the vice with a lint-free cloth.
2. Set the vice on the table, keys in the middle T-slot.
   > [!IMPORTANT]
   > Check the squareness of the fixed jaw with the dial gauge: at most 0.01 mm over 100 mm.
3. Tighten both bolts in turn to **60 Nm**.
4. Lay the part on the parallels and push it against the stop.
5. Close the vice with the torque wrench. Take the torque from the table below.
6. Tap the part down with the soft hammer until no parallel moves.

## Settings

| Material | Jaw height | Torque | Clamping force | Spindle speed | Feed | Coolant | Remark |
| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |
| Aluminium 6061-T6 | 8 mm | 25 Nm | 9 kN | 9,500 /min | 2,100 mm/min | emulsion 6 % | soft jaws for finished faces |
| Steel 1.0503 (C45) | 10 mm | 45 Nm | 18 kN | 2,800 /min | 620 mm/min | emulsion 8 % | |
| Stainless 1.4301 | 10 mm | 50 Nm | 20 kN | 1,600 /min | 310 mm/min | emulsion 8 % | change the insert after 40 parts |
| Brass CW614N | 8 mm | 20 Nm | 7 kN | 8,000 /min | 1,900 mm/min | dry, extraction on | collect chips apart |

The same as a [file for the control](settings.csv).

## Zero point

1. Touch the edge finder to the fixed jaw, then to the stop.
2. Store as \`G54\`.
3. Run the first part with the feed at 25 %.
   1. Watch the first cut with a hand at the stop button.
   2. Measure the bore with the plug gauge.

> [!NOTE]
> The first part goes to the inspector before the series runs. See [SOP-002](../sops/SOP-002.md) if it is out of tolerance.

![Table of the mill](pictures/table.png)

## Check before the series

- [ ] vice bolts at 60 Nm
- [ ] first part measured and signed
- [x] program number compared with the order

> [!TIP]
> Write the jaw height on the order; the next shift saves ten minutes.
`,
  deburring: `## Steps

1. Put on glasses and gloves.
2. Break all edges 0.2 to 0.4 mm.
3. Blow out threads over the extraction.
`,
  external: `This page identifies the standard and the issue that we work by. The text itself is bought and lies with the quality manager.

- Used for: dimensions without their own tolerance, class **m**.
- Checked once a year against the publisher's catalogue.
`,
  ncr: `## What was found

Bore 25 H7 measured 25.034 mm at 3 of 20 parts.

## What was done with the parts

Three parts scrapped, seventeen measured again and released.

## Cause and correction

The vice was tightened by feel. See [WI-004](../work-instructions/WI-004.md).
`,
};

const clamping = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 360" font-family="sans-serif" font-size="20">
<rect width="800" height="360" fill="#fff"/>
<rect x="60" y="290" width="680" height="40" fill="#d8d8d8" stroke="#222" stroke-width="3"/>
<rect x="120" y="230" width="560" height="60" fill="#bbb" stroke="#222" stroke-width="3"/>
<rect x="150" y="110" width="110" height="120" fill="#999" stroke="#222" stroke-width="3"/>
<rect x="540" y="110" width="110" height="120" fill="#999" stroke="#222" stroke-width="3"/>
<rect x="280" y="180" width="24" height="50" fill="#eee" stroke="#222" stroke-width="3"/>
<rect x="496" y="180" width="24" height="50" fill="#eee" stroke="#222" stroke-width="3"/>
<rect x="260" y="80" width="280" height="100" fill="#9cc3e6" stroke="#222" stroke-width="3"/>
<text x="205" y="175" text-anchor="middle">fixed jaw</text><text x="595" y="175" text-anchor="middle">moving jaw</text>
<text x="400" y="137" text-anchor="middle">part</text><text x="400" y="212" text-anchor="middle">parallels</text>
<path d="M700 170H662" stroke="#a3122a" stroke-width="6"/><path d="m650 170 18-9v18Z" fill="#a3122a"/>
<text x="706" y="177" fill="#a3122a">25 Nm</text></svg>
`;

/** A small PNG of two greys: enough for a browser to show a picture. */
function greyPng(width: number, height: number): Uint8Array {
  const chunk = (name: string, data: Buffer): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, sum]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size[8] = 8;
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows[y * (width + 1) + 1 + x] = y % 40 < 6 && y > 20 ? 90 : 190 + ((x + y) % 17);
    }
  }
  return new Uint8Array(
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk('IHDR', size),
      chunk('IDAT', deflateSync(rows)),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

function crc32(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

const folder = 'qms-docs/work-instructions';

/** Files that documents of the fixture embed or link, by path. */
export const fixtureFiles = new Map<string, Uint8Array>([
  [`${folder}/pictures/clamping.svg`, new TextEncoder().encode(clamping)],
  [`${folder}/pictures/table.png`, greyPng(480, 200)],
  [`${folder}/settings.csv`, new TextEncoder().encode('material,torque\nAluminium,25\n')],
]);
