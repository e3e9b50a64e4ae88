/** A process that verifies one register, keeps the result, tells what it found, and ends. */
import { setPriority } from 'node:os';
import { nodeCryptography } from '../git/node-cryptography.ts';
import { openStore } from '../git/open-store.ts';
import { openRepository } from '../git/repository.ts';
import { verifyRegister } from '../register/verify-register.ts';
import { KeptVerification } from './kept-verification.ts';
import { withReadingThreads } from './reading-threads.ts';
import type { ApartFindings, ApartOrder } from './verify-apart.ts';
import { readVersion } from './version.ts';

async function verify(order: ApartOrder): Promise<ApartFindings> {
  const { folder, anchors, heads, now, isPatient } = order;
  if (isPatient) setPriority(10);
  const repository = await openRepository(folder, process.env);
  const store = await openStore(repository);
  try {
    const cryptography = nodeCryptography;
    const verification = await withReadingThreads(repository, (readers) =>
      verifyRegister({ store, cryptography, readers, anchors, heads, now }),
    );
    await new KeptVerification(repository, readVersion()).write(verification, now);
    const { outcome, anchor, anchorSource, headKnown, headReached, head, problems } = verification;
    return { outcome, anchor, anchorSource, headKnown, headReached, head, problems };
  } finally {
    await store.close();
  }
}

// Who asked is gone, so nobody wants to know.
process.once('disconnect', () => process.exit());
process.once('message', (order: ApartOrder) => {
  void verify(order).then((findings) => {
    process.send?.(findings, () => {
      process.exit();
    });
  });
});
