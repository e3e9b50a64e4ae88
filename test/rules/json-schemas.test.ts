import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatJsonSchemas } from '../../src/rules/json-schemas.ts';

const folder = join(import.meta.dirname, '../../schemas');

describe('the JSON Schemas for editors', () => {
  it('are byte for byte what the parsers check (UPDATE_SCHEMAS=1 writes them anew)', async () => {
    const schemas = formatJsonSchemas();
    if (process.env['UPDATE_SCHEMAS'] === '1') {
      await mkdir(folder, { recursive: true });
      for (const [name, text] of schemas) await writeFile(join(folder, name), text);
    }
    expect((await readdir(folder)).sort()).toEqual([...schemas.keys()].sort());
    for (const [name, text] of schemas) {
      expect(await readFile(join(folder, name), 'utf8'), name).toBe(text);
    }
  });

  it('accept plain numbers and truth values where people write them', () => {
    const front: unknown = JSON.parse(formatJsonSchemas().get('front-matter-1.schema.json') ?? '');
    expect(front).toMatchObject({
      additionalProperties: false,
      required: ['id', 'title', 'type', 'revision', 'owner'],
      properties: {
        revision: { type: ['string', 'integer'] },
        clauses: { items: { type: ['string', 'number'] } },
      },
    });
    const rules: unknown = JSON.parse(formatJsonSchemas().get('qms-1.schema.json') ?? '');
    expect(rules).toMatchObject({
      properties: {
        types: {
          additionalProperties: {
            properties: { independent: { enum: ['true', 'false', true, false] } },
          },
        },
      },
    });
  });
});
