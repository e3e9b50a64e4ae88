import type { Register, Release, Revision } from '../register/register.ts';

/** A check that anybody can repeat in a clone with stock git, ssh-keygen and sha256sum. */
export interface CheckCommand {
  readonly title: string;
  readonly command: string;
  /** What it must print, or what to look for. */
  readonly expect: string;
}

/**
 * The commands that repeat the verification of one revision with stock tools, in the order in
 * which they build on each other. Everything in them comes from the verified register.
 */
export function checkCommands(
  register: Register,
  release: Release,
  revision: Revision,
): readonly CheckCommand[] {
  const tag = `qms/release/${String(release.number)}`;
  const folder = `documents/${prefixOf(revision.document)}/${revision.document}`;
  const tree = `refs/tags/${tag}^{commit}:${folder}`;
  const evidence = `refs/tags/${tag}^{commit}:evidence`;
  const commands: CheckCommand[] = [
    {
      title: 'Get the register',
      command: "git fetch origin register 'refs/tags/qms/*:refs/tags/qms/*'",
      expect: 'The release tags are then in your clone.',
    },
    {
      title: 'Find the anchor',
      command: 'git cat-file tag refs/tags/qms/release/1 | sha256sum',
      expect: `Compare with the anchor that you got from outside the repository. Here it is ${hex(register.anchor)}.`,
    },
    {
      title: 'Read what the release says',
      command: `git cat-file tag refs/tags/${tag}`,
      expect: `The line "Put: ${revision.document} ${revision.revision} ${revision.digest} ${revision.put.day}".`,
    },
    {
      title: 'Write down the keys of the rules',
      command: `cat > allowed_signers <<'END'\n${allowedSigners(release)}END`,
      expect: `The keys in qms.yaml as in force for release ${String(release.number)} (QMS revision ${release.rules.revision}).`,
    },
    {
      title: 'Check the signature of the release',
      command: `git -c gpg.ssh.allowedSignersFile=allowed_signers verify-tag ${tag}`,
      expect: `Good "git" signature … with the key ${release.key.fingerprint} of ${release.personName}.`,
    },
  ];
  for (const approval of revision.put.approvals) {
    const name = hex(approval.digest);
    commands.push({
      title: `Check the approval by ${approval.personName}`,
      command: `git cat-file blob "${evidence}/${name}" | sha256sum\nid=$(git cat-file blob "${evidence}/${name}" | git hash-object -t tag -w --stdin)\ngit cat-file tag "$id"\ngit -c gpg.ssh.allowedSignersFile=allowed_signers verify-tag "$id"`,
      expect: `${name}, the statement as shown above, and Good "git" signature … with the key ${approval.key.fingerprint}.`,
    });
  }
  commands.push({
    title: 'Check that these are the released files',
    command: contentScript(tree),
    expect: hex(revision.digest),
  });
  return commands;
}

/** Recomputes the content digest from the release's tree. */
function contentScript(tree: string): string {
  return [
    `T="${tree}"`,
    "{ echo 'qms-content 1'",
    '  git -c core.quotePath=false ls-tree -r --name-only "$T" | LC_ALL=C sort |',
    '  while IFS= read -r path; do',
    '    sum=$(git cat-file blob "$T/$path" | sha256sum | cut -c1-64)',
    '    echo "$sum $(git cat-file -s "$T/$path") $path"',
    '  done; } | sha256sum',
  ].join('\n');
}

/** Lines for `gpg.ssh.allowedSignersFile`; OpenPGP certificates are imported with gpg instead. */
function allowedSigners(release: Release): string {
  const lines: string[] = [];
  for (const person of release.rules.people.values()) {
    for (const key of person.keys) {
      if (key.identity.format !== 'ssh') continue;
      const [algorithm, blob] = key.text.split(' ');
      if (algorithm === undefined || blob === undefined) continue;
      lines.push(`${person.email.join(',')} namespaces="git" ${algorithm} ${blob}\n`);
    }
  }
  return lines.join('');
}

function hex(digest: string): string {
  return digest.slice('sha256:'.length);
}

/** The id up to its last hyphen; `QMS` for `QMS` (register format, "The release commit"). */
function prefixOf(id: string): string {
  const hyphen = id.lastIndexOf('-');
  return hyphen < 0 ? id : id.slice(0, hyphen);
}
