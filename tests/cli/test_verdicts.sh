# Every verdict with its exit code, from a file that a user might write.
. "$(dirname "$0")/lib.sh" "$@"

write() { # NAME VARIANT-LINES, the body on standard input
  { printf '%b\n' "$2"; echo '#include <shootdown/x86.h>'; cat; } >"$1"
}

write pass.c '// variant: one PASS' <<'C'
static volatile int x;
SCENARIO { x = (int)sd_choose(3); sd_assert(x < 3); sd_cover("two", x == 2); }
C
sed -i 's/sd_cover("two", x == 2)/if (x == 2) sd_cover("two")/' pass.c
expect 0 check pass.c
says out '^pass/one +PASS +[0-9,]+ states, all seen'
says out 'machine: x86-64, 1 CPU'
says out '-O1 -ffreestanding'
says out 'evaluated: .*assertion'
says out 'never evaluated: '
says out 'covered: two'
expect 0 check pass.c -O 0 --machine i386
says out 'machine: i386'
says out '-O0'

write fail.c '// variant: one FAIL assertion' <<'C'
static volatile int x;
SCENARIO { x = (int)sd_choose(3); sd_assert(x < 2); }
C
expect 1 check fail.c
says out '^fail/one +FAIL +assertion'
says out 'x < 2'
says out 'fail.c:4'
replay=$(sed -n 's/^replay: //p' out)
[ -n "$replay" ] || fail 'no replay command'
[ -f .shootdown/fail-one.trace.json ] || fail 'no trace in .shootdown'
(eval "$replay") >replayed 2>err || [ $? = 1 ] || fail "the printed command does not replay: $replay"
grep -q 'CPU0: ' replayed || fail 'replay does not show the end state'
expect 1 check fail.c --trace here.json
[ -f here.json ] || fail 'no trace where --trace says'
(mkdir -p sub && cd sub && "$tool" replay ../here.json >out 2>err)
[ $? = 1 ] || fail 'a trace does not replay from another folder'
sed -i 's/x < 2/x < 1/' fail.c
expect 2 replay here.json
says err 'changed since'

expect 1 check fail.c --format json
says out '"verdict": "FAIL"'
says out '"property": "assertion"'
says out '"exit_code": 1'
expect 0 check pass.c --format json
says out '"verdict": "PASS"'

# The default place for traces cannot be written.
mkdir locked && cd locked && : >.shootdown && cp ../fail.c .
expect 1 check fail.c
says out 'could not be saved'
cd ..

write vacuous.c '// variant: one VACUOUS' <<'C'
static volatile int x;
SCENARIO { sd_assert(x == 0); if (x) sd_cover("never there"); }
C
expect 4 check vacuous.c
says out 'never reached: never there'
expect 4 check pass.c --property freed-page
says out 'never'
write empty.c '// variant: one VACUOUS' <<'C'
SCENARIO { }
C
expect 4 check empty.c

write unsupported.c '// variant: one UNSUPPORTED' <<'C'
void nobody_wrote_this(void);
SCENARIO { nobody_wrote_this(); }
C
expect 5 check unsupported.c
says out 'nobody_wrote_this'
says out 'unsupported.c:[34]: '

write broken.c '// variant: one COMPILE-ERROR' <<'C'
SCENARIO { this is not C; }
C
expect 6 check broken.c
says out 'broken.c:3'
printf 'garbage\n' >garbage.c
expect 6 check garbage.c
says err 'variant'
printf '// variant: one MAYBE\nint x;\n' >header.c
expect 6 check header.c
says err 'header.c:1'

# Many states: every context counts on its own.
write many.c '// variant: one PASS' <<'C'
static volatile unsigned long cell[24];
SCENARIO
{
	for (unsigned i = 0; i < 24; ++i) { cell[i] = sd_choose(2); cell[(i + 1) % 24] ^= sd_choose(2); }
	sd_assert(cell[0] < 2);
}
C
expect 3 check many.c --max-states 100
says out 'limit of 100 states'
expect 3 check many.c --timeout 1
says out 'time limit of 1 s'
expect 3 check many.c --max-memory 1M
says out 'memory limit'

# SIGINT: the figures so far, promptly.
"$tool" check many.c >out 2>err &
pid=$!
sleep 2
kill -INT $pid
wait $pid
[ $? = 3 ] || fail "after SIGINT: not BOUNDED"
says out 'interrupted: [0-9,]+ states seen'

# Things that never end each have their answer.
write recursion.c '// variant: one FAIL' <<'C'
static volatile unsigned long sink;
__attribute__((noinline)) static unsigned long deeper(unsigned long n)
{ volatile unsigned long here = n; sink = here; return deeper(n + 1) + here; }
SCENARIO { sink = deeper(0); }
C
timeout 60 "$tool" check recursion.c >out 2>err
code=$?
[ $code != 0 ] && [ $code != 7 ] && [ $code -lt 8 ] || fail "endless recursion: exit code $code"

# Several verdicts in one run: the first of 7, 6, 5, 1, 4, 3.
expect 1 check fail.c vacuous.c pass.c
expect 5 check fail.c unsupported.c
expect 6 check broken.c unsupported.c fail.c
expect 4 check pass.c vacuous.c

# test: each against its declared verdict.
expect 0 test pass.c fail.c vacuous.c empty.c unsupported.c broken.c --jobs 2
says out '6 cases, all as declared'
sed -i 's/one PASS/one FAIL/' pass.c
expect 1 test pass.c fail.c
says out 'pass/one.*not as declared'
says out '1 of 2 cases is not|1 of 2 cases are not'
expect 0 test fail.c -O 0 -O 1 -O 2
says out '3 cases, all as declared'
done_testing
