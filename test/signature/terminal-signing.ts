/** Run on a terminal by a test: sign with the key named in the arguments and say how it ended. */
import { writeFileSync } from 'node:fs';
import { nodeCryptography } from '../../src/git/node-cryptography.ts';
import { openSigner } from '../../src/signature/signing.ts';

const [format = '', key = '', outcome = ''] = process.argv.slice(2);
const settings: Readonly<Record<string, string>> = {
  'gpg.format': format,
  'user.signingkey': key,
};
const signer = await openSigner({
  readConfig: (name) => Promise.resolve(settings[name]),
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
