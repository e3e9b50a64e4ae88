/** Content types by extension for released files; everything else is a download. */
const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  txt: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

/** How a released file is sent. */
export interface Delivery {
  readonly contentType: string;
  /** Shown in the browser, or saved under the file's own name. */
  readonly disposition: string;
}

/** Decide by the extension alone: never by the bytes, which a browser could read otherwise. */
export function deliveryOf(path: string): Delivery {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const type = dot < 0 ? undefined : types[name.slice(dot + 1).toLowerCase()];
  const shown = type !== undefined && !type.startsWith('text/csv');
  const plain = name.replace(/[^A-Za-z0-9 ._-]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return {
    contentType: type ?? 'application/octet-stream',
    disposition: `${shown ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encoded}`,
  };
}
