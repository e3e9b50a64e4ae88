import type { ApprovalEvidence, Evidence } from '../audit/evidence.ts';
import type { VerdictStep } from '../audit/release-steps.ts';
import type { Session } from './session.ts';
import { fold, padEnd } from './table.ts';

/** One signed tag: facts, the verdict step by step, and the statement as it was signed. */
interface Signed {
  readonly facts: readonly (readonly [string, string])[];
  readonly steps: readonly VerdictStep[];
  readonly statement: string;
}

const factRoom = 8;
const stepRoom = 16;

/**
 * The evidence for one revision as text: who signed what with which key and why it counts, then the
 * commands to repeat it. The commands stand at the left margin and their explanations behind `#`,
 * so that a shell takes all of it as it stands.
 */
export function evidenceAsText(evidence: Evidence, session: Session): string {
  const { paint } = session;
  const width = Math.min(session.columns ?? 100, 100);
  const { released } = evidence;
  const sections = [
    `${paint('bold', `${evidence.id} ${evidence.title}`)}\nEvidence for revision ${evidence.revision}, from a clone alone.\n`,
    ...evidence.approvals.map((approval) =>
      section(
        `Approved by ${approval.name}${rolesInWords(approval)}`,
        { ...approval, facts: factsOf(approval) },
        session,
        width,
      ),
    ),
    section(
      `Released by ${released.name}, release ${String(released.release)}`,
      { ...released, facts: factsOf(released) },
      session,
      width,
    ),
    `${paint('bold', 'What was approved, byte for byte')}\n${quoted(evidence.manifest)}  ${evidence.digest}\n`,
    `${paint('bold', 'Check it yourself')}\n${checks(evidence, width)}`,
  ];
  return sections.join('\n');
}

function rolesInWords(approval: ApprovalEvidence): string {
  const roles = approval.as.map((as) => `${as.roleTitle} (${as.meaning})`);
  return roles.length === 0 ? '' : ` as ${roles.join(', ')}`;
}

function factsOf(signed: ApprovalEvidence | Evidence['released']): Signed['facts'] {
  return [
    ['Signed', `${signed.time}, by the signer's own clock`],
    ['Key', `${signed.key} (${signed.algorithm})`],
    ['Tag', signed.tag],
    ['Digest', signed.digest],
    ['Commit', signed.commit],
  ];
}

function section(title: string, signed: Signed, session: Session, width: number): string {
  const { paint } = session;
  let text = `${paint('bold', title)}\n`;
  for (const [name, value] of signed.facts) text += `  ${padEnd(name, factRoom)}${value}\n`;
  for (const { step, holds, words } of signed.steps) {
    const mark = holds ? paint('green', paint.symbols.good) : paint('red', paint.symbols.bad);
    fold(words, width - stepRoom - 4).forEach((part, at) => {
      const begin = at === 0 ? `  ${mark} ${padEnd(step, stepRoom)}` : ' '.repeat(stepRoom + 4);
      text += `${begin}${part}\n`;
    });
  }
  return text + quoted(signed.statement);
}

/** Lines as they stand, behind a bar. */
function quoted(lines: string): string {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => `  | ${line}`.trimEnd() + '\n')
    .join('');
}

function checks(evidence: Evidence, width: number): string {
  const explained = (text: string): string =>
    fold(text, width - 2)
      .map((part) => `# ${part}\n`)
      .join('');
  return evidence.commands
    .map(
      ({ title, command, expect }, at) =>
        `\n${explained(`${String(at + 1)}. ${title}`)}${command}\n${explained(`Expect: ${expect}`)}`,
    )
    .join('');
}
