# Sourced by the scripts here, which execute programs natively.

# MACHINE...: prints those whose programs this computer executes. A kernel may have been built without 32-bit ones; that
# is said. Whatever else goes wrong is left for the caller to meet.
executable_here() {
  local machine probe
  probe=$(mktemp) || return 1
  for machine; do
    if [ "$machine" = i386 ] &&
      echo 'void _start(void) { __asm__ volatile("int $0x80" : : "a"(1), "b"(0)); }' |
      clang-19 -w -m32 -march=i686 -ffreestanding -nostdlib -static -no-pie -x c - -o "$probe" &&
      { "$probe" >/dev/null 2>&1; [ $? = 126 ]; }; then
      echo "i386 is passed over: this computer's kernel executes no 32-bit programs" >&2
    else
      echo "$machine"
    fi
  done
  rm -f "$probe"
}
