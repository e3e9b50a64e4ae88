import { spawn } from 'node:child_process';
import { parseStatementTag } from '../../src/approval/statement-tag.ts';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { parseTag } from '../../src/git/tag.ts';
import { readKey } from '../../src/rules/rules-keys.ts';
import type { Certificate } from '../../src/signature/certificate.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import { type RawRepository, stockEnvironment } from '../support/raw-repository.ts';
import { type Material, tagName } from './bases.ts';

/** What we say of a tag: that it is signed well by a listed key, or why not. */
export interface OurVerdict {
  readonly good: boolean;
  /** Code or fault and the reason in words; empty where it is good. */
  readonly reason: string;
  /** Whether it is a statement, whoever signed it. */
  readonly statement: boolean;
}

/** Ask `git verify-tag` about a raw tag object. @returns Whether it says good, and what it says. */
export function askGit(
  repository: RawRepository,
  material: Material,
  raw: Buffer,
): Promise<{ readonly good: boolean; readonly said: string }> {
  const id = repository.object('tag', raw);
  const settings = ['-c', `gpg.ssh.allowedSignersFile=${material.allowedSigners}`];
  const args = ['-C', repository.folder, ...settings, 'verify-tag', '--raw', id];
  const env = { ...stockEnvironment, GNUPGHOME: material.gpgHome.folder };
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ good: status === 0, said: Buffer.concat(said).toString() });
    });
  });
}

/** The certificates that the rules would list. */
export async function listedCertificates(material: Material): Promise<readonly Certificate[]> {
  const read = await Promise.all(
    material.certificates.map((text) => readKey(text, nodeCryptography)),
  );
  return read.flatMap((one) =>
    'identity' in one && one.certificate !== undefined ? [one.certificate] : [],
  );
}

/** What the verification says of the same bytes. */
export async function askOurselves(
  material: Material,
  certificates: readonly Certificate[],
  raw: Buffer,
): Promise<OurVerdict> {
  const { tag: statement, problem } = parseStatementTag(raw, tagName, {}, nodeCryptography);
  const refuse = (reason: string): OurVerdict => ({
    good: false,
    reason,
    statement: statement !== undefined,
  });
  const tag = parseTag(raw);
  if (!tag.ok) return refuse(`tag: ${tag.reason}`);
  const [verdict] = await verifySignatures([tag.value], nodeCryptography, certificates);
  if (verdict === undefined) throw new Error('there is a verdict for each signature');
  if (!verdict.good) return refuse(`${verdict.fault}: ${verdict.detail}`);
  const { key } = verdict;
  const isListed =
    key.format === 'ssh'
      ? material.fingerprints.has(key.fingerprint)
      : certificates.some(({ identity }) => identity.fingerprint === key.fingerprint);
  if (!isListed) return refuse('not listed: the key');
  // A signature that is good over what is no statement counts for nothing, but it is good.
  return { good: true, reason: problem?.code ?? '', statement: statement !== undefined };
}
