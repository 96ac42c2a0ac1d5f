#!/bin/sh
# As check_instructions.sh, of tlb/arm64/ for bare metal aarch64: compiles, disassembles, and compares the barriers,
# TLBIs, register writes and hooks of each function, in the order the compiler lays them out.
#
#   check_arm64.sh [CLANGXX [OBJDUMP]]
set -eu

clangxx=${1:-clang++-19}
objdump=${2:-llvm-objdump-19}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
	echo "FAIL: $*" >&2
	failures=$((failures + 1))
}

instructions() { # function
	"$objdump" -dr --no-show-raw-insn --disassemble-symbols="$1" "$work/probe.o" | awk '
		/R_AARCH64_/ && /hook_/ { match($0, /hook_[a-z_]+/); print substr($0, RSTART + 5, RLENGTH - 5); next }
		$2 ~ /^(dsb|tlbi)$/ { sub(/,$/, "", $3); print $2 "-" $3 }
		$2 == "isb" { print "isb" }
		$2 == "msr" { sub(/,$/, "", $3); print "msr-" tolower($3) }
		$2 ~ /^(cas|swp|ldxr|ldaxr)/ { print "atomic" }
	' | tr '\n' ' ' | sed 's/ *$//'
}

expect() { # function, instructions
	found=$(instructions "$1")
	[ "$found" = "$2" ] || fail "$1 is \"$found\", expected \"$2\""
}

"$clangxx" --target=aarch64-none-elf -march=armv8.1-a -std=c++20 -ffreestanding -nostdlib -O2 -Wall -Wextra -Wconversion \
	-Werror -fno-exceptions -fno-rtti -fno-pic -mgeneral-regs-only -I "$root" -c "$here/probe_arm64.cpp" \
	-o "$work/probe.o" || fail "does not compile"
# And for the first version of the architecture, where a compare-and-exchange is a loop.
"$clangxx" --target=aarch64-none-elf -march=armv8-a -mno-outline-atomics -std=c++20 -ffreestanding -fno-exceptions \
	-fno-rtti -Wall -Wextra -Wconversion -Werror -I "$root" -c "$here/probe_arm64.cpp" -o "$work/old.o" ||
	fail "does not compile for armv8-a"

expect probe_flush_page "dsb-ishst asid tlbi-vale1is dsb-ish"
expect probe_flush_tables "dsb-ishst asid tlbi-vae1is dsb-ish"
expect probe_flush "dsb-ishst asid tlbi-aside1is dsb-ish"
expect probe_flush_kernel_page "dsb-ishst tlbi-vaale1is dsb-ish isb"
expect probe_flush_all "dsb-ishst tlbi-vmalle1is dsb-ish isb"
expect probe_flush_this_cpu "dsb-nshst tlbi-vmalle1 dsb-nsh isb"
expect probe_leave_cpu "dsb-ish"
expect probe_add "dsb-ishst asid tlbi-vale1is atomic"
expect probe_batch_flush "dsb-ish"
expect probe_drain "dsb-ishst asid tlbi-aside1is dsb-ish atomic"
# flush_range() has three ways; what has to be in each is in the source, here only that nothing else is.
found=$(instructions probe_flush_range | tr ' ' '\n' | sort -u | tr '\n' ' ')
[ "$found" = "asid dsb-ish dsb-ishst has_range tlbi-aside1is tlbi-rvale1is tlbi-vale1is " ] ||
	fail "probe_flush_range has \"$found\""
# The compare-and-exchange first, the lock's way after it, and the root last, followed by ISB.
found=$(instructions probe_switch_to)
case $found in
"cpu atomic "*"lock "*"dsb-nshst tlbi-vmalle1 dsb-nsh isb "*"unlock "*"msr-ttbr0_el1 isb") ;;
"cpu atomic "*"msr-ttbr0_el1 isb "*"lock "*) ;;
"cpu lock "*"unlock atomic msr-ttbr0_el1 isb") ;;
*) fail "probe_switch_to is \"$found\"" ;;
esac

# Nothing but the hooks may be asked of the environment.
for object in probe old; do
	wanted=$("$objdump" -t "$work/$object.o" |
		awk '/\*UND\*/ && $NF !~ /^hook_/ && $NF !~ /^(memset|memcpy)$/ && $NF != "*UND*"' | head -n 1)
	[ -z "$wanted" ] || fail "$object: needs another symbol: $wanted"
done

[ "$failures" -eq 0 ] || exit 1
echo "arm64: checked"
