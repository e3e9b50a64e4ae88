/** A clause of a standard, by its number; titles are our own words. */
export interface Clause {
  /** `iso9001:2015`. */
  readonly standard: string;
  /** `7.5.3.2`. */
  readonly number: string;
  readonly title: string;
  /** Whether the clause itself names documented information: to keep, to retain, or both. */
  readonly documented: 'document' | 'record' | 'both' | undefined;
  /** Whether somebody has compared the row with the bought text of the standard. */
  readonly verified: boolean;
}

type Row = readonly [number: string, title: string, documented: Clause['documented']];

/** ISO 9001:2015, put together from public secondary sources. */
const iso9001: readonly Row[] = [
  ['4', 'Context of the organization', undefined],
  ['4.1', 'The organization and its context', undefined],
  ['4.2', 'Interested parties', undefined],
  ['4.3', 'Scope of the QMS', 'document'],
  ['4.4', 'The QMS and its processes', undefined],
  ['4.4.1', 'Processes and how they work together', undefined],
  ['4.4.2', 'Documented information of the processes', 'both'],
  ['5', 'Leadership', undefined],
  ['5.1', 'Leadership and commitment', undefined],
  ['5.1.1', 'General', undefined],
  ['5.1.2', 'Customer focus', undefined],
  ['5.2', 'Policy', undefined],
  ['5.2.1', 'Establishing the policy', undefined],
  ['5.2.2', 'Communicating the policy', 'document'],
  ['5.3', 'Roles, responsibilities and authorities', undefined],
  ['6', 'Planning', undefined],
  ['6.1', 'Risks and opportunities', undefined],
  ['6.1.1', 'What to consider', undefined],
  ['6.1.2', 'What to do about them', undefined],
  ['6.2', 'Quality objectives', undefined],
  ['6.2.1', 'Setting objectives', 'document'],
  ['6.2.2', 'Planning how to reach them', undefined],
  ['6.3', 'Planning of changes', undefined],
  ['7', 'Support', undefined],
  ['7.1', 'Resources', undefined],
  ['7.1.1', 'General', undefined],
  ['7.1.2', 'People', undefined],
  ['7.1.3', 'Infrastructure', undefined],
  ['7.1.4', 'Environment of the processes', undefined],
  ['7.1.5', 'Monitoring and measuring resources', undefined],
  ['7.1.5.1', 'Fitness of measuring resources', 'record'],
  ['7.1.5.2', 'Traceability of measurements', 'record'],
  ['7.1.6', 'Organizational knowledge', undefined],
  ['7.2', 'Competence', 'record'],
  ['7.3', 'Awareness', undefined],
  ['7.4', 'Communication', undefined],
  ['7.5', 'Documented information', undefined],
  ['7.5.1', 'General', 'document'],
  ['7.5.2', 'Creating and updating', undefined],
  ['7.5.3', 'Control of documented information', undefined],
  ['7.5.3.1', 'Available, suitable and protected', undefined],
  ['7.5.3.2', 'Distribution, storage, changes and retention', 'document'],
  ['8', 'Operation', undefined],
  ['8.1', 'Operational planning and control', 'both'],
  ['8.2', 'Requirements for products and services', undefined],
  ['8.2.1', 'Communication with customers', undefined],
  ['8.2.2', 'Determining the requirements', undefined],
  ['8.2.3', 'Review of the requirements', undefined],
  ['8.2.3.1', 'What is reviewed before commitment', undefined],
  ['8.2.3.2', 'Evidence of the review', 'record'],
  ['8.2.4', 'Changes to the requirements', 'document'],
  ['8.3', 'Design and development', undefined],
  ['8.3.1', 'General', undefined],
  ['8.3.2', 'Planning of design', 'both'],
  ['8.3.3', 'Design inputs', 'record'],
  ['8.3.4', 'Design controls', 'record'],
  ['8.3.5', 'Design outputs', 'record'],
  ['8.3.6', 'Design changes', 'record'],
  ['8.4', 'External provision', undefined],
  ['8.4.1', 'General', 'record'],
  ['8.4.2', 'Type and extent of control', undefined],
  ['8.4.3', 'Information for external providers', undefined],
  ['8.5', 'Production and service provision', undefined],
  ['8.5.1', 'Control of production', 'document'],
  ['8.5.2', 'Identification and traceability', 'record'],
  ['8.5.3', 'Property of customers and providers', 'record'],
  ['8.5.4', 'Preservation', undefined],
  ['8.5.5', 'After delivery', undefined],
  ['8.5.6', 'Control of changes in production', 'record'],
  ['8.6', 'Release of products and services', 'record'],
  ['8.7', 'Nonconforming outputs', undefined],
  ['8.7.1', 'Identifying and controlling them', undefined],
  ['8.7.2', 'Evidence of what was done', 'record'],
  ['9', 'Performance evaluation', undefined],
  ['9.1', 'Monitoring, measurement, analysis and evaluation', undefined],
  ['9.1.1', 'General', 'record'],
  ['9.1.2', 'Customer satisfaction', undefined],
  ['9.1.3', 'Analysis and evaluation', undefined],
  ['9.2', 'Internal audit', undefined],
  ['9.2.1', 'Audits at planned intervals', undefined],
  ['9.2.2', 'Audit programme and results', 'record'],
  ['9.3', 'Management review', undefined],
  ['9.3.1', 'General', undefined],
  ['9.3.2', 'Inputs of the review', undefined],
  ['9.3.3', 'Outputs of the review', 'record'],
  ['10', 'Improvement', undefined],
  ['10.1', 'General', undefined],
  ['10.2', 'Nonconformity and corrective action', undefined],
  ['10.2.1', 'What to do about a nonconformity', undefined],
  ['10.2.2', 'Evidence of nonconformities and actions', 'record'],
  ['10.3', 'Continual improvement', undefined],
];

const iso9001Name = 'iso9001:2015';

/** The clauses that are known one by one; of other standards any number is taken. */
export const clauses: readonly Clause[] = iso9001.map(([number, title, documented]) => ({
  standard: iso9001Name,
  number,
  title,
  documented,
  verified: false,
}));

const byKey = new Map(clauses.map((clause) => [`${clause.standard}/${clause.number}`, clause]));
const known = new Set(clauses.map((clause) => clause.standard));

const numberForm = /^[0-9A-Z]{1,3}(\.[0-9]{1,3}){0,5}( ?[a-z]\)?)?$/;

/** A clause as a document names it, resolved. */
export interface ClauseReference {
  /** `iso9001:2015`. */
  readonly standard: string;
  /** `7.5.3.2`, without the letter of an item. */
  readonly number: string;
  /** `c` of `7.5.3.2 c`. */
  readonly item: string | undefined;
  /** Undefined for standards whose clauses are not known one by one. */
  readonly clause: Clause | undefined;
}

/**
 * Resolve a clause as documents write it: `7.5.1` of the first of the standards, or
 * `iso13485:2016/4.2.4`. An item may follow: `7.2 d`.
 *
 * @param standards Those of the rules.
 * @returns The reference, or why it is none, as a clause for a message.
 */
export function parseClause(
  text: string,
  standards: readonly string[],
): { readonly reference: ClauseReference } | { readonly reason: string } {
  const slash = text.lastIndexOf('/');
  const standard = slash === -1 ? standards[0] : text.slice(0, slash);
  if (standard === undefined) return { reason: 'it names no standard, and the rules have none' };
  if (!standards.includes(standard)) {
    const list = standards.length === 0 ? 'none' : standards.join(', ');
    return { reason: `the standard ${standard} is not one of the rules (${list})` };
  }
  const rest = text.slice(slash + 1);
  if (!numberForm.test(rest)) return { reason: 'it is no number of a clause like 7.5.1' };
  const number = /^[0-9A-Z.]+/.exec(rest)?.[0] ?? rest;
  const item = /[a-z]/.exec(rest.slice(number.length))?.[0];
  const clause = byKey.get(`${standard}/${number}`);
  if (clause === undefined && known.has(standard)) {
    return { reason: `${standard} has no clause ${number}` };
  }
  return { reference: { standard, number, item, clause } };
}
