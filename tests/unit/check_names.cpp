// Names of machines, verdicts and options.
#include "check/names.hpp"

#include <gtest/gtest.h>

namespace shootdown::check {
namespace {

TEST(Machines, AreFoundByName) {
  ASSERT_NE(find_machine("i386"), nullptr);
  EXPECT_EQ(find_machine("i386")->kind, system::MachineKind::I386);
  EXPECT_EQ(find_machine("vax"), nullptr);
  EXPECT_EQ(machine_entry(system::MachineKind::X86_64).name, "x86-64");
}

TEST(Machines, DefaultFeaturesOfTheFirstAreTheConfigurations) {
  EXPECT_EQ(split_list(kMachines.front().default_features), system::Configuration{}.cpu_features);
}

TEST(Lists, SplitAndJoin) {
  EXPECT_EQ(split_list("a,b,c"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(split_list("").empty());
  EXPECT_EQ(split_list(",a,,b,"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(join_list(std::vector<std::string>{"a", "b"}), "a,b");
}

TEST(Verdicts, NamesGoBothWays) {
  for (const Verdict verdict : {Verdict::Pass, Verdict::Fail, Verdict::Bounded, Verdict::Vacuous, Verdict::Unsupported,
                                Verdict::CompileError, Verdict::Internal})
    EXPECT_EQ(find_verdict(verdict_name(verdict)), verdict);
  EXPECT_FALSE(find_verdict("pass").has_value());
}

TEST(OptionWords, NothingWhereAllIsAsUsual) {
  Request request;
  EXPECT_TRUE(option_words(request).empty());
}

TEST(OptionWords, WhatDiffersFromTheDefaults) {
  Request request;
  request.configuration.cpus = 2;
  request.configuration.cpu_features = {};
  request.configuration.properties = {"assertion", "deadlock"};
  request.configuration.memory = system::MemoryModel::SequentialConsistency;
  request.compile.optimisation = "O0";
  request.compile.defines = {{"N", "3"}};
  EXPECT_EQ(join_list(option_words(request), " "),
            "--cpus 2 --cpu-features none --memory sc --property assertion,deadlock -O 0 -D N=3");
}

TEST(OptionWords, FeaturesOfEachCpu) {
  Request request;
  request.configuration.cpus = 2;
  request.configuration.per_cpu_features = {{"pge", "pcid"}, {}};
  EXPECT_EQ(features_text(request.configuration), "pge,pcid/none");
}

}  // namespace
}  // namespace shootdown::check
