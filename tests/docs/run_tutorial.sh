#!/bin/bash
# Executes what a document tells its reader to do, in an empty folder, and compares what appears with what it shows.
#
#   run_tutorial.sh [--update] TOOL SOURCE DOCUMENT...
#
# A marker, an HTML comment alone on its line, says what the fenced block after it is:
#
#   <!-- doc: file NAME -->     the contents of NAME
#   <!-- doc: patch -->         a patch for the files written so far
#   <!-- doc: run CODE -->      commands; the last one exits with CODE, the others with 0
#   <!-- doc: output [from WORD] [until WORD] [without WORD,WORD] -->
#                               what they print. `from` and `until`: the first line that begins with WORD is the first, or
#                               the last (a blank in it is written ~); `without`: but for the indented paragraphs that begin with WORD ("  machine: ...")
#   <!-- doc: skip -->          not for the test
#
# In a document under test every block of `sh`, `c`, `diff` or `text` has one. Compared are exit codes and all words but
# times, rates and sizes. So what is shown has to follow the kit's lines and the numbers of states: --update writes what
# appears into the document. The commands `shootdown` and `./shootdown` are TOOL; corpus and
# tests/scenarios of SOURCE lie in the folder, as in a checkout.
set -u
mode=normal
case ${1-} in
  --update) mode=update && shift ;;
esac
tool=$(readlink -f "$1") source=$(readlink -f "$2")
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GIT_CEILING_DIRECTORIES=$folder PATH=$folder/bin:$PATH
failures=0

trimmed() { # FROM UNTIL WITHOUT
  awk -v from="$1" -v until="$2" -v without="$3" '
    BEGIN { n = split(without, item, ",") }
    from != "" && index($0, from) != 1 { next }
    { from = "" }
    /^  [^ ].*: / { dropped = 0; for (i = 1; i <= n; i++) if (index($0, "  " item[i]) == 1) dropped = 1 }
    /^[^ ]/ || /^$/ { dropped = 0 }
    !dropped { print }
    until != "" && index($0, until) == 1 { exit }'
}

# Times, rates and sizes differ from run to run.
settled() {
  sed -E -e 's/[0-9.]+ s( |$)/_ s\1/g' -e 's/[0-9,]+ states\/s/_ states\/s/g' -e 's/[0-9]+ bytes\/state/_ bytes\/state/g' \
    -e 's/[0-9.]+ [KMG]iB/_ MiB/g' -e 's/clang 19\.[0-9.]+ \([^)]*\)/clang 19/g'
}

as_words() { settled | tr -s ' \n' '\n\n'; }

same() { # SHOWN GOT: files
  as_words <"$1" >shown.words
  as_words <"$2" >got.words
  diff shown.words got.words
}

problem() {
  echo "$document:$at: $*"
  failures=$((failures + 1))
}

# One marked block, in the folder: what it says is in the file `block`.
act() { # MARKER...
  local kind=$1 code
  shift
  case $kind in
    file)
      mkdir -p "$(dirname "work/$1")"
      cp block "work/$1"
      ;;
    patch) (cd work && git apply --recount ../block) || problem "the patch does not apply" ;;
    run)
      (cd work && bash -e ../block) >out 2>&1 </dev/null
      code=$?
      [ "$code" = "$1" ] || { problem "exit code $code, the document says $1" && sed 's/^/    | /' out | head -n 40; }
      ;;
    output)
      local from='' until='' without=''
      while [ $# -gt 1 ]; do
        case $1 in
          from) from=${2//\~/ } ;;
          until) until=${2//\~/ } ;;
          without) without=$2 ;;
        esac
        shift 2
      done
      trimmed "$from" "$until" "$without" <out | sed "s|$folder/bin/||g" >got
      if [ $mode = update ]; then
        cp got block
      else
        same block got >difference || { problem "the output is not as shown ($0 --update $tool $source $document mends it)" && sed 's/^/    | /' difference; }
      fi
      ;;
    skip) ;;
    *) problem "unknown marker: $kind" ;;
  esac
}

run_document() {
  document=$1
  cd "$folder" || exit 1
  rm -rf "${folder:?}"/*
  mkdir work bin
  printf '#!/bin/bash\nexec -a shootdown "%s" "$@"\n' "$tool" >bin/shootdown
  printf '#!/bin/bash\nexec -a ./shootdown "%s" "$@"\n' "$tool" >work/shootdown
  chmod +x bin/shootdown work/shootdown
  ln -s "$source/corpus" work/corpus
  mkdir work/tests && ln -s "$source/tests/scenarios" work/tests/scenarios
  local line marker='' inside='' blocks=0
  at=0
  : >document
  while IFS= read -r line || [ -n "$line" ]; do
    at=$((at + 1))
    if [ -n "$inside" ]; then
      if [ "$line" = '```' ]; then
        inside=
        if [ -n "$marker" ]; then
          read -ra words <<<"$marker"
          act "${words[@]}"
          blocks=$((blocks + 1))
          marker=
        fi
        cat block >>document
      else
        printf '%s\n' "$line" >>block
        continue
      fi
    elif [[ $line =~ ^'<!-- doc: '(.*)' -->'$ ]]; then
      marker=${BASH_REMATCH[1]}
    elif [[ $line == '```'* ]]; then
      inside=1
      : >block
      case ${line#'```'} in
        sh | c | diff | text) [ -n "$marker" ] || problem "a block without a marker" ;;
      esac
    elif [ -n "$line" ] && [ -n "$marker" ]; then
      problem "a marker without a block"
      marker=
    fi
    printf '%s\n' "$line" >>document
  done <"$document"
  [ $blocks -gt 0 ] || problem "nothing to execute"
  [ $mode != update ] || cmp -s document "$document" || cp document "$document"
  echo "$document: $blocks blocks"
}

[ $# -gt 0 ] || { echo "no document" && exit 2; }
start=$PWD
for document in "$@"; do
  cd "$start" && run_document "$(readlink -f "$document")"
done
[ $failures = 0 ]
