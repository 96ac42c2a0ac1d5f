// Which cases a command line means.
#include "cli/plan.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "check/names.hpp"
#include "cli/exit_codes.hpp"
#include "cli/outcome.hpp"
#include "cli/resources.hpp"

namespace shootdown::cli {
namespace {

namespace fs = std::filesystem;
using PlannedRun = cli::Run;  // testing::Test has a Run of its own

class Plan : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "shootdown-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    file_ = folder_ / "example.c";
    std::ofstream(file_) << "// machine: x86-64, i386\n"
                            "// variant: buggy  FAIL assertion\n"
                            "// variant: fixed  PASS  --cpus 2\n"
                            "int x;\n";
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<PlannedRun> planned(const PlanRequest& request) {
    Result<std::vector<PlannedRun>> runs = plan(request, {});
    EXPECT_TRUE(runs.ok()) << runs.error().message;
    return runs.ok() ? std::move(runs).value() : std::vector<PlannedRun>{};
  }
  PlanRequest request() {
    PlanRequest wanted;
    wanted.paths = {file_};
    return wanted;
  }

  fs::path folder_, file_;
};

TEST_F(Plan, EveryDeclaredCase) {
  const std::vector<PlannedRun> runs = planned(request());
  ASSERT_EQ(runs.size(), 4U);
  EXPECT_EQ(runs[0].label, "example/buggy [x86-64]");
  EXPECT_EQ(runs[1].label, "example/buggy [i386]");
  EXPECT_EQ(runs[2].request.configuration.cpus, 2U);
  EXPECT_GT(runs[0].request.limits.max_memory, 0U);
}

TEST_F(Plan, OneVariantOnly) {
  PlanRequest wanted = request();
  wanted.variant = "fixed";
  EXPECT_EQ(planned(wanted).size(), 2U);
}

TEST_F(Plan, WhatTheCommandLineMakesEqualIsOneRun) {
  PlanRequest wanted = request();
  wanted.options.machine = "x86-64";
  const std::vector<PlannedRun> runs = planned(wanted);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].label, "example/buggy");
  wanted.collapse = false;
  EXPECT_EQ(planned(wanted).size(), 4U);
}

TEST_F(Plan, TheCommandLineOverridesTheFile) {
  PlanRequest wanted = request();
  wanted.variant = "fixed";
  wanted.options.cpus = 1;
  for (const PlannedRun& run : planned(wanted)) EXPECT_EQ(run.request.configuration.cpus, 1U);
}

TEST_F(Plan, EachLevel) {
  PlanRequest wanted = request();
  wanted.levels = {"O0", "O1"};
  wanted.collapse = false;
  const std::vector<PlannedRun> runs = planned(wanted);
  ASSERT_EQ(runs.size(), 8U);
  EXPECT_EQ(runs[0].request.compile.optimisation, "O0");
  EXPECT_EQ(runs[0].label, "example/buggy [x86-64 -O 0]");
}

TEST_F(Plan, Errors) {
  PlanRequest wanted = request();
  wanted.variant = "nonsense";
  const Result<std::vector<PlannedRun>> unknown = plan(wanted, {});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().kind, ErrorKind::Usage);
  EXPECT_EQ(unknown.error().message, "no variant 'nonsense'; there are: buggy, fixed");
  wanted = request();
  wanted.paths = {folder_ / "nowhere.c"};
  EXPECT_EQ(plan(wanted, {}).error().kind, ErrorKind::Usage);
  std::ofstream(file_) << "// variant: one PASS --frobnicate\nint x;\n";
  wanted.paths = {file_};
  EXPECT_EQ(plan(wanted, {}).error().kind, ErrorKind::Compile);
  EXPECT_EQ(plan(wanted, {}).error().line, 1U);
}

TEST(ScenarioName, IsTheFoldersWhereTheFileIsTheFolders) {
  EXPECT_EQ(scenario_name("corpus/linux-2016-x86-up-flush/scenario.c"), "linux-2016-x86-up-flush");
  EXPECT_EQ(scenario_name("corpus/linux-2016-x86-up-flush/up-flush.cpp"), "linux-2016-x86-up-flush");
  EXPECT_EQ(scenario_name("tests/null-load.c"), "null-load");
}

TEST(ExitCodes, TheWorstOfSeveral) {
  EXPECT_EQ(worse(Verdict::Pass, Verdict::Pass), Verdict::Pass);
  EXPECT_EQ(worse(Verdict::Bounded, Verdict::Vacuous), Verdict::Vacuous);
  EXPECT_EQ(worse(Verdict::Vacuous, Verdict::Fail), Verdict::Fail);
  EXPECT_EQ(worse(Verdict::Fail, Verdict::Unsupported), Verdict::Unsupported);
  EXPECT_EQ(worse(Verdict::CompileError, Verdict::Unsupported), Verdict::CompileError);
  EXPECT_EQ(worse(Verdict::CompileError, Verdict::Internal), Verdict::Internal);
}

TEST(Outcomes, AgreeWithWhatIsDeclared) {
  scenario::Case declared;
  declared.verdict = "FAIL";
  Outcome outcome;
  outcome.verdict = Verdict::Fail;
  outcome.property = "architectural-fault";
  outcome.detail = "#GP";
  EXPECT_TRUE(agrees(declared, outcome));
  declared.property = "architectural-fault";
  EXPECT_TRUE(agrees(declared, outcome));
  declared.detail = "#UD";
  EXPECT_FALSE(agrees(declared, outcome));
  EXPECT_EQ(declared_text(declared), "FAIL architectural-fault #UD");
  EXPECT_EQ(outcome_text(outcome), "FAIL architectural-fault #GP");
  declared.verdict = "PASS";
  EXPECT_FALSE(agrees(declared, outcome));
}

TEST(Outcomes, TravelAsText) {
  Outcome outcome;
  outcome.verdict = Verdict::Bounded;
  outcome.reason = "a \"reason\"\nof two lines";
  outcome.states = 12;
  outcome.steps = 3;
  outcome.seconds = 0.25;
  outcome.memory = 99;
  const Outcome back = decode(encode(outcome));
  EXPECT_EQ(back.verdict, Verdict::Bounded);
  EXPECT_EQ(back.reason, outcome.reason);
  EXPECT_EQ(back.states, 12U);
  EXPECT_EQ(back.memory, 99U);
  EXPECT_EQ(decode("").verdict, Verdict::Internal);
  EXPECT_EQ(decode("{}").verdict, Verdict::Internal);
}

TEST(ResourcesTest, InstalledFilesComeFirst) {
  std::string name = (fs::temp_directory_path() / "shootdown-XXXXXX").string();
  ASSERT_NE(mkdtemp(name.data()), nullptr);
  const fs::path prefix = name;
  const auto headers_at = [](const fs::path& root) {
    fs::create_directories(root / "include" / "shootdown");
    std::ofstream(root / "include" / "shootdown" / "scenario.h") << "\n";
  };
  const fs::path executable = prefix / "bin" / "shootdown";
  EXPECT_FALSE(find_resources(executable, prefix / "source").ok());
  headers_at(prefix / "source");
  EXPECT_EQ(find_resources(executable, prefix / "source").value().root, prefix / "source");
  headers_at(prefix / "share" / "shootdown");
  EXPECT_EQ(find_resources(executable, prefix / "source").value().root, prefix / "share" / "shootdown");
  fs::remove_all(prefix);
}

}  // namespace
}  // namespace shootdown::cli
