#!/usr/bin/env bash
#
# Check a register by hand: nothing but git, ssh-keygen, sha256sum and the usual tools.
#
#   check-register.sh <folder> <anchor> <allowed-signers>
#
# <anchor> is sha256: and 64 hex digits, from somebody you trust; <allowed-signers> lists the
# people and their keys as ssh-keygen reads them (addresses as in the taggers' lines). Every
# fault is printed in words; the exit code is 0 where there is none, otherwise 1.
#
# What it shows: nothing is damaged; the releases are one unbroken chain that begins at the
# anchor; each release and each approval bears a good signature; each release's tree holds exactly
# what the statements say, byte for byte; each line rests on an approval of exactly that content.
# What it leaves to a reader with qms.yaml in hand: whether those who approved hold the roles that
# the rules ask for, and whether they wrote the document themselves.
set -euo pipefail
export LC_ALL=C # "sorted" means by bytes

[ $# -eq 3 ] || { echo "usage: check-register.sh <folder> <anchor> <allowed-signers>" >&2; exit 64; }
anchor=$2
signers=$(realpath "$3")
cd "$1"
# Nobody's own configuration, and never another object than the one that was asked for.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_NO_REPLACE_OBJECTS=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

faults=0
fault() { echo "fault: $*"; faults=$((faults + 1)); }
finish() {
  [ "$faults" -eq 0 ] || { echo "$faults faults"; exit 1; }
  exit 0
}

digest() { printf 'sha256:%s\n' "$(sha256sum | cut -d' ' -f1)"; }

# fields <raw tag>: the last paragraph before the armour, one `Name: value` a line.
fields() {
  sed '/^-----BEGIN /,$d' "$1" |
    awk 'NF == 0 { text = ""; next } { text = text $0 "\n" } END { printf "%s", text }'
}
# field <name> <raw tag>: the values of one field.
field() { fields "$2" | sed -n "s/^$1: //p"; }
# header <name> <raw tag>
header() { sed -n "1,/^\$/s/^$1 //p" "$2"; }

# check_tag <object> <raw tag> <name it must have>: shape, name and signature. The object may live
# in $work only; git looks there as well as in the repository.
check_tag() {
  local object=$1 raw=$2 name=$3 address said
  [ "$(sed '/^$/,$d' "$raw" | cut -d' ' -f1 | tr '\n' ' ')" = 'object type tag tagger ' ] ||
    fault "$name: its headers are not object, type, tag, tagger"
  [ "$(header tag "$raw")" = "$name" ] || fault "$name: the signed name is $(header tag "$raw")"
  [ "$(header type "$raw")" = commit ] || fault "$name: it does not point at a commit"
  # Git shows text after the armour, and text between two, as if it had been signed.
  [ "$(grep -c '^-----BEGIN ' "$raw")" = 1 ] || fault "$name: not exactly one signature"
  case $(tail -n 1 "$raw") in
    '-----END SSH SIGNATURE-----' | '-----END PGP SIGNATURE-----') ;;
    *) fault "$name: there is text after the signature" ;;
  esac
  address=$(header tagger "$raw" | sed 's/^.*<\(.*\)>.*$/\1/')
  if ! said=$(git -c gpg.format=ssh -c "gpg.ssh.allowedSignersFile=$signers" verify-tag "$object" 2>&1); then
    fault "$name: the signature is not good: $said"
  elif ! printf '%s\n' "$said" | grep -qF "Good \"git\" signature for $address with "; then
    fault "$name: the tagger is $address, but: $said"
  fi
}

# --- nothing stands between us and the objects ------------------------------------------------------

[ "$(git rev-parse --show-object-format)" = sha1 ] || fault 'the repository does not name objects by SHA-1'
[ "$(git rev-parse --is-shallow-repository)" = false ] || fault 'the clone is shallow'
[ -z "$(git for-each-ref refs/replace)" ] || fault 'there are replace refs'
[ ! -e "$(git rev-parse --git-path info/grafts)" ] || fault 'there are grafts'
# git cat-file does not hash what it prints; fsck hashes every object.
git fsck --full --strict --no-dangling --no-progress > "$work/fsck" 2>&1 ||
  fault "objects are damaged or missing: $(head -n 3 "$work/fsck" | tr '\n' ' ')"

newest=$(git for-each-ref --format='%(refname:lstrip=4)' refs/tags/qms/release | sort -n | tail -n 1)
[ -n "$newest" ] || { fault 'there is no release'; finish; }

store=$(realpath "$(git rev-parse --git-path objects)")
# Evidence becomes objects beside the repository, never in it; from here on git looks at both.
mkdir "$work/objects"
GIT_ALTERNATE_OBJECT_DIRECTORIES=$work/objects
export GIT_ALTERNATE_OBJECT_DIRECTORIES

# --- what the rules say about records ----------------------------------------------------------------

# Records stand in the tree of one release only, and may need no approval. A record is a document
# with a prefix that qms.yaml gives to a type of `kind: record`.
is_record() {
  local prefix
  while read -r prefix; do
    case $1 in "$prefix"-*) return 0 ;; esac
  done < "$work/record-prefixes"
  return 1
}

# read_rules <commit>: the prefixes of record types in the qms.yaml of a release.
read_rules() {
  local blob
  blob=$(sed -n 's|^\([0-9a-f]*\) documents/QMS/QMS/.*qms\.yaml$|\1|p' "$work/now")
  git cat-file blob "${blob:-missing}" | awk '
    /^[a-z]/ { types = ($1 == "types:") }
    types && /^  [a-z]/ { kind = prefix = "" }
    types && $1 == "kind:" { kind = $2 }
    types && $1 == "prefix:" { prefix = $2 }
    kind == "record" && prefix != "" { print prefix; kind = "" }' > "$work/record-prefixes"
}

# --- the releases, one after the other --------------------------------------------------------------

: > "$work/before"          # what documents/ of the release before held: `<blob> <path>` a line
: > "$work/released"        # `<id> <revision> <content digest>` of every released revision
: > "$work/record-prefixes"
previous_commit='' previous_digest=''
n=0
while [ "$n" -lt "$newest" ]; do
  n=$((n + 1))
  name=qms/release/$n
  if ! object=$(git rev-parse --verify --quiet "refs/tags/$name"); then
    fault "release $n is missing"
    break
  fi
  [ "$(git cat-file -t "$object")" = tag ] || { fault "$name: not an annotated tag"; break; }
  raw=$work/release-$n
  git cat-file tag "$object" > "$raw"
  check_tag "$object" "$raw" "$name"
  commit=$(header object "$raw")

  # The chain.
  [ "$(field Qms-Statement "$raw")" = release/1 ] || fault "$name: not a release statement"
  [ "$(field Release "$raw")" = "$n" ] || fault "$name: its number is $(field Release "$raw")"
  [ "$(field Previous "$raw")" = "$previous_digest" ] || fault "$name: Previous is not release $((n - 1))"
  if [ "$n" = 1 ]; then
    [ "$(digest < "$raw")" = "$anchor" ] || fault "the anchor of this register is $(digest < "$raw")"
    [ -z "$(field Register "$raw")" ] || fault "$name: the first release names a register"
  else
    [ "$(field Register "$raw")" = "$anchor" ] || fault "$name: it belongs to another register"
  fi

  # The tree: plain files below documents/ and evidence/, nothing else.
  git -c core.quotePath=false ls-tree -r "$commit" > "$work/list"
  grep -vE '^100644 blob [0-9a-f]{40}	(documents|evidence)/' "$work/list" > "$work/strange" || true
  [ ! -s "$work/strange" ] || fault "$name: the tree holds $(head -n 1 "$work/strange")"
  sed -n 's|^100644 blob \([0-9a-f]*\)	documents/|\1 documents/|p' "$work/list" > "$work/now"

  # The approvals: evidence/ holds their raw bytes, each under its SHA-256.
  sed -n 's|^.*	evidence/||p' "$work/list" | sort > "$work/evidence"
  field Approval "$raw" > "$work/approvals"
  sed 's/^sha256:\([0-9a-f]*\) .*$/\1/' "$work/approvals" | sort | cmp -s - "$work/evidence" ||
    fault "$name: evidence/ does not hold exactly what the Approval lines name"
  : > "$work/approved" # `<decision> <id> <revision> <content digest>` of every good approval
  : > "$work/targets"  # the commits they point at
  while read -r sum tag; do
    approval=$work/approval
    git cat-file blob "$commit:evidence/${sum#sha256:}" > "$approval" 2> /dev/null || continue
    [ "$(digest < "$approval")" = "$sum" ] || fault "$name: evidence/${sum#sha256:} is another file"
    before=$faults
    object=$(GIT_OBJECT_DIRECTORY=$work/objects GIT_ALTERNATE_OBJECT_DIRECTORIES=$store git hash-object -t tag -w --stdin < "$approval") ||
      { fault "$tag: not a tag object"; continue; }
    check_tag "$object" "$approval" "$tag"
    [ "$(field Qms-Statement "$approval")" = approval/1 ] || fault "$tag: not an approval"
    [ "$(field Register "$approval")" = "$anchor" ] || fault "$tag: made for another register"
    header object "$approval" >> "$work/targets"
    [ "$faults" = "$before" ] || continue
    decision=$(field Decision "$approval")
    field Document "$approval" | sed "s/^/$decision /" >> "$work/approved"
    echo "release $n: $(field Person "$approval"): $decision, as $(field As "$approval" | paste -sd, -)"
  done < "$work/approvals"

  # What is put: the content as it was signed, and approved.
  : > "$work/touched" # folders that this release changes
  while read -r id revision sum day; do
    folder=documents/${id%-*}/$id/
    echo "$folder" >> "$work/touched"
    {
      printf 'qms-content 1\n'
      sed -n "s|^\([0-9a-f]*\) $folder|\1 |p" "$work/now" | sort -k 2 | while read -r blob path; do
        printf '%s %s %s\n' "$(git cat-file blob "$blob" | sha256sum | cut -d' ' -f1)" \
          "$(git cat-file -s "$blob")" "$path"
      done
    } | digest | grep -qxF "$sum" || fault "$name: the content of $id is not what was signed"
    grep -qxF "approve $id $revision $sum" "$work/approved" || [ "$n" = 1 ] || is_record "$id" ||
      fault "$name: nobody approved $id revision $revision"
    ! grep -qF "$id $revision " "$work/released" || fault "$name: $id $revision was released before"
    echo "$id $revision $sum" >> "$work/released"
    echo "release $n: $id revision $revision from $day"
  done < <(field Put "$raw")

  # What is withdrawn, confirmed or disposed of: the last released revision, and approved.
  while read -r act id revision day; do
    folder=documents/${id%-*}/$id/
    last=$(grep "^$id " "$work/released" | tail -n 1 || true)
    [ "${last% *}" = "$id $revision" ] || fault "$name: $id $revision is not the last released revision"
    grep -qxF "$act $last" "$work/approved" || is_record "$id" || fault "$name: nobody approved: $act $id"
    if [ "$act" = withdraw ]; then
      echo "$folder" >> "$work/touched"
      ! grep -qF " $folder" "$work/now" || fault "$name: $id is withdrawn and still in the tree"
    fi
    echo "release $n: $act $id revision $revision, $day"
  done < <(fields "$raw" | sed -n 's/^Withdraw: /withdraw /p; s/^Confirm: /confirm /p; s/^Dispose: /dispose /p')

  # Everything else in documents/ is as it was, but for records, which leave with the next release.
  cut -d/ -f3 "$work/before" | sort -u | while read -r id; do
    ! is_record "$id" || echo "documents/${id%-*}/$id/"
  done > "$work/records"
  cat "$work/records" "$work/touched" | sed 's/^/ /' > "$work/gone"
  sed 's/^/ /' "$work/touched" > "$work/put"
  grep -vF -f "$work/gone" "$work/before" > "$work/kept-before" || true
  grep -vF -f "$work/put" "$work/now" > "$work/kept-now" || true
  cmp -s "$work/kept-before" "$work/kept-now" ||
    fault "$name: the tree changes more than the statement says: $(diff "$work/kept-before" "$work/kept-now" | sed -n 's/^[<>] [0-9a-f]* //p' | head -n 1)"

  # The parents: the release before, the commit that holds what is put, the approvals' commits.
  read -r -a parents <<< "$(git show -s --format=%P "$commit")"
  expected=()
  [ "$n" = 1 ] || expected+=("$previous_commit")
  if [ "$n" -gt 1 ] && [ -n "$(field Put "$raw")" ]; then
    source=${parents[1]-none}
    expected+=("$source")
    while read -r folder; do
      sed -n "s|^\([0-9a-f]*\) $folder|\1 |p" "$work/now" | while read -r blob path; do
        [ "$(git rev-parse --verify --quiet "$source:$path")" = "$blob" ] || echo "$path"
      done
    done < "$work/touched" > "$work/absent"
    # (what is withdrawn has no lines in the tree of this release and so asks for nothing)
    [ ! -s "$work/absent" ] || fault "$name: the second parent does not hold $(head -n 1 "$work/absent")"
  fi
  while read -r target; do
    reached=no
    for parent in ${expected[@]+"${expected[@]}"}; do
      ! git merge-base --is-ancestor "$target" "$parent" || reached=yes
    done
    [ "$reached" = yes ] || expected+=("$target")
  done < "$work/targets"
  [ "${parents[*]-}" = "${expected[*]-}" ] ||
    fault "$name: the parents are ${parents[*]-none}, expected ${expected[*]-none}"

  read_rules
  mv "$work/now" "$work/before"
  previous_digest=$(digest < "$raw") previous_commit=$commit
done

echo "head $n:$previous_digest"
finish
