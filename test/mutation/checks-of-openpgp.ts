import type { Checks } from './checks.ts';
import { check, without } from './taken-out.ts';

const openPgp = 'signature/openpgp.ts';
const certificate = 'signature/certificate.ts';

/** OpenPGP: threats 21, 22 and 24. */
export const openPgpChecks: Checks = {
  '21-openpgp-signatures': [
    check(
      'there is one signature',
      'beside a second one in the same armour',
      without(openPgp, 'if (second !== undefined)', 'if (false)'),
    ),
    check(
      'the signature is over data',
      'made as a certification (type 0x10)',
      without(openPgp, 'if (signature.type !== 0) {'),
    ),
    check(
      'nothing unsigned stands in it',
      'with a note that nobody signed',
      without(openPgp, 'if (!isIssuer || seen.has(type)) {'),
    ),
    check(
      'the signature belongs to these bytes',
      'over a statement that was changed afterwards',
      without(
        'signature/verify.ts',
        'if (answers[next++] !== true) {',
        'if (answers[next++] === undefined) {',
      ),
      without(
        'signature/pgp-signature.ts',
        'if (digest[0] !== digestStart[0] || digest[1] !== digestStart[1]) {',
      ),
    ),
    check(
      'it does not end by itself',
      'that expires',
      without(openPgp, 'if (type === subpacketTypes.expires) {'),
    ),
  ],
  '22-openpgp-keys': [
    check(
      'a subkey has a back signature',
      'without a back signature',
      without(
        certificate,
        'return back === undefined ? undefined : { about, created, signs, checks: [check, back] };',
        'return { about, created, signs, checks: back === undefined ? [check] : [check, back] };',
      ),
    ),
    check(
      'a subkey stands in the certificate of the rules in force',
      'a rejection by a subkey that the rules then did not list does not stand',
      without(
        'approval/entitlement.ts',
        'return listed.certificate.signingKeys.some((one) => one.fingerprint === signer);',
        'return true;',
      ),
    ),
    check(
      'a key says that it signs',
      'and a primary key that only certifies does not sign',
      without(certificate, 'const signs = (flags & signsData) !== 0;', 'const signs = true;'),
    ),
  ],
  '24-openpgp-weak': [
    check(
      'the hash is as long as the curve',
      'a signature with a hash that is shorter than its curve',
      without('signature/pgp-signature.ts', 'if (hashBytes[hash] < Math.min(most, 64)) {'),
    ),
    check(
      'RSA keys have 2048 bits',
      'RSA with 1024 bits of stock gpg',
      without(
        certificate,
        "if (weakness !== undefined) return { fault: 'weak', reason: `its primary key is ${weakness}` };",
        '',
      ),
    ),
  ],
};
