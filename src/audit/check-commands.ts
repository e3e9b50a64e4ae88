import type { Register, Release, Revision } from '../register/register.ts';

/** A check that anybody can repeat with stock git, ssh-keygen, sha256sum and a shell. */
export interface CheckCommand {
  readonly title: string;
  /** Lines for a shell. All steps are typed into one shell, in their order. */
  readonly command: string;
  /** What it must print, or what to look for. */
  readonly expect: string;
}

/**
 * The commands that repeat the verification of one revision with stock tools, in the order in
 * which they build on each other. Only the first depends on the document: the others are those of
 * VERIFYING.md, to the letter (a test holds them equal). Nothing that they compare is taken from
 * here: the reader brings the anchor, everything else is read out of the reader's own clone.
 */
export function checkCommands(
  register: Register,
  release: Release,
  revision: Revision,
): readonly CheckCommand[] {
  const { number } = release;
  const newest = register.releases.length;
  const people = revision.put.approvals.map((approval) => approval.personName);
  return [
    {
      title: 'Say what you check',
      command: naming(revision.document, revision.revision),
      expect: `Nothing is printed. Put in where the repository is, and the anchor as you got it from outside of it. This register begins with ${register.anchor}; that counts only if somebody else told you the same.`,
    },
    {
      title: 'Make a clone of your own',
      command: clone,
      expect: '"sha1", "false", and then "undamaged".',
    },
    {
      title: 'Teach the shell eight words',
      command: words,
      expect: 'Nothing is printed.',
    },
    ...(hasOpenPgp(register)
      ? [{ title: 'Teach it OpenPGP', command: openPgpWord, expect: 'Nothing is printed.' }]
      : []),
    {
      title: 'Walk the chain from the anchor',
      command: chain,
      expect: `A good signature for each release, and at the end "${String(newest)} of ${String(newest)} releases follow from the anchor". A later head is fine; compare it with the newest release that you know of.`,
    },
    {
      title: 'Find the release',
      command: finding,
      expect: `Release ${String(number)} puts ${revision.document} ${revision.revision} from ${revision.put.day}, with the content digest ${revision.digest}.`,
    },
    {
      title: 'Read the rules in force for it',
      command: rules,
      expect: `"same", then the role that may release, the type "${revision.type.title}" with the approvals it asks for, and ${release.personName}, who must hold that role.`,
    },
    {
      title: 'Check the content',
      command: content,
      expect: `"same: ${revision.digest}", each file with its SHA-256 and size, and the document's own id, type and revision.`,
    },
    {
      title: 'Check the approvals',
      command: approvals,
      expect:
        people.length === 0
          ? 'Nothing is printed: the type asks for no approval.'
          : `For ${people.join(', ')}: "same", a good signature, the role and meaning, the roles held, "says: this very content" and "points at: this very content".`,
    },
    {
      title: 'See who wrote it',
      command: writers,
      expect: `The commits since the revision before. ${revision.type.independent ? 'Nobody who wrote may be needed among those who approved.' : 'The type lets those who wrote approve.'}`,
    },
    {
      title: 'Look for objections',
      command: objections,
      expect:
        'No rejection that speaks of this revision, and no key above under "compromised" in the newest rules.',
    },
  ];
}

/** Whether a signature of the register was made with an OpenPGP key. */
function hasOpenPgp(register: Register): boolean {
  return register.releases.some((release) =>
    [release, ...release.approvals].some((signed) => signed.key.format === 'openpgp'),
  );
}

function naming(id: string, revision: string): string {
  return [
    "ADDRESS='the folder or address of the repository'",
    "ANCHOR='sha256:… as you got it from outside the repository'",
    `ID=${id}`,
    `REVISION=${revision}`,
  ].join('\n');
}

// A shell of the auditor, with whatever the repository holds: file names, tag names and lines come
// from strangers, so each is quoted, printed without control characters, and never a path to write.
// The clone is bare and its own: no checkout, no filter, no hook, no replaced object, and no
// setting but those that git itself wrote.

const clone = String.raw`WORK=$(mktemp -d)
git clone --quiet --bare --no-local -- "$ADDRESS" "$WORK/clone"
export GIT_DIR="$WORK/clone" GIT_NO_REPLACE_OBJECTS=1 GIT_LITERAL_PATHSPECS=1 GIT_PAGER=cat
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
git rev-parse --show-object-format --is-shallow-repository
git fsck --full --no-dangling --no-progress && echo undamaged`;

const words = String.raw`digest() { echo "sha256:$(sha256sum | cut -c1-64)"; }
plain() { tr -d '\000-\010\013-\037\177'; }
same() {
  if [ "$1" = "$2" ]; then printf 'same: %s\n' "$1"; return; fi
  printf 'DIFFERENT: %s and %s\n' "$1" "$2"
  return 1
}
fields() { sed -n '/^Qms-Statement: /,/^-----BEGIN /{/^-----BEGIN /!p;}' "$1"; }
formed() {
  [ "$(sed '5,$d' "$1" | cut -d' ' -f1 | tr '\n' ' ')" = 'object type tag tagger ' ] &&
    [ "$(sed -n '2,3p' "$1")" = "$(printf 'type commit\ntag %s' "$2")" ] &&
    [ -z "$(sed -n 5p "$1")" ] &&
    [ "$(grep -ac '^-----' "$1") $(grep -ac '^Qms-Statement:' "$1")" = '2 1' ] &&
    tail -n 1 "$1" | grep -qxE -e '-----END (SSH|PGP) SIGNATURE-----' &&
    ! fields "$1" | grep -qavE '^[A-Z][A-Za-z-]*: [!-~]+( [!-~]+)*$'
}
entry() {
  awk -v part="$1:" -v name="$2:" '/^[^ #]/ { here = ($1 == part) }
    here && /^  [^ #]/ { hit = ($1 == name) }
    here && hit && !/^ *#/' "$3" | plain
}
signed() {
  formed "$1" "$2" || { printf 'NOT THE FORM OF A STATEMENT: %s\n' "$2"; return 1; }
  person=$(fields "$1" | sed -n 's/^Person: //p')
  sed '/^-----BEGIN /,$d' "$1" > "$WORK/text"
  sed -n '/^-----BEGIN /,$p' "$1" > "$WORK/signature"
  object=$(git hash-object -t tag -w --stdin < "$1") || return 1
  if tail -n 1 "$1" | grep -q PGP; then openpgp_good "$person" "$3" "$4"; return; fi
  entry people "$person" "$4" | awk -v person="$person" -v use="$3" '
    function end() {
      if (gsub(/use:/, "&", item) == 1 && item ~ ("use:[^]:]*[^a-z]" use "[^a-z]"))
        print person " namespaces=\"git\" " key[1] " " key[2]
      item = ""
    }
    /^    [a-z]/ || /^[- {]*key: / { end() }
    /^[- {]*key: / {
      line = $0
      sub(/^[- {]*key: *[^a-z]?/, "", line)
      split(line, key, /[^A-Za-z0-9@.+\/=-]+/)
      item = " "
    }
    item { item = item $0 " " }
    END { end() }
  ' > "$WORK/signers"
  ssh-keygen -Y verify -n git -I "$person" -f "$WORK/signers" -s "$WORK/signature" < "$WORK/text" &&
    git -c gpg.ssh.program=ssh-keygen -c gpg.ssh.allowedSignersFile="$WORK/signers" \
      verify-tag "$object" 2> "$WORK/git-says"
}
content() {
  git -c core.quotePath=false ls-tree -r \
    "$1:documents/$(echo "$2" | sed 's/-[^-]*$//')/$2" > "$WORK/files"
  if grep -v '^100644 blob ' "$WORK/files"; then return 1; fi
  echo 'qms-content 1' > "$WORK/manifest"
  while IFS= read -r line; do
    blob=$(printf '%s\n' "$line" | cut -c13-52)
    printf '%s %s %s\n' "$(git cat-file blob "$blob" | sha256sum | cut -c1-64)" \
      "$(git cat-file -s "$blob")" "$(printf '%s\n' "$line" | cut -c54-)"
  done < "$WORK/files" >> "$WORK/manifest"
  digest < "$WORK/manifest"
}
new_rules() {
  put=$(fields "$WORK/release-$1" | sed -n 's/^Put: QMS [0-9]* \([^ ]*\) .*/\1/p')
  same "$(content "$(sed -n '1s/^object //p' "$WORK/release-$1")" QMS)" "$put" > "$WORK/said" &&
    git cat-file blob "$(cut -c13-52 "$WORK/files")" > "$WORK/rules"
}`;

const openPgpWord = String.raw`openpgp_good() {
  rm -rf "$WORK/gnupg" && mkdir -m 700 "$WORK/gnupg"
  entry people "$1" "$3" | awk -v use="$2" '
    function end() {
      if (gsub(/use:/, "&", item) == 1 && item ~ ("use:[^]:]*[^a-z]" use "[^a-z]")) printf "%s", key
      item = key = ""
    }
    /^    [a-z]/ || /^[- {]*key: / { end() }
    /^[- {]*key: / { item = " " }
    /-----BEGIN PGP/ { armour = 1 }
    armour { line = $0; sub(/^ */, "", line); key = key line "\n" }
    item && !armour { item = item $0 " " }
    /-----END PGP/ { armour = 0 }
    END { end() }
  ' > "$WORK/certificates"
  gpg --homedir "$WORK/gnupg" --batch --quiet --no-autostart --import "$WORK/certificates" \
    2> "$WORK/gpg-says"
  GNUPGHOME="$WORK/gnupg" git -c gpg.program=gpg verify-tag --raw "$object" 2> "$WORK/git-says"
  grep -aE '^\[GNUPG:\] VALIDSIG ([^ ]+ ){7}(8|9|10) 0[01] [0-9A-F]{40}$' "$WORK/git-says"
}`;

const chain = String.raw`n=0 good=0 previous=
while git rev-parse --quiet --verify "refs/tags/qms/release/$((n + 1))" > "$WORK/id"; do
  n=$((n + 1))
  tag=$WORK/release-$n
  git cat-file tag "refs/tags/qms/release/$n" > "$tag" || break
  begins=$(printf 'Qms-Statement: release/1\nRegister: %s\nRelease: %s\nPrevious: %s' \
    "$ANCHOR" "$n" "$previous")
  if [ "$n" = 1 ]; then
    same "$(digest < "$tag")" "$ANCHOR" || break
    new_rules 1 || break
    begins=$(printf 'Qms-Statement: release/1\nRelease: 1')
  fi
  cp "$WORK/rules" "$WORK/rules-$n"
  printf 'release %s: ' "$n"
  [ "$(fields "$tag" | sed '/^Person: /,$d')" = "$begins" ] || { echo 'DOES NOT FOLLOW'; break; }
  signed "$tag" "qms/release/$n" release "$WORK/rules" || break
  if fields "$tag" | grep -q '^Put: QMS '; then new_rules "$n" || break; fi
  previous=$(digest < "$tag")
  good=$n
done
echo "$good of $(($(git for-each-ref refs/tags/qms/release | wc -l))) releases follow from the anchor"
echo "head $good:$previous"`;

const finding = String.raw`i=0
while [ "$i" -lt "$good" ]; do
  i=$((i + 1))
  fields "$WORK/release-$i" | grep -E "^(Put|Withdraw|Confirm|Dispose): $ID " | sed "s/^/release $i: /"
done > "$WORK/story"
cat "$WORK/story"
N=$(sed -n "s/^release \([0-9]*\): Put: $ID $REVISION .*/\1/p" "$WORK/story")
DIGEST=$(sed -n "s/^release [0-9]*: Put: $ID $REVISION \([^ ]*\) .*/\1/p" "$WORK/story")
[ -n "$N" ] || echo "NO RELEASE OF THE CHAIN PUTS $ID $REVISION"
COMMIT=$(sed -n '1s/^object //p' "$WORK/release-$N")`;

const rules = String.raw`BEFORE=$([ "$N" = 1 ] && echo 1 || echo "$((N - 1))")
same "$(git ls-tree -r "refs/tags/qms/release/$BEFORE^{commit}:documents/QMS/QMS" | cut -c13-52)" \
  "$(git hash-object "$WORK/rules-$N")"
TYPE=$(awk -v id="$ID-" '/^[^ #]/ { here = ($1 == "types:") }
  here && /^  [^ #]/ { type = $1; sub(/:.*/, "", type) }
  here && $1 == "prefix:" && index(id, $2 "-") == 1 { print type }' "$WORK/rules-$N")
entry release role "$WORK/rules-$N"
entry types "$TYPE" "$WORK/rules-$N"
entry people "$(fields "$WORK/release-$N" | sed -n 's/^Person: //p')" "$WORK/rules-$N"`;

const content = String.raw`same "$(content "$COMMIT" "$ID")" "$DIGEST"
cat "$WORK/manifest"
grep -E '\.(md|yaml)$' "$WORK/files" | cut -c13-52 | while read -r blob; do
  git cat-file blob "$blob" | grep -E '^(id|title|type|revision):' | head -n 4 | plain
done`;

const approvals = String.raw`fields "$WORK/release-$N" | sed -n 's/^Approval: //p' > "$WORK/approvals"
while read -r sum name; do
  git cat-file blob "$COMMIT:evidence/$(printf '%s\n' "$sum" | cut -c8-)" > "$WORK/approval"
  fields "$WORK/approval" | grep -q "^Document: $ID $REVISION " || continue
  printf '%s\n' "$name"
  same "$(digest < "$WORK/approval")" "$sum"
  signed "$WORK/approval" "$name" approve "$WORK/rules-$N"
  fields "$WORK/approval" | sed -n '/^As: /p'
  entry people "$person" "$WORK/rules-$N" | sed -n '/^ *roles:/p'
  said=$(fields "$WORK/approval" | grep -cxF -e 'Qms-Statement: approval/1' -e "Register: $ANCHOR" \
    -e "Document: $ID $REVISION $DIGEST" -e 'Decision: approve')
  [ "$said" = 4 ] && echo 'says: this very content' || echo 'SAYS SOMETHING ELSE'
  target=$(sed -n '1s/^object //p' "$WORK/approval")
  while IFS= read -r line; do
    same "$(git rev-parse "$target:$(printf '%s\n' "$line" | cut -c54-)")" \
      "$(printf '%s\n' "$line" | cut -c13-52)"
  done < "$WORK/files" | grep DIFFERENT || echo 'points at: this very content'
done < "$WORK/approvals"`;

const writers = String.raw`SINCE=$(sed -n "s/^release \([0-9]*\): Put: $ID .*/\1/p" "$WORK/story" | sed "/^$N\$/,\$d" | tail -n 1)
sed 1d "$WORK/manifest" | cut -d' ' -f3- | while IFS= read -r file; do
  git rev-list --full-history "$COMMIT" \
    --not $([ -z "$SINCE" ] || git rev-parse "refs/tags/qms/release/$SINCE^{commit}^@") -- "$file" |
    git diff-tree --stdin --root -c --name-only \
      --format='by %an <%ae> %(trailers:key=Co-authored-by,valueonly,separator=%x20)' -- "$file" |
    awk '/^by / { who = $0; next } NF && who { print who; who = "" }'
done | sort | uniq -c | plain`;

const objections = String.raw`git for-each-ref --format='%(refname:lstrip=2)' refs/tags/qms/reject > "$WORK/rejections"
while read -r name; do
  git cat-file tag "refs/tags/$name" > "$WORK/rejection"
  if fields "$WORK/rejection" | grep -qxF "Document: $ID $REVISION $DIGEST"; then printf '%s\n' "$name"; fi
done < "$WORK/rejections"
awk '/^[^ #]/ { here = ($1 == "compromised:") } here' "$WORK/rules"`;
