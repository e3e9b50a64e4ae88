import { formatStatement } from '../../src/approval/format-statement.ts';
import { parseStatement } from '../../src/approval/parse-statement.ts';
import { parseStatementTag } from '../../src/approval/statement-tag.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import type { Random } from '../support/random.ts';
import { seconds, sha256, subject } from '../support/statement-text.ts';
import { must, same, some, type Target, tokens } from './target.ts';

const ids = ['SOP-001', 'WI-009', 'NCR-2026-014', 'QMS', 'EXT-1', 'sop-1', 'A-1-2-3-4-5'];
const digests = ['a', 'b', 'c'].map(sha256);

function approval(random: Random): string {
  const verb = random.pick(['approve', 'reject', 'withdraw', 'confirm', 'dispose']);
  const verbs: Record<string, string> = {
    approve: 'Approve ',
    reject: 'Reject ',
    withdraw: 'Withdraw ',
    confirm: 'Confirm ',
    dispose: 'Dispose of ',
  };
  const many = Array.from({ length: 14 }, (_, at) => `WI-${String(at + 10)}`);
  const named = some(random, random.oneIn(6) ? many : ids.slice(0, 4), 1, random.oneIn(6) ? 13 : 3);
  const documents = named.map((id) => `${id} ${random.pick(['1', '2', 'A', 'AB'])}`);
  const roles = ['process-owner reviewed', 'quality-manager approved', 'x y', 'bad'];
  const fields = [
    'Qms-Statement: approval/1',
    `Register: ${random.pick(digests)}`,
    ...documents.map((one) => `Document: ${one} ${random.pick(digests)}`),
    `Decision: ${verb}`,
    ...some(random, roles.slice(0, random.oneIn(9) ? 4 : 3), 1, 2).map((as) => `As: ${as}`),
    `Person: ${random.pick(['alice', 'bob-2', 'Carol'])}`,
  ];
  const first = subject(
    verbs[verb] ?? '',
    documents.map((one) => one.replace(' ', ' revision ')),
  );
  return letter(random, first, fields);
}

function release(random: Random): string {
  const number = random.pick([1, 2, 42, 999_999_999]);
  const day = '2026-12-01';
  const chosen = some(random, ids.slice(0, 5), 1, 4);
  const put = chosen.slice(0, random.between(0, chosen.length));
  const kinds = ['withdrawn', 'confirmed', 'disposed of'];
  const acts = chosen.slice(put.length).map((id) => ({ id, act: random.below(3) }));
  const by = (act: number) => acts.filter((one) => one.act === act).map((one) => one.id);
  const line = (name: string) => (id: string) => `${name}: ${id} 1 ${day}`;
  const names = ['qms/approve/SOP-001/1/alice', 'qms/approve/SOP-001/1/bob', 'qms/approve/x'];
  const fields = [
    'Qms-Statement: release/1',
    ...(number === 1 ? [] : [`Register: ${random.pick(digests)}`]),
    `Release: ${String(number)}`,
    ...(number === 1 ? [] : [`Previous: ${random.pick(digests)}`]),
    'Person: carol',
    ...put.map((id) => `Put: ${id} 3 ${random.pick(digests)} ${day}`),
    ...by(0).map(line('Withdraw')),
    ...by(1).map(line('Confirm')),
    ...by(2).map(line('Dispose')),
    ...some(random, names, 0, 3).map((name) => `Approval: ${random.pick(digests)} ${name}`),
  ];
  const items = [0, 1, 2].flatMap((act) => by(act).map((id) => `${id} ${kinds[act] ?? ''}`));
  const puts = put.map((id) => `${id} revision 3`);
  return letter(random, subject(`Release ${String(number)}: `, [...puts, ...items]), fields);
}

/** Subject, perhaps a comment, and the fields. */
function letter(random: Random, first: string, fields: readonly string[]): string {
  const comments = [
    'Tried at mill 4.',
    'One.\n\nTwo.\nThree.',
    'Qms-Statement: x',
    '-----',
    ' x',
    'ä\n',
  ];
  const comment = random.oneIn(2)
    ? []
    : [random.pick(random.oneIn(3) ? comments : comments.slice(0, 2))];
  return `${[first, ...comment, fields.join('\n')].join('\n\n')}\n`;
}

const statement = (random: Random): Buffer =>
  Buffer.from(random.oneIn(2) ? approval(random) : release(random));

const tagName = 'qms/approve/SOP-001/3/alice';
const tagAround = (message: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      `object ${'1'.repeat(40)}\ntype commit\ntag ${tagName}\ntagger a <a@x> ${String(seconds('2026-01-05T15:00:00Z'))} +0100\n\n`,
    ),
    message,
    Buffer.from('-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n'),
  ]);

const approvalSeed = Buffer.from(
  `Approve SOP-001 revision 3\n\nText.\n\nQms-Statement: approval/1\nRegister: ${digests[0] ?? ''}\n` +
    `Document: SOP-001 3 ${digests[1] ?? ''}\nDecision: approve\nAs: quality-manager approved\nPerson: alice\n`,
);

const statementTokens = tokens(
  ...[
    'Qms-Statement: approval/1\n',
    'Qms-Statement: release/1\n',
    'Register: ',
    'Document: ',
    'As: ',
  ],
  ...[
    'Decision: reject\n',
    'Person: ',
    'Put: ',
    'Withdraw: ',
    'Confirm: ',
    'Dispose: ',
    'Approval: ',
  ],
  ...[
    'Release: 0',
    'Previous: ',
    'sha256:',
    '\n\n',
    '\n',
    ' ',
    ' and 1 more',
    ', ',
    'QMS 1',
    '\r',
    '-----',
  ],
  ...[
    '\xe2\x80\x8b',
    '\xc3\xa4',
    'a\xcc\x88',
    '2026-02-30',
    'approve',
    'revision ',
    '\t',
    '\xff',
    'SOP-001',
  ],
);

/** Parsers of what people sign. */
export const statementTargets: readonly Target[] = [
  {
    name: 'statement',
    share: 80,
    seeds: [approvalSeed],
    tokens: statementTokens,
    generate: statement,
    check(bytes) {
      const read = parseStatement(bytes);
      if (!read.ok) return false;
      must(
        formatStatement(read.statement) === bytes.toString(),
        'formatStatement is the inverse of parseStatement',
      );
      return true;
    },
  },
  {
    name: 'statement-tag',
    share: 60,
    seeds: [tagAround(approvalSeed)],
    tokens: statementTokens,
    generate: (random) => tagAround(statement(random)),
    check(bytes) {
      const { tag } = parseStatementTag(bytes, tagName, {}, nodeCryptography);
      if (tag === undefined) return false;
      must(
        tag.name === tagName && tag.tag.name === tagName,
        'the name is the one it is stored under',
      );
      must(tag.tag.type === 'commit', 'it points at a commit');
      must(tag.digest === sha256(bytes), 'the digest is of all bytes');
      const end = bytes.indexOf('\n-----BEGIN ');
      const signed = end < 0 ? bytes : bytes.subarray(0, end + 1);
      must(same(tag.tag.payload, signed), 'what is signed ends at the first armour');
      return true;
    },
  },
];
