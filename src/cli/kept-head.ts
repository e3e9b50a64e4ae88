import type {
  DocumentHead,
  FieldPlace,
  FieldValue,
  FrontMatter,
  NamedHead,
} from '../document/document.ts';

/** A head as JSON: the front matter, what stands below `fields`, and the places. */
type Packed = readonly [
  frontMatter: Omit<FrontMatter, 'fields'>,
  fields: readonly (readonly [string, FieldValue])[] | null,
  places: readonly (readonly [string, FieldPlace])[],
];

/** The head of a document as one text, which is cheaper to keep and to read than its parts. */
export function packHead(head: DocumentHead): string {
  if (head instanceof KeptHead) return head.packed;
  const { fields, ...rest } = head.frontMatter;
  const packed: Packed = [rest, fields === undefined ? null : [...fields], [...head.places]];
  return JSON.stringify(packed);
}

/** A head that is unpacked when somebody asks for more than what it is called. */
export class KeptHead implements NamedHead {
  readonly path: string;
  readonly id: string;
  readonly revision: string;
  readonly packed: string;
  #head: DocumentHead | undefined;

  /** @param packed What `packHead` made. */
  constructor(path: string, id: string, revision: string, packed: string) {
    this.path = path;
    this.id = id;
    this.revision = revision;
    this.packed = packed;
  }

  get frontMatter(): FrontMatter {
    return this.#unpacked().frontMatter;
  }

  get places(): ReadonlyMap<string, FieldPlace> {
    return this.#unpacked().places;
  }

  #unpacked(): DocumentHead {
    if (this.#head !== undefined) return this.#head;
    // It was made by `packHead`: the file's digest says so.
    const [rest, fields, places] = JSON.parse(this.packed) as Packed;
    const frontMatter = { ...rest, fields: fields === null ? undefined : new Map(fields) };
    this.#head = { path: this.path, frontMatter, places: new Map(places) };
    return this.#head;
  }
}
