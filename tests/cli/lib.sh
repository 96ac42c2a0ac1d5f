# Shared by the scripts here. Sourced with the tool as $1, the source tree as $2, the build folder as $3. The script
# then stands in an empty folder that goes away when it ends.
set -u
tool=$1 source=$2 build=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0

fail() {
  echo "FAILED: $*"
  sed 's/^/    | /' out err 2>/dev/null | head -n 60
  failures=$((failures + 1))
}

# expect CODE ARGS...: the tool with ARGS exits with CODE. Its output is in the files out and err.
expect() {
  local code=$1 got
  shift
  "$tool" "$@" >out 2>err </dev/null
  got=$?
  [ "$got" = "$code" ] || fail "shootdown $*: exit code $got, expected $code"
}

# says FILE PATTERN / lacks FILE PATTERN: an extended regular expression is, or is not, in out or err.
says() { grep -Eq -- "$2" "$1" || fail "no line like '$2' in $1"; }
lacks() { ! grep -Eq -- "$2" "$1" || fail "a line like '$2' in $1"; }

done_testing() {
  [ "$failures" = 0 ] || exit 1
  echo "all as expected"
}
