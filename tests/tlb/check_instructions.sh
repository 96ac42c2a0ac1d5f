#!/bin/sh
# Compiles tlb/ freestanding with clang++-19 (x86-64, i386) and g++-12 (x86-64), disassembles it, and compares the
# instructions that matter, in order, with what they have to be: the accesses to control registers, INVLPG, and the
# calls of the preempt hooks. Also that misuse does not compile. Runs anywhere; needs no build.
#
#   check_instructions.sh [CLANGXX [GXX [OBJDUMP]]]
set -eu

clangxx=${1:-clang++-19}
gxx=${2:-g++-12}
objdump=${3:-llvm-objdump-19}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
	echo "FAIL: $*" >&2
	failures=$((failures + 1))
}

# The instructions of one function, one word each, in one line. A call to a hook shows in the relocation.
instructions() { # object, function
	"$objdump" -dr --no-show-raw-insn --disassemble-symbols="$2" "$1" | awk '
		/R_(X86_64|386)_/ && /hook_preempt_disable/ { print "disable"; next }
		/R_(X86_64|386)_/ && /hook_preempt_enable/ { print "enable"; next }
		/mov[lq]?[ \t]+%cr[0-9]+,/ { match($0, /%cr[0-9]+/); print "read-" substr($0, RSTART + 1, RLENGTH - 1); next }
		/mov[lq]?[ \t]+.*,[ \t]*%cr[0-9]+/ { match($0, /%cr[0-9]+[^%]*$/); print "write-" substr($0, RSTART + 1, 3); next }
		/invlpg/ { print "invlpg" }
	' | tr '\n' ' ' | sed 's/ *$//'
}

expect() { # name of the build, object, function, instructions
	found=$(instructions "$2" "$3")
	[ "$found" = "$4" ] || fail "$1: $3 is \"$found\", expected \"$4\""
}

check() { # name, compiler and options...
	name=$1
	shift
	if ! "$@" -std=c++20 -ffreestanding -nostdlib -O2 -Wall -Wextra -Wconversion -Werror -fno-pic -fcf-protection=none \
		-I "$root" -c "$here/probe.cpp" -o "$work/$name.o"; then
		fail "$name: does not compile"
		return
	fi
	expect "$name" "$work/$name.o" probe_flush "disable read-cr3 write-cr3 enable"
	expect "$name" "$work/$name.o" probe_flush_page "invlpg"
	expect "$name" "$work/$name.o" probe_flush_if "disable read-cr3 write-cr3 enable"
	# Two paths through flush_all(), in the order the compiler lays them out.
	found=$(instructions "$work/$name.o" probe_flush_all)
	case $found in
	"disable read-cr4 write-cr4 write-cr4 enable read-cr3 write-cr3 enable") ;;
	"disable read-cr4 read-cr3 write-cr3 enable write-cr4 write-cr4 enable") ;;
	"disable read-cr4 write-cr4 write-cr4 read-cr3 write-cr3 enable") ;;
	"disable read-cr4 read-cr3 write-cr3 write-cr4 write-cr4 enable") ;;
	*) fail "$name: probe_flush_all is \"$found\"" ;;
	esac
	# Nothing but the hooks may be asked of the environment.
	wanted=$("$objdump" -t "$work/$name.o" | awk '/\*UND\*/ && !/hook_preempt_(dis|en)able/ && $NF != "*UND*"' | head -n 1)
	[ -z "$wanted" ] || fail "$name: needs another symbol: $wanted"
	for misuse in 0 1 2 3; do
		if "$@" -std=c++20 -ffreestanding -I "$root" -DMISUSE=$misuse -fsyntax-only "$here/misuse.cpp" 2>/dev/null; then
			compiles=yes
		else
			compiles=no
		fi
		case $misuse-$compiles in
		0-no) fail "$name: correct use does not compile" ;;
		0-yes) ;;
		*-yes) fail "$name: misuse $misuse compiles" ;;
		esac
	done
	echo "$name: checked"
}

check clang-x86-64 "$clangxx" -target x86_64-unknown-linux-gnu
check clang-i386 "$clangxx" -target i386-unknown-linux-gnu
if command -v "$gxx" >/dev/null 2>&1; then
	check gcc-x86-64 "$gxx"
else
	fail "no $gxx"
fi

[ "$failures" -eq 0 ] || exit 1
