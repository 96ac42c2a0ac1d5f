#!/bin/sh
# Compiles tlb/s390 and tlb/arm freestanding for their targets, disassembles them, and compares the instructions that matter,
# in order, with what they have to be. Nothing but the hooks may be asked of the environment. Runs anywhere; needs no build.
#
#   check_freestanding.sh [CLANGXX [OBJDUMP]]
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

compile() { # target, source
	"$clangxx" --target="$1" -std=c++20 -ffreestanding -nostdlib -O2 -Wall -Wextra -Wconversion -Werror -fno-pic \
		-fno-exceptions -fno-rtti -I "$root" -c "$here/$2.cpp" -o "$work/$2.o"
	wanted=$("$objdump" -t "$work/$2.o" | awk '/\*UND\*/ && $NF !~ /^hook_/ && $NF != "*UND*"' | head -n 1)
	[ -z "$wanted" ] || fail "$2: needs another symbol: $wanted"
}

expect() { # source, function, instructions
	found=$("$objdump" -dr --no-show-raw-insn --disassemble-symbols="$2" "$work/$1.o" | awk '
		/hook_preempt_disable/ { print "disable" }
		/hook_preempt_enable/ { print "enable" }
		/hook_load/ { print "load" }
		/[ \t](lctlg|ipte|idte)[ \t]/ { match($0, /lctlg|ipte|idte/); print substr($0, RSTART, RLENGTH) }
	' | tr '\n' ' ' | sed 's/ *$//')
	[ "$found" = "$3" ] || fail "$1: $2 is \"$found\", expected \"$3\""
}

compile s390x-linux-gnu probe_s390
# The kernel's ASCE or next's, and for the latter a flush.
expect probe_s390 probe_attach "lctlg lctlg idte"
expect probe_s390 probe_finish "disable lctlg idte enable"
expect probe_s390 probe_detach "lctlg"
expect probe_s390 probe_invalidate "disable ipte enable"
expect probe_s390 probe_flush_pending "idte"
expect probe_s390 probe_flush "idte"

compile armv5te-none-eabi probe_arm
expect probe_arm probe_start ""
expect probe_arm probe_finish "disable load enable"

[ "$failures" -eq 0 ] || exit 1
