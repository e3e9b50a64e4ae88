import { sameKey } from '../approval/entitlement.ts';
import { sameAddress } from '../git/identity.ts';
import { nodeCryptography } from '../git/node-cryptography.ts';
import type { Identity } from '../git/objects.ts';
import { QmsError } from '../problem/problem.ts';
import type { KeyUse, Person, Rules } from '../rules/rules.ts';
import { openSigner, type Signer } from '../signature/signing.ts';
import type { SigningSetup } from '../signature/signing-program.ts';
import { gitSetting, taggerNow } from './git-user.ts';
import type { Session } from './session.ts';

/** Who signs: a person of the rules with a key and an address that the rules list. */
export interface SigningPerson {
  readonly person: Person;
  readonly signer: Signer;
  /** Name, address and time for the tag. */
  readonly tagger: Identity;
}

/** The world of whoever signs in a folder. */
export function signingSetup(folder: string, session: Session): SigningSetup {
  const { env, terminal } = session.surroundings;
  return {
    readConfig: (key) => gitSetting(key, folder, env),
    env,
    cwd: folder,
    terminal: terminal.input,
    cryptography: nodeCryptography,
  };
}

/**
 * Find the person of the rules who signs here, and refuse before anything is signed that would
 * count for nothing: an unlisted key, a key without the use, an address of somebody else.
 *
 * @param folder  Top of the working tree.
 * @throws {QmsError} `cli/not-in-rules`, `cli/key-use`, `cli/address`, `cli/no-identity`, and what
 *   `openSigner` throws.
 */
export async function signingPerson(
  folder: string,
  rules: Rules,
  use: KeyUse,
  session: Session,
): Promise<SigningPerson> {
  const signer = await openSigner(signingSetup(folder, session));
  const tagger = await taggerNow(folder, session.surroundings, rules.timezone);
  for (const person of rules.people.values()) {
    const listed = person.keys.find((key) => sameKey(key.identity, signer.key));
    if (listed === undefined) continue;
    if (!listed.use.includes(use)) {
      throw QmsError.of('cli/key-use', {
        message: `The rules let ${person.id} use the key ${signer.key.fingerprint} for ${listed.use.join(' and ') || 'nothing'}, not to ${use}.`,
        place: {},
      });
    }
    if (!person.email.some((address) => sameAddress(address, tagger.email))) {
      throw QmsError.of('cli/address', {
        message: `Git would sign as <${tagger.email}>; the rules list ${person.email.join(', ')} for ${person.id}.`,
        place: {},
        remedy: `Set it: git config user.email ${person.email[0] ?? ''}`,
      });
    }
    // Without this, a subkey that is newer than the rules would sign what counts for nothing.
    const sign = (payload: Uint8Array) => signer.sign(payload, listed.certificate);
    return { person, signer: { ...signer, sign }, tagger };
  }
  throw QmsError.of('cli/not-in-rules', {
    message: `The rules in force list the key ${signer.key.fingerprint} (${signer.key.algorithm}) for nobody.`,
    place: {},
  });
}
