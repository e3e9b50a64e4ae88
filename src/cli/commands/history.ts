import type { ApprovalView } from '../../audit/approvals.ts';
import type { DocumentHistory } from '../../audit/history.ts';
import type { CommandLine } from '../command-line.ts';
import type { Session } from '../session.ts';
import { fold } from '../table.ts';
import { paintState } from './list.ts';

/** `Alice Ng as Quality manager (approved) on 2026-11-21`. */
export function approvalInWords(approval: ApprovalView): string {
  return `${approval.name} as ${approval.roleTitle} (${approval.meaning}) on ${approval.time.slice(0, 10)}`;
}

function asText(history: DocumentHistory, session: Session): string {
  const { paint } = session;
  const width = Math.min(session.columns ?? 100, 100) - 4;
  let text = `${paint('bold', `${history.id} ${history.title}`)}\n`;
  if (history.end !== null) {
    const word = history.end.act === 'dispose' ? 'Disposed of' : 'Withdrawn';
    text += `${word} on ${history.end.day} by release ${String(history.end.release)}.`;
    text += `${history.successor === null ? '' : ` Replaced by ${history.successor}.`}\n`;
  }
  for (const revision of history.revisions) {
    const state = revision.state === 'effective' ? 'in force' : revision.state;
    const until = revision.until === null ? '' : ` to ${revision.until.slice(0, 10)}`;
    text += `\nrevision ${revision.revision}  ${paintState(paint, state, revision.state)}`;
    text += `  ${revision.from.slice(0, 10)}${until}${revision.contested ? '  contested' : ''}\n`;
    const lines = [
      ...(revision.reason === null ? [] : [`Why: ${revision.reason}`]),
      ...revision.approvals.map((approval) => `Approved by ${approvalInWords(approval)}`),
      `Released by ${revision.releasedBy}, release ${String(revision.release)}`,
      ...revision.confirmations.map(
        (act) => `Reviewed and confirmed on ${act.day}, release ${String(act.release)}`,
      ),
      ...revision.doubts,
    ];
    for (const line of lines) {
      for (const part of fold(line, width)) text += `    ${part}\n`;
    }
  }
  return text;
}

/** `qms history <id>`: every revision with its reason, approvals and release. */
export function addHistory(line: CommandLine): void {
  line.add(
    'history <id>',
    {
      summary: 'the revisions of a document: reason, approvals, release',
      examples: [['qms history SOP-001', 'newest first']],
      exit: {
        0: 'shown, from a verified register',
        1: 'the register has problems, or holds no such document',
        2: 'it can not be verified, for want of an anchor, say',
      },
    },
    (command) => command,
    async (session, id: string) => {
      const { openRegister } = await import('../open-register.ts');
      const { historyOf } = await import('../../audit/history.ts');
      return openRegister(session, (opened) => {
        const at = Math.floor(session.surroundings.now().getTime() / 1000);
        opened.expectDocument(id);
        const history = historyOf(opened.register, id, at);
        if (session.json) session.printJson(history);
        else {
          session.print(asText(history, session));
          session.say(`One revision: qms show ${id}@${history.revisions[0]?.revision ?? '1'}`);
        }
        return opened.answer();
      });
    },
  );
}
