/** Run on a terminal by a test: sign with the key named in the arguments and say how it ended. */
import { writeFileSync } from 'node:fs';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { openSigner } from '../../src/signature/signing.ts';

const [keyFile = '', outcome = ''] = process.argv.slice(2);
const signer = await openSigner({
  readConfig: (key) => Promise.resolve({ 'gpg.format': 'ssh', 'user.signingkey': keyFile }[key]),
  env: process.env,
  cwd: process.cwd(),
  terminal: process.stdin.isTTY,
  cryptography: nodeCryptography,
});
try {
  writeFileSync(outcome, await signer.sign(new TextEncoder().encode('payload\n')));
} catch (error) {
  writeFileSync(outcome, String(error));
}
