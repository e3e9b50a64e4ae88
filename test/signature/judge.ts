import { expect } from 'vitest';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import type {
  SignatureFault,
  SignatureVerdict,
  VerifySignatures,
} from '../../src/signature/verdict.ts';
import { verifySignatures } from '../../src/signature/verify.ts';

/** The contract that the later stages ask for. */
export const verify: VerifySignatures = verifySignatures;

export const utf8 = new TextEncoder();
export const payload = utf8.encode(
  'object 1\ntype commit\ntag qms/x\n\nApprove SOP-001 revision 3\n',
);

export async function judge(
  armour: Uint8Array | undefined,
  signed: Uint8Array = payload,
): Promise<SignatureVerdict> {
  const [verdict] = await verify([{ payload: signed, armour }], nodeCryptography);
  return verdict!;
}

export async function expectFault(
  armour: Uint8Array | undefined,
  fault: SignatureFault,
  detail: RegExp,
): Promise<void> {
  const verdict = await judge(armour);
  expect(verdict).toMatchObject({ good: false, fault });
  expect(verdict.good ? '' : verdict.detail).toMatch(detail);
}
