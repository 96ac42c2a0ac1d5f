#!/bin/sh
# Compiles tlb/ freestanding with clang++-19 (x86-64, i386) and g++-12 (x86-64), disassembles it, and compares the
# instructions that matter, in order, with what they have to be: the accesses to control registers, INVLPG, INVPCID, CLI,
# POPF, and the calls of the hooks. Also that misuse does not compile. Runs anywhere; needs no build.
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
		/R_X86_64_/ && /hook_set_exit_word/ { print "set-word"; next }
		/R_X86_64_/ && /hook_exit_word/ { print "word"; next }
		/R_X86_64_/ && /hook_has_invpcid/ { print "has-invpcid"; next }
		/mov[lq]?[ \t]+%cr[0-9]+,/ { match($0, /%cr[0-9]+/); print "read-" substr($0, RSTART + 1, RLENGTH - 1); next }
		/mov[lq]?[ \t]+.*,[ \t]*%cr[0-9]+/ { match($0, /%cr[0-9]+[^%]*$/); print "write-" substr($0, RSTART + 1, 3); next }
		/invlpg/ { print "invlpg" }
		/invpcid/ && !/hook/ { print "invpcid" }
		/[ \t]cli/ { print "cli" }
		/popf/ { print "popf" }
	' | tr '\n' ' ' | sed 's/ *$//'
}

expect() { # name of the build, object, function, instructions
	found=$(instructions "$2" "$3")
	[ "$found" = "$4" ] || fail "$1: $3 is \"$found\", expected \"$4\""
}

# Nothing but the hooks may be asked of the environment.
expect_only_hooks() { # name of the build, object
	wanted=$("$objdump" -t "$2" | awk '/\*UND\*/ && $NF !~ /^hook_/ && $NF != "*UND*"' | head -n 1)
	[ -z "$wanted" ] || fail "$1: needs another symbol: $wanted"
}

expect_misuse_refused() { # name of the build, file, highest number, compiler and options...
	build=$1 file=$2 highest=$3
	shift 3
	for misuse in $(seq 0 "$highest"); do
		if "$@" -std=c++20 -ffreestanding -I "$root" -DMISUSE="$misuse" -fsyntax-only "$here/$file" 2>/dev/null; then
			compiles=yes
		else
			compiles=no
		fi
		case $misuse-$compiles in
		0-no) fail "$build: correct use in $file does not compile" ;;
		0-yes) ;;
		*-yes) fail "$build: misuse $misuse of $file compiles" ;;
		esac
	done
}

compile() { # object, source, compiler and options...
	object=$1 source=$2
	shift 2
	"$@" -std=c++20 -ffreestanding -nostdlib -O2 -Wall -Wextra -Wconversion -Werror -fno-pic -fcf-protection=none \
		-mno-red-zone -fno-exceptions -I "$root" -c "$here/$source" -o "$object"
}

check() { # name, compiler and options...
	name=$1
	shift
	if ! compile "$work/$name.o" probe.cpp "$@"; then
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
	expect_only_hooks "$name" "$work/$name.o"
	expect_misuse_refused "$name" misuse.cpp 3 "$@"
	echo "$name: checked"
}

# PCIDs and what is built on them: x86-64 only.
check_kaiser() { # name, compiler and options...
	name=$1 object=$work/kaiser-$1.o
	shift
	if ! compile "$object" probe_kaiser.cpp "$@"; then
		fail "$name: kaiser.hpp does not compile"
		return
	fi
	expect "$name" "$object" probe_init_cpu "read-cr4 set-word"
	expect "$name" "$object" probe_load_mm "word set-word write-cr3"
	expect "$name" "$object" probe_kaiser_flush "disable word set-word read-cr3 write-cr3 enable"
	expect "$name" "$object" probe_kaiser_flush_page "disable word set-word invlpg enable"
	expect "$name" "$object" probe_switch_to_kernel "read-cr3 write-cr3"
	expect "$name" "$object" probe_switch_to_user "word set-word read-cr3 write-cr3"
	expect "$name" "$object" probe_interrupts_off "cli word set-word write-cr3 popf"
	# The way out may be laid out twice, the one without PCIDs first.
	found=$(instructions "$object" probe_flush_context | sed 's/read-cr4 enable/read-cr4/')
	[ "$found" = "disable read-cr4 has-invpcid invpcid enable" ] || fail "$name: probe_flush_context is \"$found\""
	expect "$name" "$object" probe_flush_everything "disable read-cr4 write-cr4 write-cr4 enable"
	expect_only_hooks "$name" "$object"
	expect_misuse_refused "$name" misuse_pcid.cpp 8 "$@"
	echo "$name: kaiser.hpp checked"
}

check clang-x86-64 "$clangxx" -target x86_64-unknown-linux-gnu
check_kaiser clang-x86-64 "$clangxx" -target x86_64-unknown-linux-gnu
check clang-i386 "$clangxx" -target i386-unknown-linux-gnu
if command -v "$gxx" >/dev/null 2>&1; then
	check gcc-x86-64 "$gxx"
	check_kaiser gcc-x86-64 "$gxx"
else
	fail "no $gxx"
fi

[ "$failures" -eq 0 ] || exit 1
