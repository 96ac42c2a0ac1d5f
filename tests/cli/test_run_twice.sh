# ./shootdown starts at once when there is nothing to build, from any folder, and passes on arguments and exit codes.
. "$(dirname "$0")/lib.sh" "$@"

# Only where the source tree's own build is this one: elsewhere the script would build a second time.
[ "$(readlink -f "$build")" = "$(readlink -f "$source/build")" ] || exit 77

begun=$(date +%s%N)
"$source/shootdown" --version >out 2>err || fail 'exit code'
took=$((($(date +%s%N) - begun) / 1000000))
says out '^shootdown '
[ ! -s err ] || fail 'it had something to say'
[ "$took" -lt 1000 ] || fail "starting took $took ms"
"$source/shootdown" check nowhere.c >out 2>err
[ $? = 2 ] || fail 'the exit code is not passed on'
done_testing
