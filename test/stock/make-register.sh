#!/usr/bin/env bash
#
# Make a register by hand: nothing but git, ssh-keygen, sha256sum and the usual tools.
#
#   make-register.sh <folder> <keys>
#
# <folder> becomes a repository with five releases; <keys> gets the signing keys of two people and
# an allowed-signers file for `git verify-tag`. The anchor is printed on standard output. Both
# folders must be new. This is how a register is made by somebody who has only stock tools; qms
# does the same with more comfort.
#
#   release 1   the rules (QMS 1)
#   release 2   SOP-001 revision 1, with a picture
#   release 3   SOP-001 revision 2 and WI-001 revision A, one change order, squashed on main
#   release 4   WI-001 withdrawn
#   release 5   SOP-001 confirmed: reviewed and still suitable
set -euo pipefail
export LC_ALL=C # "sorted" means by bytes

[ $# -eq 2 ] || { echo "usage: make-register.sh <folder> <keys>" >&2; exit 64; }
mkdir -p "$1" "$2"
repository=$(cd "$1" && pwd)
keys=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Nobody's own configuration, and one instant for the whole story, so that no day ends meanwhile.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_NOSYSTEM=1
now=${NOW:-$(date +%s)}
zone=America/Detroit
today=$(TZ=$zone date -d "@$now" +%F)
export GIT_AUTHOR_DATE="$now +0000" GIT_COMMITTER_DATE="$now +0000"

# --- two people, each with a key of their own -----------------------------------------------------

for person in alice bob; do
  ssh-keygen -q -t ed25519 -N '' -C "$person@mill.example" -f "$keys/$person"
  printf '%s namespaces="git" %s\n' "$person@mill.example" "$(cut -d' ' -f1,2 "$keys/$person.pub")"
done > "$keys/allowed-signers"

# as <person>: who commits and signs from here on.
as() {
  person=$1
  export GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=$1@mill.example
  export GIT_COMMITTER_NAME=$1 GIT_COMMITTER_EMAIL=$1@mill.example
}

git init -q -b main "$repository"
cd "$repository"
git config gc.auto 0
git config gpg.format ssh

# --- what a statement is made of ------------------------------------------------------------------

# sha256: of standard input, as statements write it.
digest() { printf 'sha256:%s\n' "$(sha256sum | cut -d' ' -f1)"; }

# raw_digest <tag>: SHA-256 of the raw bytes of a tag object.
raw_digest() { git cat-file tag "refs/tags/$1" | digest; }

# content_digest <commit> <path>…: SHA-256 of one line for each file, sorted by path.
content_digest() {
  local commit=$1 path
  shift
  {
    printf 'qms-content 1\n'
    printf '%s\n' "$@" | sort | while IFS= read -r path; do
      printf '%s %s %s\n' "$(git cat-file blob "$commit:$path" | sha256sum | cut -d' ' -f1)" \
        "$(git cat-file -s "$commit:$path")" "$path"
    done
  } | digest
}

# sign <tag> <commit>: the statement on standard input becomes a signed tag. `--cleanup=verbatim`
# keeps its bytes; the file ends in exactly one line end.
sign() {
  cat > "$work/statement"
  git -c "user.signingkey=$keys/$person" tag -s --cleanup=verbatim -F "$work/statement" "$1" "$2"
}

# --- what a release commit is made of -------------------------------------------------------------

# The tree is put together in an index of its own; the working tree and its index stay as they are.
release_index="$work/release-index"
in_release() { GIT_INDEX_FILE=$release_index git "$@"; }

# begin_release <commit of the release before, or nothing>
begin_release() {
  rm -f "$release_index"
  [ -z "$1" ] || in_release read-tree "$1"
  remove evidence # evidence belongs to one release; nothing is carried over
}

# remove <folder in the release's tree>
remove() { in_release ls-files -z -- "$1" | in_release update-index -z --force-remove --stdin; }

# put <id> <commit> <path>…: the document's folder holds this content, and nothing else.
put() {
  local id=$1 commit=$2 folder path
  shift 2
  folder="documents/${id%-*}/$id" # the prefix is the id up to its last hyphen
  remove "$folder"
  for path in "$@"; do
    in_release update-index --add --cacheinfo "100644,$(git rev-parse "$commit:$path"),$folder/$path"
  done
}

# evidence <tag>: the raw bytes of the approval's tag object, under their SHA-256.
evidence() {
  local sum blob
  sum=$(git cat-file tag "refs/tags/$1" | sha256sum | cut -d' ' -f1)
  blob=$(git cat-file tag "refs/tags/$1" | git hash-object -w --no-filters --stdin)
  in_release update-index --add --cacheinfo "100644,$blob,evidence/$sum"
}

# end_release <message> <parent>…: writes the commit and prints its name.
end_release() {
  local message=$1 parent
  local -a parents=()
  shift
  for parent in "$@"; do parents+=(-p "$parent"); done
  git commit-tree "$(in_release write-tree)" ${parents[@]+"${parents[@]}"} -m "$message"
}

# --- release 1: the rules ---------------------------------------------------------------------------

as alice
mkdir qms-docs
cat > qms-docs/qms.yaml <<YAML
id: QMS
revision: 1
title: Document control rules
organization: Mill by hand
timezone: $zone
roles:
  quality-manager: Quality manager
  document-controller: Document controller
people:
  alice:
    name: Alice
    email: [alice@mill.example]
    roles: [document-controller]
    keys:
      - key: $(cut -d' ' -f1,2 "$keys/alice.pub")
        use: [release, commit]
  bob:
    name: Bob
    email: [bob@mill.example]
    roles: [quality-manager]
    keys:
      - key: $(cut -d' ' -f1,2 "$keys/bob.pub")
        use: [approve, commit]
types:
  sop:
    title: Standard operating procedure
    kind: document
    prefix: SOP
    revisions: number
    approvals:
      - {role: quality-manager, meaning: approved}
  wi:
    title: Work instruction
    kind: document
    prefix: WI
    revisions: letter
    approvals:
      - {role: quality-manager, meaning: approved}
  rules:
    title: Document control rules
    kind: rules
    prefix: QMS
    revisions: number
    approvals:
      - {role: quality-manager, meaning: approved}
release:
  role: document-controller
YAML
git add qms-docs
git commit -q -m 'Write the document control rules'

begin_release ''
put QMS main qms-docs/qms.yaml
release_1=$(end_release 'Release 1') # no parent at all: the first-parent history is the journal
sign qms/release/1 "$release_1" <<STATEMENT
Release 1: QMS revision 1

Qms-Statement: release/1
Release: 1
Person: alice
Put: QMS 1 $(content_digest main qms-docs/qms.yaml) $today
STATEMENT
anchor=$(raw_digest qms/release/1)

# --- release 2: a procedure with a picture ----------------------------------------------------------

mkdir qms-docs/sops
cat > qms-docs/sops/first-article.svg <<'SVG'
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 30"><path d="M5 15h110M60 5v20"/></svg>
SVG
cat > qms-docs/sops/SOP-001.md <<'MARKDOWN'
---
id: SOP-001
title: First article inspection
type: sop
revision: 1
owner: quality-manager
---
# First article inspection

Measure every dimension of the first part of a batch before the second one is made.

![Where to measure](first-article.svg)
MARKDOWN
git add qms-docs
git commit -q -m 'Describe the first article inspection'
sop=(qms-docs/sops/SOP-001.md qms-docs/sops/first-article.svg)

as bob
sop_digest=$(content_digest main "${sop[@]}")
sign qms/approve/SOP-001/1/bob main <<STATEMENT
Approve SOP-001 revision 1

Tried at mill 4 with the bracket.

Qms-Statement: approval/1
Register: $anchor
Document: SOP-001 1 $sop_digest
Decision: approve
As: quality-manager approved
Person: bob
STATEMENT

as alice
begin_release "$release_1"
put SOP-001 main "${sop[@]}"
evidence qms/approve/SOP-001/1/bob
# Parents: the release before; the commit that holds what is put. The approval's commit is the same.
release_2=$(end_release 'Release 2' "$release_1" "$(git rev-parse main)")
sign qms/release/2 "$release_2" <<STATEMENT
Release 2: SOP-001 revision 1

Qms-Statement: release/1
Register: $anchor
Release: 2
Previous: $(raw_digest qms/release/1)
Person: alice
Put: SOP-001 1 $sop_digest $today
Approval: $(raw_digest qms/approve/SOP-001/1/bob) qms/approve/SOP-001/1/bob
STATEMENT

# --- release 3: a change order, approved on its branch and squashed on main -------------------------

git switch -q -c change-order-7
cat > qms-docs/sops/SOP-001.md <<'MARKDOWN'
---
id: SOP-001
title: First article inspection
type: sop
revision: 2
owner: quality-manager
changes: The record goes with the batch since the audit in spring
---
# First article inspection

Measure every dimension of the first part of a batch before the second one is made, and put the
record into the batch folder.

![Where to measure](first-article.svg)
MARKDOWN
git commit -q -a -m 'Keep the record with the batch'
mkdir qms-docs/wi
cat > qms-docs/wi/WI-001.md <<'MARKDOWN'
---
id: WI-001
title: Setting up mill 4
type: wi
revision: A
owner: quality-manager
---
# Setting up mill 4

Warm the spindle for ten minutes.
MARKDOWN
git add qms-docs
git commit -q -m 'Add the work instruction for mill 4'
change=$(git rev-parse change-order-7)
sop_digest=$(content_digest "$change" "${sop[@]}")
wi_digest=$(content_digest "$change" qms-docs/wi/WI-001.md)

as bob
sign qms/approve/CO-7/bob "$change" <<STATEMENT
Approve SOP-001 revision 2, WI-001 revision A

Qms-Statement: approval/1
Register: $anchor
Document: SOP-001 2 $sop_digest
Document: WI-001 A $wi_digest
Decision: approve
As: quality-manager approved
Person: bob
STATEMENT

as alice
git switch -q main
git merge -q --squash change-order-7 > "$work/merge"
git commit -q -m 'Change order 7'
git branch -q -D change-order-7

begin_release "$release_2"
put SOP-001 main "${sop[@]}"
put WI-001 main qms-docs/wi/WI-001.md
evidence qms/approve/CO-7/bob
# The squash left the approved commit outside the history of main: it becomes the third parent.
release_3=$(end_release 'Release 3' "$release_2" "$(git rev-parse main)" "$change")
sign qms/release/3 "$release_3" <<STATEMENT
Release 3: SOP-001 revision 2, WI-001 revision A

Qms-Statement: release/1
Register: $anchor
Release: 3
Previous: $(raw_digest qms/release/2)
Person: alice
Put: SOP-001 2 $sop_digest $today
Put: WI-001 A $wi_digest $today
Approval: $(raw_digest qms/approve/CO-7/bob) qms/approve/CO-7/bob
STATEMENT

# --- release 4: a withdrawal ------------------------------------------------------------------------

as bob
sign qms/approve/WI-001/A/bob "$release_3" <<STATEMENT
Withdraw WI-001 revision A

Mill 4 was sold.

Qms-Statement: approval/1
Register: $anchor
Document: WI-001 A $wi_digest
Decision: withdraw
As: quality-manager approved
Person: bob
STATEMENT

as alice
begin_release "$release_3"
remove documents/WI/WI-001
evidence qms/approve/WI-001/A/bob
# Nothing is put, and the approval points at release 3 itself: one parent.
release_4=$(end_release 'Release 4' "$release_3")
sign qms/release/4 "$release_4" <<STATEMENT
Release 4: WI-001 withdrawn

Qms-Statement: release/1
Register: $anchor
Release: 4
Previous: $(raw_digest qms/release/3)
Person: alice
Withdraw: WI-001 A $today
Approval: $(raw_digest qms/approve/WI-001/A/bob) qms/approve/WI-001/A/bob
STATEMENT

# --- release 5: a periodic review -------------------------------------------------------------------

as bob
sign qms/approve/SOP-001/2/bob "$release_4" <<STATEMENT
Confirm SOP-001 revision 2

Qms-Statement: approval/1
Register: $anchor
Document: SOP-001 2 $sop_digest
Decision: confirm
As: quality-manager approved
Person: bob
STATEMENT

as alice
begin_release "$release_4"
evidence qms/approve/SOP-001/2/bob
release_5=$(end_release 'Release 5' "$release_4")
sign qms/release/5 "$release_5" <<STATEMENT
Release 5: SOP-001 confirmed

Qms-Statement: release/1
Register: $anchor
Release: 5
Previous: $(raw_digest qms/release/4)
Person: alice
Confirm: SOP-001 2 $today
Approval: $(raw_digest qms/approve/SOP-001/2/bob) qms/approve/SOP-001/2/bob
STATEMENT

# The branch makes an ordinary fetch bring the tags. It is never believed.
git branch register "$release_5"

printf '%s\n' "$anchor"
