import type { CountedApproval, Register, Release, Revision } from '../register/register.ts';
import type { KeyUse, Rules } from '../rules/rules.ts';
import { tagText } from './tag-text.ts';

/** One question of the verification with its answer in words. */
export interface VerdictStep {
  /** One word: `signature`, `key`, `role`. */
  readonly step: string;
  readonly holds: boolean;
  readonly words: string;
}

/**
 * Why a release is good, step by step in words. Each step is asked again of the register, so a
 * page never claims more than the register says.
 */
export function releaseSteps(register: Register, release: Release): readonly VerdictStep[] {
  const number = String(release.number);
  const previous = register.releases[release.number - 2];
  const role = release.rules.releaseRole;
  const holdsRole = release.rules.people.get(release.person)?.roles.includes(role) === true;
  return [
    {
      step: 'chain',
      holds: release.number === 1 || previous !== undefined,
      words:
        previous === undefined
          ? `Release 1 begins the register; the SHA-256 of its tag object is the anchor ${release.digest}.`
          : `Release ${number} names the SHA-256 of release ${String(previous.number)}, ${previous.digest}.`,
    },
    signatureStep(release.key.fingerprint, release.key.algorithm),
    keyStep(release, release.person, release.personName, release.key.fingerprint, 'release'),
    {
      step: 'role',
      holds: holdsRole,
      words: `${release.personName} ${holdsRole ? 'holds' : 'does not hold'} the role that may release, ${roleTitle(release.rules, role)}.`,
    },
  ];
}

/** Why an approval counts for one revision, step by step in words. */
export function approvalSteps(
  release: Release,
  revision: Revision,
  approval: CountedApproval,
): readonly VerdictStep[] {
  const { rules } = release;
  const name = approval.personName;
  const roles = rules.people.get(approval.person)?.roles ?? [];
  const roleSteps = approval.as.map((as): VerdictStep => {
    const holds = roles.includes(as.role);
    return {
      step: 'role',
      holds,
      words: `${name} ${holds ? 'holds' : 'does not hold'} the role ${roleTitle(rules, as.role)} in these rules and signed as "${as.meaning}".`,
    };
  });
  const line = `${revision.document} ${revision.revision} ${revision.digest}`;
  const speaks = tagText(approval.raw).statement.includes(`\nDocument: ${line}\n`);
  return [
    {
      step: 'statement',
      holds: release.approvals.some((each) => each.digest === approval.digest),
      words: `The SHA-256 of the signed statement is ${approval.digest}, which release ${String(release.number)} names.`,
    },
    signatureStep(approval.key.fingerprint, approval.key.algorithm),
    keyStep(release, approval.person, name, approval.key.fingerprint, 'approve'),
    ...roleSteps,
    {
      step: 'content',
      holds: speaks,
      words: `The statement ${speaks ? 'names' : 'does not name'} ${revision.document} revision ${revision.revision} with the content digest ${revision.digest}, the digest of the released files.`,
    },
    requirementStep(revision, approval),
    independenceStep(revision, approval),
  ];
}

function signatureStep(fingerprint: string, algorithm: string): VerdictStep {
  return {
    step: 'signature',
    holds: true,
    words: `The signature is good, made for Git with the key ${fingerprint} (${algorithm}).`,
  };
}

function keyStep(
  release: Release,
  person: string,
  name: string,
  fingerprint: string,
  use: KeyUse,
): VerdictStep {
  const keys = release.rules.people.get(person)?.keys ?? [];
  const holds = keys.some(
    (key) => key.identity.fingerprint === fingerprint && key.use.includes(use),
  );
  return {
    step: 'key',
    holds,
    words: `The rules in force for release ${String(release.number)} (QMS revision ${release.rules.revision}) ${holds ? 'list' : 'do not list'} this key for ${name} with the use "${use}".`,
  };
}

function requirementStep(revision: Revision, approval: CountedApproval): VerdictStep {
  const filled = revision.put.filled.filter((each) =>
    each.by.some((by) => by.approval === approval.name || by.approval === approval.digest),
  );
  const needs = filled.map((each) => `${each.role} ${each.meaning}`).join(', ');
  return {
    step: 'requirement',
    holds: true,
    words:
      filled.length === 0
        ? 'The requirements were filled without it; it was given in addition.'
        : `It fills the requirement "${needs}".`,
  };
}

function independenceStep(revision: Revision, approval: CountedApproval): VerdictStep {
  const { contributors } = revision;
  const contributed = contributors.includes(approval.person);
  const who = contributors.length === 0 ? 'nobody is recorded' : contributors.join(', ');
  if (!revision.type.independent) {
    return {
      step: 'independence',
      holds: true,
      words: `Independence is not asked for by the type "${revision.type.title}". Contributors: ${who}.`,
    };
  }
  const why = revision.put.notCounted.find((one) => one.approval === approval.name)?.why;
  const did = contributed
    ? (why ?? 'contributed to this revision')
    : 'did not contribute to this revision';
  return {
    step: 'independence',
    holds: !contributed,
    words: `${approval.personName} ${did}. Contributors: ${who}.`,
  };
}

function roleTitle(rules: Rules, role: string): string {
  return rules.roles.get(role) ?? role;
}
