import { type Parsed, refused } from '../problem/parsed.ts';
import { encodeUtf8 } from '../git/header.ts';
import { parseBase64 } from './base64.ts';
import { parseSshKeyBlob, parseSshPublicKey, type SshPublicKey } from './ssh-key.ts';
import { SshReader } from './ssh-wire.ts';

const begin = '-----BEGIN OPENSSH PRIVATE KEY-----';
const end = '-----END OPENSSH PRIVATE KEY-----';
const magic = 'openssh-key-v1\0';

/**
 * The public key that a file names in which somebody keeps an SSH key: the one line of a `.pub`
 * file, or the open part of a private key in OpenSSH's format (PROTOCOL.key), which needs no
 * passphrase. Nothing secret is read.
 *
 * @param text The whole file.
 * @returns The key; refused are, among others, private keys in the older PEM formats, whose public
 *   key stands beside them in a file of its own.
 */
export function parseKeyFile(text: string): Parsed<SshPublicKey> {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  if (lines[0] === begin) return publicPart(lines);
  if (lines[0]?.startsWith('-----BEGIN ') === true) {
    return refused('it is a private key in another format than that of OpenSSH');
  }
  const filled = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const [line] = filled;
  if (line === undefined) return refused('it is empty');
  if (filled.length > 1) return refused('it holds several lines, not one key');
  return parseSshPublicKey(line);
}

function publicPart(lines: readonly string[]): Parsed<SshPublicKey> {
  const last = lines.indexOf(end);
  if (last < 0) return refused(`the line ${end} is missing`);
  const bytes = parseBase64(encodeUtf8(lines.slice(1, last).join('')));
  if (bytes === undefined) return refused('the private key is not canonical base64');
  const reader = new SshReader(bytes);
  const start = reader.take(magic.length);
  const cipher = reader.string();
  const derivation = reader.string();
  const options = reader.string();
  const count = reader.uint32();
  const blob = reader.string();
  if (start === undefined || String.fromCharCode(...start) !== magic) {
    return refused('the private key is not in the format openssh-key-v1');
  }
  if (cipher === undefined || derivation === undefined || options === undefined) {
    return refused('the private key ends too early');
  }
  if (count !== 1 || blob === undefined) return refused('the file does not hold exactly one key');
  return parseSshKeyBlob(blob);
}
