/**
 * The public library: read a repository, verify its register, ask what is in force.
 *
 * @example
 * const repository = await openRepository('.', process.env);
 * const store = await openStore(repository);
 * const verification = await verifyRegister({
 *   store, cryptography: nodeCryptography, heads: [], now: Date.now() / 1000,
 *   anchors: [{ digest: 'sha256:…', source: 'the wall of the office' }],
 * });
 */
export type { Cryptography, PrimitiveCheck } from './git/cryptography.ts';
export { nodeCryptography } from './git/node-cryptography.ts';
export type {
  ObjectFault,
  ObjectStore,
  ObjectType,
  RawObject,
  Ref,
  RepositoryState,
} from './git/object-store.ts';
export { openStore } from './git/open-store.ts';
export { openRepository, type Repository } from './git/repository.ts';

export { type ProblemCode, problemCodes } from './problem/codes.ts';
export {
  exitCodes,
  type Outcome,
  type Place,
  type Problem,
  QmsError,
  type Severity,
} from './problem/problem.ts';

export { contentDigest } from './document/content.ts';
export type { ContentFile, Digest, Document, FrontMatter } from './document/document.ts';
export { parseDocument } from './document/parse-document.ts';
export { parseRules } from './rules/parse-rules.ts';
export type { DocumentType, Person, Rules } from './rules/rules.ts';

export { formatStatement } from './approval/format-statement.ts';
export { parseStatement } from './approval/parse-statement.ts';
export type { ApprovalStatement, ReleaseStatement, Statement } from './approval/statement.ts';

export { effectiveRevision, inForce, stateOf } from './register/in-force.ts';
export type {
  RegisteredDocument,
  Register,
  Release,
  ReleaseAct,
  Revision,
  State,
  Verification,
} from './register/register.ts';
export type { GivenAnchor, GivenHead } from './register/trust.ts';
export { verifyRegister, type VerifyOptions } from './register/verify-register.ts';

export { listDocuments } from './audit/list.ts';
