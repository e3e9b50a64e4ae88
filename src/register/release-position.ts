import type { ReleaseStatement } from '../approval/statement.ts';
import { dayOf } from '../document/day.ts';
import type { Rules } from '../rules/rules.ts';
import type { Chain } from './chain.ts';
import type { Findings } from './findings.ts';
import { clockToleranceSeconds } from './clock-tolerance.ts';
import type { ReleaseCandidate } from './release-candidate.ts';
import type { Instant } from './register.ts';
import type { PutContent } from './released-content.ts';

/** Number, anchor, predecessor and time: whether the release stands where it says. */
export function judgePosition(
  candidate: ReleaseCandidate,
  chain: Chain | undefined,
  now: number,
  findings: Findings,
): void {
  const { statement, tag } = candidate.tag;
  if (statement.release !== candidate.number) {
    findings.find(
      'chain/number',
      `The tag qms/release/${String(candidate.number)} holds release ${String(statement.release)}.`,
    );
  }
  const before = chain?.releases.at(-1);
  if (chain !== undefined && before !== undefined) {
    if (statement.register !== chain.anchor) {
      findings.find(
        'chain/register',
        `The release names the register ${statement.register ?? 'none'}, expected ${chain.anchor}.`,
      );
    }
    // Without this, a release could be taken from another line of history and put in here.
    if (statement.previous !== before.digest) {
      findings.find(
        'chain/previous',
        `The release names ${statement.previous ?? 'none'} as the one before it, expected ${before.digest}, release ${String(before.number)}.`,
      );
    }
    if (tag.tagger.seconds < before.time.seconds - clockToleranceSeconds) {
      findings.find(
        'chain/time-backwards',
        'The release is dated more than five minutes before the release before it.',
      );
    }
  } else {
    const only = statement.put.length === 1 ? statement.put[0] : undefined;
    const others = statement.withdraw.length + statement.confirm.length + statement.dispose.length;
    if (only?.id !== 'QMS' || only.revision !== '1' || others > 0) {
      findings.find('chain/founding', 'Release 1 puts something else in force than QMS 1 alone.');
    }
    if (statement.approvals.length > 0) {
      findings.find('chain/founding', 'Release 1 names approvals, expected none.');
    }
  }
  if (tag.tagger.seconds > now + clockToleranceSeconds) {
    findings.find(
      'chain/time-future',
      'The release is dated more than five minutes in the future.',
    );
  }
}

/** Days are those of the time zone in the rules in force for the release. */
export function judgeDays(
  statement: ReleaseStatement,
  contents: readonly PutContent[],
  time: Instant,
  rules: Rules,
  findings: Findings,
): void {
  const today = dayOf(time.seconds, rules.timezone);
  const sameDay = (what: string, id: string, day: string) => {
    if (day !== today) {
      findings.find(
        'release/day',
        `${what} ${id} bears ${day}, expected ${today}, the day of signing.`,
        {
          document: id,
        },
      );
    }
  };
  const notEarlier = (what: string, id: string, day: string) => {
    if (day < today) {
      findings.find(
        'release/day',
        `${what} ${id} bears ${day}, before ${today}, the day of signing.`,
        {
          document: id,
        },
      );
    }
  };
  for (const line of statement.put) {
    if (line.id === 'QMS') sameDay('Put', line.id, line.day);
    else notEarlier('Put', line.id, line.day);
    const planned = contents.find((content) => content.line === line)?.frontMatter?.effective;
    if (planned !== undefined && line.day < planned) {
      findings.find(
        'release/day',
        `Put ${line.id} bears ${line.day}, before ${planned}, which the document asks for.`,
        { document: line.id },
      );
    }
  }
  for (const line of statement.withdraw) notEarlier('Withdraw', line.id, line.day);
  for (const line of statement.confirm) sameDay('Confirm', line.id, line.day);
  for (const line of statement.dispose) sameDay('Dispose', line.id, line.day);
}
