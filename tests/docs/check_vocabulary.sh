#!/bin/bash
# Every name that include/shootdown/*.h defines or declares stands, in backquotes, in docs/vocabulary.md; and every name
# of that kind in the document exists. $1: the source tree.
set -u
cd "$1" || exit 1
failures=0

declared=$(
  cat include/shootdown/*.h |
    sed -nE -e 's/^# *define +([A-Za-z_][A-Za-z_0-9]*).*/\1/p' -e 's/^SD_EXTERN .*[ *](__sd_[a-z0-9_]+)\(.*/\1/p' \
      -e 's/^typedef .*\(\*([a-z_]+)\).*/\1/p' -e 's/^typedef .* ([a-z_]+);.*/\1/p' |
    grep -v '^SHOOTDOWN_.*_H$' | sort -u
)
documented=$(grep -oE '`[^`]+`' docs/vocabulary.md | grep -oE '[A-Za-z_][A-Za-z_0-9]*' | sort -u)

for name in $declared; do
  grep -qx "$name" <<<"$documented" || { echo "docs/vocabulary.md does not mention $name" && failures=1; }
done
for name in $(grep -E '^(__sd_|sd_|SD_|X86_|_PAGE_)' <<<"$documented"); do
  case $name in __sd_ | sd_scenario | sd_entry | SD_VARIANT_*) continue ;; esac
  grep -qx "$name" <<<"$declared" || { echo "docs/vocabulary.md mentions $name, which include/shootdown/ does not have" && failures=1; }
done
[ $failures = 0 ] && echo "$(wc -w <<<"$declared") names, all documented"
