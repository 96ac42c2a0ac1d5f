#include <gtest/gtest.h>

#include "scenario/scenario.hpp"
#include "scenario_files.hpp"

namespace shootdown::scenario {
namespace {

using testing::Folder;
using Paths = std::vector<std::filesystem::path>;

constexpr const char* kScenario = "// variant: a PASS\nint x;\n";

TEST(ScenarioFind, AFileIsItself) {
  const Folder folder;
  const auto odd = folder.file("odd.txt", "no scenario at all");
  const auto found = find({odd});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found.value(), Paths{odd});  // read() will say what is wrong with it
}

TEST(ScenarioFind, AFolderIsItsScenariosSorted) {
  const Folder folder;
  const auto c = folder.file("b/two/scenario.c", kScenario);
  const auto cpp = folder.file("b/one.cpp", kScenario);
  const auto cc = folder.file("a.cc", kScenario);
  folder.file("a.h", kScenario);
  folder.file("notes.txt", kScenario);
  folder.file("b/helper.c", "int helper(void) { return 0; }\n");
  folder.file("b/prose.c", "// actions: those of a helper, with a colon\nint y;\n");
  folder.file("b/binary.c", std::string("\0\1\2\3", 4));
  folder.file("b/empty.c", "");
  std::filesystem::create_directory(folder.path() / "folder.c");
  const auto found = find({folder.path()});
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found.value(), (Paths{cc, cpp, c}));
}

TEST(ScenarioFind, ABrokenDeclarationIsNotPassedOver) {
  const Folder folder;
  const auto bad = folder.file("bad.c", "// variant: a PASSED\n");
  const auto late = folder.file("late.c", "int x;\n// variant: a PASS\n");
  const auto slip = folder.file("slip.c", "// varient: a PASS\n");
  const auto found = find({folder.path()});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found.value(), (Paths{bad, late, slip}));
  for (const auto& path : found.value()) EXPECT_FALSE(read(path).ok()) << path;
}

TEST(ScenarioFind, InTheOrderGivenAndOnce) {
  const Folder folder;
  const auto a = folder.file("x/a.c", kScenario);
  const auto b = folder.file("x/b.c", kScenario);
  const auto c = folder.file("c.c", kScenario);
  const auto found = find({c, b, folder.path() / "x", folder.path() / "x/../c.c"});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found.value(), (Paths{c, b, a}));
}

TEST(ScenarioFind, Errors) {
  const Folder folder;
  folder.file("helper.c", "int helper;\n");
  const auto none = find({folder.path()});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::Usage);
  EXPECT_EQ(none.error().file, folder.path().string());
  const auto missing = find({folder.path() / "helper.c", folder.path() / "missing"});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind, ErrorKind::Usage);
  EXPECT_EQ(missing.error().message, "no such file or folder");
}

TEST(ScenarioFind, NothingIsNothing) {
  const auto found = find({});
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found.value().empty());
}

}  // namespace
}  // namespace shootdown::scenario
