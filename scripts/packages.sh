# The Debian 12 packages Shootdown needs, and the function that installs those that are missing. Sourced by
# ./shootdown and ./run-tests; this is the only list.

# To build and to run: the tool compiles scenarios with clang-19.
build_packages="clang-19 llvm-19-dev g++ cmake ninja-build pkg-config
  libcli11-dev nlohmann-json3-dev libfmt-dev libxxhash-dev"

# To test: sanitizers, static checks, test libraries.
test_packages="g++-12 libclang-rt-19-dev clang-format-19 clang-tidy-19
  libgtest-dev csmith"

# To measure: ./bench only.
bench_packages="libbenchmark-dev"

# Prints those of the given packages that are not installed.
missing_packages() {
  installed=" $(dpkg-query -W -f='${Package}:${db:Status-Status} ' "$@" 2>/dev/null)"
  for package in "$@"; do
    case $installed in
      *" $package:installed "*) ;;
      *) echo "$package" ;;
    esac
  done
}

# Installs the given packages if they are missing, and says which. All output goes to standard error.
need_packages() {
  command -v dpkg-query >/dev/null || {
    echo "This is not Debian. Needed, under whatever names it has here: $*" >&2
    return 0
  }
  missing=$(missing_packages "$@" | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  echo "Installing with apt-get: $missing" >&2
  as_root=
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "Neither root nor sudo: have these packages installed, then run this again: $missing" >&2
      return 1
    }
    as_root=sudo
  fi
  # shellcheck disable=SC2086 # a list of words
  {
    $as_root apt-get update -qq &&
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
  } >&2 </dev/null || {
    echo "These packages could not be installed: $missing" >&2
    return 1
  }
}
