import { type RenderedText, renderMarkdown, type TextContext } from './markdown.ts';

/** A released text to be rendered, as plain data that another thread can be given. */
export interface TextTask extends Pick<TextContext, 'id' | 'revision' | 'title' | 'path'> {
  readonly source: string;
  /** Paths of the files of the revision's content. */
  readonly files: readonly string[];
  /** Ids of released documents by their paths. */
  readonly documents: ReadonlyMap<string, string>;
}

/** A rendered text, and what it rests on beside its own files. */
export interface LinkedText {
  readonly text: RenderedText;
  /** Paths that it leads to, with the ids of the documents that stand there. */
  readonly links: ReadonlyMap<string, string | undefined>;
}

/** Renders a text, in this thread or in another. */
export type RenderText = (task: TextTask) => LinkedText | Promise<LinkedText>;

export function renderText({ source, files, documents, ...place }: TextTask): LinkedText {
  const links = new Map<string, string | undefined>();
  const text = renderMarkdown(source, {
    ...place,
    files: new Set(files),
    documentAt: (path) => {
      const id = documents.get(path);
      links.set(path, id);
      return id;
    },
  });
  return { text, links };
}
