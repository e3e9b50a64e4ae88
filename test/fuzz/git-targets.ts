import { parseCommit, formatCommit } from '../../src/git/commit.ts';
import { parseConfig, setInConfig } from '../../src/git/config-file.ts';
import { compareCodePoints } from '../../src/git/code-point-order.ts';
import { parsePackedRefs } from '../../src/git/packed-refs.ts';
import { formatTag, parseTag } from '../../src/git/tag.ts';
import { formatTree, parseTree } from '../../src/git/tree.ts';
import { QmsError } from '../../src/problem/problem.ts';
import { coAuthors } from '../../src/approval/contributors.ts';
import { frontMatterBytesLimit, splitFrontMatter } from '../../src/document/front-matter.ts';
import { isDocumentId } from '../../src/document/identity.ts';
import { isYamlMap, parseStrictYaml } from '../../src/document/strict-yaml.ts';
import { documentIdsIn } from '../../src/register/document-lines.ts';
import type { Random } from '../support/random.ts';
import { must, same, type Target, tokens } from './target.ts';

const hex = (random: Random): string =>
  Array.from({ length: 5 }, () => random.bits().toString(16).padStart(8, '0')).join('');

const identity = (random: Random): string => {
  const name = random.pick(['alice', 'Bob B.', 'a', ' ', '"q"', 'Ä', 'x>y', '']);
  const email = random.pick(['alice@shop.example', 'a b', '', 'K@k', '<', 'é@x']);
  const offset = random.pick(['+0000', '-0500', '+9999', '0000', '+00000']);
  return `${name} <${email}> ${random.pick([0, 1, 1767625200, 253402300799, 253402300800])} ${offset}`;
};

/** What the reader of released documents takes for the id. */
function strictIdIn(text: string): string | undefined {
  const { split } = splitFrontMatter(text, {});
  if (split === undefined) return undefined;
  const value = parseStrictYaml(split.yaml, {}, 1, frontMatterBytesLimit).yaml?.value;
  const id = isYamlMap(value) ? value['id'] : undefined;
  return typeof id === 'string' && isDocumentId(id) ? id : undefined;
}

const armour = '-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n';
const headerTokens = tokens(
  ...['tree ', 'parent ', 'author ', 'committer ', 'gpgsig ', 'gpgsig-sha256 ', 'encoding ', '\n '],
  ...[
    'object ',
    'type commit\n',
    'tag ',
    'tagger ',
    '\n\n',
    '\0',
    '\r',
    ' <',
    '> ',
    ' +0000',
    '\n',
  ],
  ...['mergetag object ', 'HG:extra x\n', 'Co-authored-by: x <x@y>\n', armour, '0'.repeat(40)],
  ...[
    '-----BEGIN PGP SIGNATURE-----',
    '-----BEGIN SIGNED MESSAGE-----',
    '\xff\xfe',
    '\xe2\x80\xae',
  ],
);

function tag(random: Random): Buffer {
  const name = random.pick([
    'qms/release/1',
    'v1',
    'a/b.lock',
    'a..b',
    '-x',
    'qms/approve/SOP-1/1/a',
  ]);
  const type = random.pick(['commit', 'commit', 'tree', 'blob', 'tag', 'x']);
  const message = random.pick(['Hello\n', '', 'a\n\nb\n', '\n', '-----\n', 'no end']);
  const end = random.pick(['', armour, armour.replace('SSH', 'PGP'), `${armour}more`]);
  return Buffer.from(
    `object ${hex(random)}\ntype ${type}\ntag ${name}\ntagger ${identity(random)}\n\n${message}${end}`,
  );
}

function commit(random: Random): Buffer {
  const parents = Array.from({ length: random.below(4) }, () => `parent ${hex(random)}\n`);
  const folded = armour.trimEnd().replaceAll('\n', '\n ');
  const more = random.pick([
    ...['', '', 'encoding ISO-8859-1\n', `gpgsig ${folded}\n`, `gpgsig-sha256 ${folded}\n`],
    ...['mergetag object x\n tree y\n', 'x y\n', `gpgsig ${folded}\ngpgsig ${folded}\n`, 'x\n'],
  ]);
  const people = `author ${identity(random)}\ncommitter ${identity(random)}\n`;
  const message = random.pick(['\nWork\n', '\n', '', '\n\nCo-Authored-By: Eve <eve@x>\n']);
  return Buffer.from(`tree ${hex(random)}\n${parents.join('')}${people}${more}${message}`);
}

function tree(random: Random): Buffer {
  const modes = ['100644', '100755', '120000', '160000', '40000', '040000', '100664'];
  const names = [
    'a',
    'a.b',
    'A',
    'b',
    '.git',
    '.GIT ',
    'git~1',
    'ä',
    'é',
    '.',
    'x/y',
    'z'.repeat(300),
  ];
  const list = Array.from({ length: random.below(6) }, () => ({
    mode: random.oneIn(8) ? random.pick(modes) : random.pick(modes.slice(0, 5)),
    name: random.oneIn(6) ? random.pick(names) : `f${String(random.below(40))}`,
  }));
  const key = ({ mode, name }: (typeof list)[number]) => (mode === '40000' ? `${name}/` : name);
  if (!random.oneIn(10))
    list.sort((a, b) => Buffer.compare(Buffer.from(key(a)), Buffer.from(key(b))));
  return Buffer.concat(
    list.flatMap(({ mode, name }) => [
      Buffer.from(`${mode} ${name}\0`),
      Buffer.from(hex(random), 'hex'),
    ]),
  );
}

const someTag = Buffer.from(
  `object ${'1'.repeat(40)}\ntype commit\ntag qms/release/1\ntagger a <a@x> 1767625200 +0100\n\nText\n${armour}`,
);
const someCommit = Buffer.from(
  `tree ${'1'.repeat(40)}\nparent ${'2'.repeat(40)}\nauthor a <a@x> 1 +0000\ncommitter b <b@x> 2 -0330\n` +
    `gpgsig ${armour.trimEnd().replaceAll('\n', '\n ')}\n\nText\n\nCo-authored-by: c <c@x>\n`,
);

const configText = `[core]
	repositoryformatversion = 0
	bare = false # comment
[remote "origin"]
	url = "https://x.example/a b.git" ; more
	fetch = +refs/heads/*:refs/remotes/origin/*
[branch "a\\"b\\\\c"] merge = x
[qms]
	anchor
	head = 1:sha256:\\
0
`;

function config(random: Random): Buffer {
  const lines = Array.from({ length: random.below(8) }, () => {
    const value = random.pick([
      'x',
      '"a b"',
      '"a',
      'a\\tb',
      'a\\qb',
      'a \\',
      '',
      ' "x" y ; z',
      '#',
      '\\"',
    ]);
    return random.pick([
      '[a]',
      '[a "b"]',
      '[a.b]',
      `key = ${value}`,
      `k=${value}`,
      'alone',
      '# x',
      '[a] k = 1',
    ]);
  });
  return Buffer.from(`[s]\n${lines.join(random.pick(['\n', '\n\t', '\r\n', '\n']))}\n`);
}

const packed = `# pack-refs with: peeled fully-peeled sorted \n${'1'.repeat(40)} refs/heads/main\n${'2'.repeat(40)} refs/tags/qms/release/1\n^${'3'.repeat(40)}\n`;

/** Parsers of what Git stores. */
export const gitTargets: readonly Target[] = [
  {
    name: 'tag',
    share: 130,
    seeds: [someTag],
    tokens: headerTokens,
    generate: tag,
    check(bytes) {
      const read = parseTag(bytes);
      if (!read.ok) return false;
      const { message, payload, armour: end = new Uint8Array() } = read.value;
      must(same(Buffer.concat([payload, end]), bytes), 'payload and armour are the object');
      must(
        same(payload.subarray(payload.length - message.length), message),
        'the message is signed',
      );
      // A message may lack its last line feed where no armour follows.
      must(same(formatTag(read.value), bytes), 'formatTag is the inverse of parseTag');
      return true;
    },
  },
  {
    name: 'commit',
    share: 130,
    seeds: [someCommit],
    tokens: headerTokens,
    generate: commit,
    check(bytes) {
      const any = parseCommit(bytes, 'any');
      const strict = parseCommit(bytes, 'release');
      must(any.ok || !strict.ok, 'what a release commit may be, any commit may be');
      if (!any.ok) return false;
      must(same(formatCommit(any.value), bytes), 'formatCommit is the inverse of parseCommit');
      if (any.value.signature === undefined) {
        must(
          same(any.value.payload, bytes) || any.value.moreHeaders.length > 0,
          'without a signature everything is payload',
        );
      }
      for (const address of coAuthors(any.value.message)) {
        must(!address.includes('\n'), 'an address is of one line');
      }
      return true;
    },
  },
  {
    name: 'tree',
    share: 130,
    seeds: [Buffer.concat([Buffer.from('100644 a\0'), Buffer.alloc(20, 7)])],
    tokens: tokens(
      '100644 ',
      '40000 ',
      '160000 ',
      '120000 ',
      '100755 ',
      '\0',
      '.git\0',
      Buffer.alloc(20, 9),
    ),
    generate: tree,
    check(bytes) {
      const read = parseTree(bytes);
      if (!read.ok) return false;
      must(same(formatTree(read.value), bytes), 'formatTree is the inverse of parseTree');
      must(
        new Set(read.value.map((one) => one.name)).size === read.value.length ||
          read.value.some((one) => one.name === undefined),
        'no name stands twice',
      );
      return true;
    },
  },
  {
    name: 'config-file',
    share: 60,
    seeds: [Buffer.from(configText)],
    tokens: tokens(
      '[',
      ']',
      '"',
      '\\',
      '\\\n',
      '=',
      '#',
      ';',
      '\n',
      ' \t',
      '[a "b"]',
      'k = v\n',
      '\r\n',
      '\\"',
      '[a.',
    ),
    generate: config,
    check(bytes) {
      const text = bytes.toString();
      const read = parseConfig(text);
      if (!read.ok) return false;
      let last = 0;
      for (const entry of read.value) {
        must(entry.start >= last && entry.end >= entry.start, 'settings stand one after the other');
        last = entry.end;
      }
      const value = 'a "b" \\ c\t#d;\n';
      const again = parseConfig(setInConfig(text, read.value, 'qms.anchor', value));
      must(again.ok, 'a changed configuration can be read');
      if (again.ok) {
        must(
          again.value.findLast((one) => one.key === 'qms.anchor')?.value === value,
          'what was set is read',
        );
        const others = (list: typeof read.value) =>
          JSON.stringify(
            list.filter((one) => one.key !== 'qms.anchor').map((one) => [one.key, one.value]),
          );
        must(others(again.value) === others(read.value), 'the other settings stay');
      }
      return true;
    },
  },
  {
    name: 'packed-refs',
    share: 70,
    seeds: [Buffer.from(packed)],
    tokens: tokens(
      '#',
      '^',
      ' ',
      '\n',
      'refs/tags/',
      'refs/heads/x\n',
      '\r\n',
      `${'4'.repeat(40)} `,
      '..',
      '.lock',
      '@{',
    ),
    generate(random) {
      const lines = Array.from({ length: random.below(9) }, () => {
        const name = random.pick([
          'refs/heads/a',
          'refs/tags/qms/x',
          'refs/x..y',
          'refs/a.lock',
          'HEAD',
          'refs/ä',
        ]);
        return random.pick([
          `${hex(random)} ${name}`,
          `${hex(random)} ${name}`,
          `^${hex(random)}`,
          '# x',
          '',
          hex(random),
        ]);
      });
      return Buffer.from(`${lines.join('\n')}\n`);
    },
    check(bytes) {
      try {
        const { refs } = parsePackedRefs(bytes, 'packed-refs');
        for (const [i, { name, id }] of refs.entries()) {
          must(/^[^\u0000- ]+$/.test(name), 'names are well-formed');
          must(/^[0-9a-f]{40}$/.test(id), 'ids are well-formed');
          const before = refs[i - 1]?.name;
          must(before === undefined || compareCodePoints(before, name) < 0, 'names are sorted');
        }
        return true;
      } catch (error) {
        if (error instanceof QmsError && error.code === 'git/ref-invalid') return false;
        throw error;
      }
    },
  },
  {
    name: 'document-lines',
    share: 70,
    seeds: [Buffer.from('---\nid: SOP-001 # x\ntitle: y\n---\n# Text\nid: SOP-002\n')],
    tokens: tokens(
      '---\n',
      'id: ',
      'id: "SOP-1"\n',
      '"id": ',
      '? id\n: SOP-1\n',
      '{id: SOP-1}\n',
      '>-\n  SOP-1\n',
      "'",
      '"',
      '#',
      '\r\n',
      '\xef\xbb\xbf',
      ' \t',
      'QMS',
      '\xff',
      '-',
    ),
    generate(random) {
      const lines = Array.from({ length: random.below(6) }, () =>
        random.pick([
          'id: SOP-1',
          'id:SOP-2',
          'id: "SOP-3"',
          "id: 'SOP-4' # c",
          ' id: SOP-5',
          ...['"id" : SOP-6', 'id:\n  SOP-7', '? id\n: SOP-7', '- id: SOP-7', 'id: >-\n  SOP-7'],
          ...['{id: SOP-8', 'id: SOP-8,', 'fields: {', ' x: y}', '}', '{', 'title: "', '"', "'"],
          ...['# id: SOP-8', ' # x', '-', '- x', 'fields:', '  y: z', 'x: |', 'id: "SOP\\x2d8"'],
          'title: x',
          'id: sop',
          '',
        ]),
      );
      return Buffer.from(`---\n${lines.join('\n')}\n---\nid: SOP-9\n`);
    },
    check(bytes) {
      const ids = documentIdsIn(bytes);
      for (const id of ids) {
        must(/^[A-Z][A-Z0-9-]*$/.test(id), 'what is found is like an id');
        // An escape may stand in the place of a letter, and a byte-order mark be passed over.
        const stands = bytes.includes(Buffer.from(id)) || bytes.includes('\\');
        must(stands, 'what is found stands there');
      }
      const read = strictIdIn(bytes.toString());
      must(read === undefined || ids.includes(read), 'what the strict reader finds is found');
      return ids.length > 0;
    },
  },
];
