import { z } from 'zod';
import { plainForms } from '../document/field-shapes.ts';
import { frontMatterSchema } from '../document/front-matter.ts';
import { rulesSchema } from './rules-schema.ts';

/**
 * The JSON Schemas of the file formats for editors, by file name: what `schemas/` holds. They are
 * made of the schemas that the parsers use, and accept plain numbers and truth values too, because
 * editors read YAML with types.
 */
export function formatJsonSchemas(): ReadonlyMap<string, string> {
  return new Map([
    [
      'front-matter-1.schema.json',
      format(frontMatterSchema, 'Front matter of a controlled document, version 1'),
    ],
    ['qms-1.schema.json', format(rulesSchema, 'Rules of a QMS (qms.yaml), version 1')],
  ]);
}

function format(schema: z.ZodType, title: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const plain = zodSchema instanceof z.ZodType ? plainForms.get(zodSchema)?.plain : undefined;
      if (plain === undefined) return;
      if (plain === 'boolean') {
        delete jsonSchema.type;
        jsonSchema.enum = [...(jsonSchema.enum ?? []), true, false];
      } else {
        Object.assign(jsonSchema, { type: ['string', plain] });
      }
    },
  });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
