#!/bin/bash
# docs/machine-*.md have every rule of their machine, in the words of src/machine/rules_*.hpp; docs/properties.md has a section
# for every property, and the scenario that it names exists. $1: the source tree.
set -u
cd "$1" || exit 1
failures=0
complain() {
  echo "$*"
  failures=1
}

# The page that a rule stands on.
page_of() {
  case $1 in
    arm64-*) echo docs/machine-arm64.md ;;
    s390-*) echo docs/machine-s390.md ;;
    arm-*) echo docs/machine-arm.md ;;
    *) echo docs/machine-x86.md ;;
  esac
}

rules=0
while IFS='|' read -r name meaning source; do
  rules=$((rules + 1))
  page=$(page_of "$name")
  grep -qF "| \`$name\` | $meaning | $source |" "$page" || complain "$page: $name: $meaning ($source)"
done < <(cat src/machine/rules_*.hpp | tr '\n' ' ' | grep -oE '\{Rule::[A-Za-z0-9]+, +"[^"]*", +"[^"]*", +"[^"]*"\}' |
  sed -E 's/^[^"]*"([^"]*)", +"([^"]*)", +"([^"]*)"\}$/\1|\2|\3/')
[ $rules -ge 100 ] || complain "only $rules rules found in src/machine/rules_*.hpp"
written=$(cat docs/machine-*.md | grep -cE '^\| `[a-z0-9-]+` \|')
[ "$written" = $rules ] || complain "docs/machine-*.md have $written rules, src/machine/rules_*.hpp $rules"

properties=0
while read -r name; do
  properties=$((properties + 1))
  grep -qx "## $name" docs/properties.md || complain "docs/properties.md: no section $name"
  [ -f "tests/scenarios/properties/${name//-/_}.c" ] || complain "tests/scenarios/properties/${name//-/_}.c does not exist"
done < <(sed -nE 's/^ +\{"([a-z-]+)", .*/\1/p' src/property/catalogue.hpp)
[ $properties -ge 12 ] || complain "only $properties properties found in src/property/catalogue.hpp"
[ $failures = 0 ] && echo "$rules rules, $properties properties"
exit $failures
