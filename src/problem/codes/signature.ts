import type { CodeEntry } from '../codes.ts';

export const signatureCodes = {
  'signature/format-unsupported': {
    severity: 'unknown',
    title: 'Signing is set up for another kind of key',
    explanation:
      'Git signs with the kind of key that gpg.format names: ssh, openpgp (where nothing is set), or x509. Signatures of X.509 can not be verified here, so none are made.',
    remedy:
      'Set it up: git config gpg.format ssh, and git config user.signingkey <path of the public key>; or gpg.format openpgp and the fingerprint of the key.',
  },
  'signature/no-key': {
    severity: 'unknown',
    title: 'No signing key is configured',
    explanation:
      'A signature needs a key. Git takes it from user.signingkey, for SSH else from the first line that gpg.ssh.defaultKeyCommand prints, for OpenPGP else by user.name and user.email. For OpenPGP gpg must have the secret half, of one key only.',
    remedy:
      'Name your key: git config user.signingkey <path of the public key, or fingerprint>. Make one, where there is none, with ssh-keygen -t ed25519 (and git config gpg.format ssh), or with gpg --quick-generate-key.',
  },
  'signature/key-unreadable': {
    severity: 'unknown',
    title: 'The signing key can not be read',
    explanation:
      'What user.signingkey names is not a file that can be read, or holds no SSH key, or others may read the private key.',
    remedy: 'Set user.signingkey to the path of your SSH key, and chmod 600 the private key.',
  },
  'signature/key-unsupported': {
    severity: 'unknown',
    title: 'A key of a kind that can not sign',
    explanation:
      'Only plain keys of the kinds that verification takes for good are used: Ed25519, ECDSA, RSA from 2048 bits, and security keys; of OpenPGP certificates of version 4 with such a key that signs. SSH certificates, DSA and short RSA keys are not.',
    remedy:
      'Use another key; ssh-keygen -t ed25519 or gpg --quick-generate-key <name> ed25519 makes one.',
  },
  'signature/agent': {
    severity: 'unknown',
    title: 'The SSH agent does not have the key',
    explanation:
      'Only the public key is known here, so the private key has to be in a running SSH agent, and it is not, or there is no agent.',
    remedy: 'Add the key to the agent: ssh-add <path of the private key>.',
  },
  'signature/program-missing': {
    severity: 'unknown',
    title: 'The signing program can not be started',
    explanation:
      'Signatures are made by ssh-keygen or gpg, or by the program that gpg.ssh.program or gpg.program names, and it was not found or may not be started.',
    remedy: 'Install OpenSSH or GnuPG, or set gpg.ssh.program or gpg.program right.',
  },
  'signature/passphrase': {
    severity: 'unknown',
    title: 'The passphrase of the key is missing',
    explanation:
      'The private key is protected by a passphrase that was not given, or was wrong. It can be typed only on a terminal.',
    remedy:
      'Run the command on a terminal, or unlock the key before: an SSH key with ssh-add, an OpenPGP key with gpg --sign, whose agent remembers it.',
  },
  'signature/signing-failed': {
    severity: 'unknown',
    title: 'Signing failed',
    explanation:
      'The signing program gave up, or made a signature that verification would not take. Nothing was written.',
    remedy:
      'Try it by hand: ssh-keygen -Y sign -n git -f <key> <file>, or gpg --detach-sign -u <key> <file>.',
  },
  'signature/principal': {
    severity: 'error',
    title: 'An address that allowed_signers can not hold',
    explanation:
      'In the allowed-signers file of OpenSSH an address is a pattern, and some characters would make it stand for others too, or break the line.',
    remedy: 'Use an address of letters, digits and . _ % + = / - with one @.',
  },
} as const satisfies Record<string, CodeEntry>;
