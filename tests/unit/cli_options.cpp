// Option words, numbers with units, and what overrides what.
#include "cli/options.hpp"

#include <gtest/gtest.h>

#include "check/names.hpp"

namespace shootdown::cli {
namespace {

Options parsed(const std::vector<std::string>& words) {
  Result<Options> options = parse_words(words);
  EXPECT_TRUE(options.ok()) << options.error().message;
  return options.ok() ? options.value() : Options{};
}

std::string refusal(const std::vector<std::string>& words) {
  const Result<Options> options = parse_words(words);
  EXPECT_FALSE(options.ok());
  return options.ok() ? "" : options.error().message;
}

TEST(ParseWords, ReadsThemAll) {
  const Options options = parsed(
      {"--machine", "i386",  "--cpus",   "2",    "--cpu-features", "pge,pse", "--property",   "assertion,deadlock",
       "-O0",       "-DN=3", "-D",       "FLAG", "--max-states",   "10",      "--max-memory", "1G",
       "--timeout", "2m",    "--memory", "sc",   "--store-buffer", "4"});
  EXPECT_EQ(options.machine, "i386");
  EXPECT_EQ(options.cpus, 2U);
  EXPECT_EQ(options.cpu_features, (std::vector<std::vector<std::string>>{{"pge", "pse"}}));
  EXPECT_EQ(options.properties, (std::vector<std::string>{"assertion", "deadlock"}));
  EXPECT_EQ(options.optimisation, "O0");
  EXPECT_EQ(options.defines, (std::vector<std::pair<std::string, std::string>>{{"N", "3"}, {"FLAG", "1"}}));
  EXPECT_EQ(options.max_states, 10U);
  EXPECT_EQ(options.max_memory, std::uint64_t{1} << 30);
  EXPECT_EQ(options.timeout_seconds, 120.0);
  EXPECT_EQ(options.memory_model, system::MemoryModel::SequentialConsistency);
  EXPECT_EQ(options.store_buffer, 4U);
}

TEST(ParseWords, NothingSaidIsNothingSet) {
  const Options options = parsed({});
  EXPECT_FALSE(options.machine || options.cpus || options.cpu_features || options.properties || options.max_states);
}

TEST(ParseWords, NoneIsAnEmptySet) {
  EXPECT_EQ(parsed({"--cpu-features", "none"}).cpu_features, (std::vector<std::vector<std::string>>{{}}));
  EXPECT_TRUE(parsed({"--property", "all"}).properties->empty());
}

TEST(ParseWords, RefusalsNameWhatThereIs) {
  EXPECT_NE(refusal({"--machine", "vax"}).find("x86-64, i386"), std::string::npos);
  EXPECT_NE(refusal({"--cpu-features", "pge,la57"}).find("no feature 'la57'"), std::string::npos);
  EXPECT_NE(refusal({"--property", "beauty"}).find("wrong-page-table"), std::string::npos);
  EXPECT_NE(refusal({"--memory", "weak"}).find("sc, tso"), std::string::npos);
  EXPECT_FALSE(refusal({"--nonsense"}).empty());
  EXPECT_FALSE(refusal({"stray"}).empty());
  for (const char* number : {"", "x", "0", "-1", "1x", "99999999999999999999999"})
    EXPECT_FALSE(refusal({"--max-states", number}).empty());
  EXPECT_FALSE(refusal({"--cpus", "9"}).empty());
  EXPECT_FALSE(refusal({"-D", "3"}).empty());
  EXPECT_FALSE(refusal({"-O", "3"}).empty());
}

TEST(Merge, TheSecondOverridesAndDefinesAddUp) {
  const Options all =
      merge(parsed({"--cpus", "2", "-DA=1", "-DB=1", "--max-states", "5"}), parsed({"--cpus", "3", "-DB=2", "-DC"}));
  EXPECT_EQ(all.cpus, 3U);
  EXPECT_EQ(all.max_states, 5U);
  EXPECT_EQ(all.defines, (std::vector<std::pair<std::string, std::string>>{{"A", "1"}, {"B", "2"}, {"C", "1"}}));
}

TEST(Apply, FillsInDefaultsOfTheMachine) {
  check::Request request;
  ASSERT_TRUE(apply(parsed({"--machine", "i386"}), request).ok());
  EXPECT_EQ(request.configuration.machine, system::MachineKind::I386);
  EXPECT_EQ(request.compile.target, frontend::Target::I386);
  EXPECT_EQ(check::features_text(request.configuration), "pge,pse");
  EXPECT_TRUE(check::option_words(request).empty());
}

TEST(Apply, RefusesFeaturesThatTheMachineCannotHave) {
  check::Request request;
  const Result<bool> applied = apply(parsed({"--machine", "i386", "--cpu-features", "nx"}), request);
  ASSERT_FALSE(applied.ok());
  EXPECT_EQ(applied.error().message, "i386 has no feature 'nx'; it can have: pge,pse,pcid,invpcid");
}

TEST(Apply, EqualSetsAreEqualWhateverTheirOrder) {
  check::Request one, two;
  ASSERT_TRUE(apply(parsed({"--cpu-features", "nx,pge,pse,pge"}), one).ok());
  ASSERT_TRUE(apply(parsed({}), two).ok());
  EXPECT_EQ(check::option_words(one), check::option_words(two));
}

TEST(Apply, FeaturesOfEachCpu) {
  check::Request request;
  ASSERT_TRUE(apply(parsed({"--cpus", "2", "--cpu-features", "pge,pcid/none"}), request).ok());
  EXPECT_EQ(check::features_text(request.configuration), "pge,pcid/none");
  EXPECT_FALSE(apply(parsed({"--cpu-features", "pge/none"}), request).ok());
}

// What is printed as options is read back as the same request.
TEST(Apply, OptionWordsGoBothWays) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{},
        {"--cpus", "2", "--cpu-features", "none/pge,pcid", "--memory", "sc"},
        {"--property", "deadlock", "-O", "2", "-D", "X=a b", "--store-buffer", "3"}}) {
    check::Request one, two;
    ASSERT_TRUE(apply(parsed(words), one).ok());
    ASSERT_TRUE(apply(parsed(check::option_words(one)), two).ok());
    EXPECT_EQ(check::option_words(one), check::option_words(two));
    EXPECT_EQ(one.compile.defines, two.compile.defines);
  }
}

TEST(ParseSize, Units) {
  EXPECT_EQ(parse_size("4096"), 4096U);
  EXPECT_EQ(parse_size("1.5K"), 1536U);
  EXPECT_EQ(parse_size("2GiB"), std::uint64_t{2} << 30);
  for (const char* text : {"", "G", "-1", "0", "1 G", "1Q", "inf", "nan", "1e999", "99999999999T"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(ParseSeconds, Units) {
  EXPECT_EQ(parse_seconds("90"), 90.0);
  EXPECT_EQ(parse_seconds("0.5s"), 0.5);
  EXPECT_EQ(parse_seconds("1h"), 3600.0);
  for (const char* text : {"", "0", "-1", "soon", "1d"}) EXPECT_FALSE(parse_seconds(text)) << text;
}

}  // namespace
}  // namespace shootdown::cli
