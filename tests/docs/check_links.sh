#!/bin/bash
# Every relative link of README.md, docs/, kit/ and corpus/ leads to a file. $1: the source tree.
set -u
cd "$1" || exit 1
failures=0
count=0
for document in README.md docs/*.md kit/*.md corpus/*.md; do
  [ -f "$document" ] || continue
  while IFS= read -r link; do
    target=${link%%#*}
    case $target in '' | http:* | https:* | mailto:*) continue ;; esac
    count=$((count + 1))
    [ -e "$(dirname "$document")/$target" ] || { echo "$document: no file $target" && failures=1; }
  done < <(grep -oE '\]\([^) ]+\)' "$document" | sed -E 's/^\]\(//; s/\)$//')
done
[ $failures = 0 ] && echo "$count links, all good"
