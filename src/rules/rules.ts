import type { Interval, Requirement, RevisionScheme } from '../document/document.ts';
import type { Certificate } from '../signature/certificate.ts';
import type { KeyIdentity } from '../signature/verdict.ts';

/** What a key may be used for. */
export type KeyUse = 'approve' | 'release' | 'commit';

export interface RulesKey {
  /** The line or armour as it stands in `qms.yaml`. */
  readonly text: string;
  readonly identity: KeyIdentity;
  /** Of an OpenPGP key. */
  readonly certificate?: Certificate;
  readonly use: readonly KeyUse[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  /** In ASCII lower case. */
  readonly email: readonly string[];
  readonly roles: readonly string[];
  readonly keys: readonly RulesKey[];
}

export type DocumentKind = 'document' | 'record' | 'external' | 'rules';

export type FieldType =
  'text' | 'number' | 'yes-no' | 'day' | 'choice' | 'person' | 'document' | 'clause';

/** A field that a record's front matter holds below `fields`. */
export interface FieldRule {
  readonly type: FieldType;
  readonly required: boolean;
  readonly list: boolean;
  /** For `choice`. */
  readonly of: readonly string[];
}

export interface DocumentType {
  readonly id: string;
  readonly title: string;
  readonly kind: DocumentKind;
  readonly prefix: string;
  readonly revisions: RevisionScheme;
  readonly approvals: readonly Requirement[];
  readonly independent: boolean;
  readonly contributors: 'known' | 'any' | 'signed';
  readonly review: Interval | undefined;
  readonly retention: Interval | undefined;
  readonly fields: ReadonlyMap<string, FieldRule>;
}

export interface CompromisedKey {
  /** `SHA256:…`, or hex fingerprint in upper case. */
  readonly key: string;
  readonly since: number;
  readonly reason: string;
}

/** The rules: `qms.yaml`, parsed (shared formats page). Immutable. */
export interface Rules {
  readonly revision: string;
  readonly title: string;
  readonly organization: string;
  readonly timezone: string;
  readonly standards: readonly string[];
  readonly changes: string | undefined;
  /** Role id → title. */
  readonly roles: ReadonlyMap<string, string>;
  readonly people: ReadonlyMap<string, Person>;
  readonly types: ReadonlyMap<string, DocumentType>;
  readonly releaseRole: string;
  readonly compromised: readonly CompromisedKey[];
}

/** The OpenPGP certificates of everybody in some rules: whose signatures can be genuine there. */
export function* certificatesOf(...some: readonly Rules[]): Iterable<Certificate> {
  for (const rules of some) {
    for (const person of rules.people.values()) {
      for (const { certificate } of person.keys) if (certificate !== undefined) yield certificate;
    }
  }
}
