import type { Severity } from './problem.ts';
import { approvalCodes } from './codes/approval.ts';
import { auditCodes } from './codes/audit.ts';
import { cliCodes } from './codes/cli.ts';
import { documentCodes } from './codes/document.ts';
import { gitCodes } from './codes/git.ts';
import { makingCodes } from './codes/making.ts';
import { publishCodes } from './codes/publish.ts';
import { pushCodes } from './codes/push.ts';
import { registerCodes } from './codes/register.ts';
import { rulesCodes } from './codes/rules.ts';
import { serverCodes } from './codes/server.ts';
import { signatureCodes } from './codes/signature.ts';
import { statementCodes } from './codes/statement.ts';

/** One line of the table of problems: what `qms explain <code>` prints. */
export interface CodeEntry {
  readonly severity: Severity;
  /** A few words: the heading of its page. */
  readonly title: string;
  /** What it means and why it matters, one short paragraph. */
  readonly explanation: string;
  /** What to do, one or two sentences; a problem may bring a closer one. */
  readonly remedy: string;
}

/** Every problem there is, by its stable code `stage/fault`. */
export const problemCodes = {
  ...gitCodes,
  ...signatureCodes,
  ...documentCodes,
  ...rulesCodes,
  ...statementCodes,
  ...approvalCodes,
  ...registerCodes,
  ...makingCodes,
  ...pushCodes,
  ...auditCodes,
  ...publishCodes,
  ...serverCodes,
  ...cliCodes,
} as const satisfies Record<string, CodeEntry>;

export type ProblemCode = keyof typeof problemCodes;
