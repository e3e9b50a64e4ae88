import type { Options } from 'rehype-sanitize';

/**
 * What the text of a document may bring to a reader: nothing but structure. No style, no script,
 * no frames, no forms, no ids but those of footnotes, no addresses but plain ones.
 */
export const sanitizeSchema: Options = {
  strip: ['script', 'style'],
  // remark-rehype has prefixed the ids of footnotes already; a second prefix would part them.
  clobber: [],
  clobberPrefix: '',
  tagNames: [
    ...['a', 'blockquote', 'br', 'code', 'del', 'div', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
    ...['hr', 'img', 'input', 'kbd', 'li', 'ol', 'p', 'pre', 'section', 'span', 'strong', 'sub'],
    ...['sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
  ],
  attributes: {
    a: [
      'href',
      'title',
      'id',
      'dataFootnoteRef',
      'dataFootnoteBackref',
      'ariaDescribedBy',
      'ariaLabel',
    ],
    code: [['className', /^language-[A-Za-z0-9_+-]{1,30}$/]],
    div: [['className', 'markdown-alert', /^markdown-alert-[a-z]{1,12}$/]],
    h2: ['id', ['className', 'sr-only']],
    img: ['src', 'alt', 'title'],
    input: [
      ['type', 'checkbox'],
      ['disabled', true],
      ['checked', true],
    ],
    li: ['id', ['className', 'task-list-item']],
    ol: ['start'],
    p: [['className', 'markdown-alert-title', 'raw-html']],
    section: ['dataFootnotes'],
    td: [['align', 'left', 'right', 'center']],
    th: [['align', 'left', 'right', 'center']],
    ul: [['className', 'contains-task-list']],
  },
  protocols: { href: ['http', 'https', 'mailto', 'tel'], src: ['http', 'https'] },
  required: { input: { type: 'checkbox', disabled: true } },
};
