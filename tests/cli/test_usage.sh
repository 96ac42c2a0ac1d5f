# Wrong command lines: exit code 2, a message that says what there is, nothing on standard output.
. "$(dirname "$0")/lib.sh" "$@"

cat >scenario.c <<'C'
// variant: one PASS
// variant: two PASS
#include <shootdown/scenario.h>
SCENARIO { }
C

usage_error() { # PATTERN ARGS...
  local pattern=$1
  shift
  expect 2 "$@"
  says err "$pattern"
  [ ! -s out ] || fail "shootdown $*: output on stdout"
}

usage_error 'subcommand' # nothing given
usage_error 'PATH' check
usage_error 'no-such-file' check no-such-file.c
usage_error "no variant 'three'; there are: one, two" check scenario.c --variant three
usage_error "no machine 'vax'; there are: x86-64, i386" check scenario.c --machine vax
usage_error "no feature 'la57'; there are: .*pge" check scenario.c --cpu-features pge,la57
usage_error "i386 has no feature 'nx'" check scenario.c --machine i386 --cpu-features nx
usage_error "no property 'beauty'; there are: wrong-page-table" check scenario.c --property beauty
usage_error 'max-states' check scenario.c --max-states many
usage_error 'max-states' check scenario.c --max-states -1
usage_error 'max-states' check scenario.c --max-states 0
usage_error 'max-memory' check scenario.c --max-memory 12Q
usage_error 'timeout' check scenario.c --timeout soon
usage_error 'cpus' check scenario.c --cpus 0
usage_error 'O' check scenario.c -O 7
usage_error 'D' check scenario.c -D 1X
usage_error 'format' check scenario.c --format xml
usage_error 'frobnicate' check scenario.c --frobnicate
usage_error 'jobs' test scenario.c --jobs 0
usage_error 'no such trace' replay nowhere.json
echo '{' >broken.json
usage_error 'not a trace' replay broken.json
mkdir empty
usage_error 'empty' check empty

expect 0 --version
says out '^shootdown [0-9]+\.[0-9]+\.[0-9]+$'
for command in "" check test replay list; do
  # shellcheck disable=SC2086
  expect 0 $command --help
  says out '--help'
done
# A command that is no check says what its own exit codes mean, and what it judges if no property is named: a cost or an
# audit nothing (docs/cost.md, docs/audit.md), for a violation would end the count.
for command in cost audit necessary; do
  expect 0 $command --help
  says out '^Exit codes: 0 '
  lacks out 'Exit codes of check'
done
for command in cost audit; do
  expect 0 $command --help
  says out '--property .*\(default none;'
done
expect 0 check --help
says out '--property .*\(default all;'
says out '^Exit codes of check: 0 PASS'
expect 0 list --properties
says out '^wrong-page-table '
expect 0 list --machines
says out '^i386 '
expect 0 list scenario.c
says out '^  one +x86-64 +PASS$'
done_testing
