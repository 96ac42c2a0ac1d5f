# `cmake --install`: the tool runs from any folder, and other projects find headers and library.
. "$(dirname "$0")/lib.sh" "$@"

cmake --install "$build" --prefix "$folder/prefix" >install.log 2>&1 || fail "cmake --install"
for path in bin/shootdown bin/shootdown-coverage share/shootdown/include/shootdown/scenario.h share/shootdown/kit share/shootdown/tlb \
  share/shootdown/corpus share/cmake/shootdown/shootdownConfig.cmake share/pkgconfig/shootdown.pc; do
  [ -e "prefix/$path" ] || fail "not installed: $path"
done

# The installed tool, from elsewhere, on the user's own file.
tool=$folder/prefix/bin/shootdown
mkdir elsewhere
cd elsewhere || exit 1
cat >mine.c <<'C'
// variant: good  PASS
// variant: bad   FAIL assertion
#include <shootdown/scenario.h>
static volatile int x;
SCENARIO { x = 1; sd_assert(VARIANT(good) || x == 2); }
C
expect 0 check mine.c --variant good
expect 1 check mine.c --variant bad
expect 0 test mine.c
expect 0 check mine.c --variant good --coverage
says out 'rules of the machine: [0-9]+ of [0-9]+ fired'
expect 0 list
lacks out "^$source/"
says out "^$folder/prefix/share/shootdown/corpus/"
cd ..

header=$(cd "$source" && find tlb -name '*.hpp' | head -n 1)
mkdir consumer
cat >consumer/CMakeLists.txt <<C
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C CXX)
find_package(shootdown 0.1 REQUIRED)
add_library(scenario OBJECT scenario.c)
target_link_libraries(scenario PRIVATE shootdown::headers)
add_library(kernel OBJECT kernel.cpp)
target_link_libraries(kernel PRIVATE shootdown::tlb)
add_custom_target(proof ALL COMMAND \${shootdown_COMMAND} --version)
C
cp elsewhere/mine.c consumer/scenario.c
sed -i 's/VARIANT(good)/1/' consumer/scenario.c
echo "#include <$header>" >consumer/kernel.cpp
cmake -G Ninja -S consumer -B consumer/build -DCMAKE_PREFIX_PATH="$folder/prefix" \
  -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 >out 2>err || fail "find_package(shootdown)"
ninja -C consumer/build >out 2>err || fail "a project that uses find_package(shootdown)"

flags=$(PKG_CONFIG_PATH=$folder/prefix/share/pkgconfig pkg-config --cflags shootdown) || fail "pkg-config shootdown"
# shellcheck disable=SC2086
clang++-19 -std=c++20 -fsyntax-only $flags consumer/kernel.cpp >out 2>err || fail "compiling with pkg-config's flags"
done_testing
