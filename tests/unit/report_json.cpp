// JSON: what is in it is what docs/json.md says; traces on disk come back as they were.
#include "report/json.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "report/trace_file.hpp"
#include "report_traces.hpp"

namespace shootdown::report {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void collect_keys(const json& value, std::set<std::string>& keys) {
  if (value.is_array())
    for (const json& item : value) collect_keys(item, keys);
  if (!value.is_object()) return;
  for (const auto& [key, item] : value.items()) {
    keys.insert(key);
    // The keys in these are the user's.
    if (key != "defines" && !(key == "circumstances" && item.is_object())) collect_keys(item, keys);
  }
}

// Every field the manual describes: the words in backticks that begin a row of its tables.
std::set<std::string> documented_keys() {
  std::ifstream file(fs::path(SHOOTDOWN_SOURCE_DIR) / "docs" / "json.md");
  std::set<std::string> keys;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("| `")) keys.insert(line.substr(3, line.find('`', 3) - 3));
  return keys;
}

CaseReport full_report() {
  CaseReport report = failing_report();
  report.answer.facts.properties = {{"assertion", 1}};
  report.answer.facts.covers = {{"here", {"a.c", 1, "f"}, true}};
  report.answer.trace->events[0].after.tlb = {tlb_line(0x1000, "A", true)};
  report.answer.trace->loop_begins = 2;
  report.answer.coverage = {{"a.c", false, {1}, {2}}};
  report.answer.rules = audit::RuleUse{{"a"}, {"b"}, {"c"}};
  const audit::CallPath path{{{"a.c", 1, "f"}}, 0};
  const audit::Seen seen{{true, 0, 1}, 3};
  report.answer.audit = audit::Findings{{"preemptible"},
                                        "preemptible",
                                        {{"MOV to CR3", path, {seen}}},
                                        {{"CR3", {"a.c", 1, "f"}, {"a.c", 2, "f"}, path, {seen}, 1, 1, 1, 0}},
                                        {}};
  report.answer.cost =
      cost::Findings{{{cost::OperationCost::What::Marked, "op", true, {{cost::Counted::Ipis, "IPI", "", 0, {0, 1}}}}}};
  return report;
}

TEST(Json, HasTheFieldsThatTheManualDescribesAndNoOthers) {
  std::set<std::string> keys;
  collect_keys(document({full_report()}, 1), keys);
  keys.insert({"shootdown_trace", "directory"});  // of a trace on disk
  EXPECT_EQ(keys, documented_keys());
}

TEST(Json, BigNumbersAreText) {
  const json trace = to_json(stale_root());
  EXPECT_EQ(trace["program_digest"], "0xfedcba9876543210");
  EXPECT_EQ(trace["events"][1]["result"], "0xa000");
}

TEST(Json, WhatIsNotUtf8DoesNotThrow) {
  CaseReport report = failing_report();
  report.answer.reason = "bad \xff byte";
  EXPECT_NE(to_text(document({report}, 1)).find("bad"), std::string::npos);
}

class TraceFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "shootdown-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(TraceFile, ComesBack) {
  const CaseReport report = failing_report();
  const fs::path path = folder_ / "new" / "x.trace.json";
  ASSERT_TRUE(save_trace(report, path).ok());
  const Result<SavedTrace> loaded = load_trace(path);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const SavedTrace& saved = loaded.value();
  EXPECT_EQ(saved.scenario, "corpus/example/scenario.c");
  EXPECT_EQ(saved.variant, "buggy");
  EXPECT_EQ(saved.machine, "x86-64");
  EXPECT_EQ(saved.choices, (std::vector<std::uint32_t>{0, 2, 1}));
  EXPECT_EQ(saved.program_digest, 0xfedcba9876543210U);
  EXPECT_EQ(saved.verdict, "FAIL");
  EXPECT_EQ(saved.property, "wrong-page-table");
  EXPECT_EQ(saved.directory, fs::current_path());
}

TEST_F(TraceFile, RefusesWhatIsNone) {
  EXPECT_EQ(load_trace(folder_ / "nowhere").error().kind, ErrorKind::Usage);
  EXPECT_FALSE(load_trace(folder_).ok());
  const std::vector<std::string> contents{"",
                                          "{",
                                          "[]",
                                          "{\"shootdown_trace\": 99}",
                                          "{\"shootdown_trace\": 1}",
                                          R"({"shootdown_trace": 1, "trace": 3, "directory": "", "compiler": "",
                                              "verdict": "FAIL"})"};
  for (const std::string& content : contents) {
    const fs::path path = folder_ / "bad.json";
    std::ofstream(path) << content;
    EXPECT_FALSE(load_trace(path).ok()) << content;
  }
}

TEST_F(TraceFile, SaysWhereItCannotBeWritten) {
  std::ofstream(folder_ / "file") << "x";
  const Result<bool> saved = save_trace(failing_report(), folder_ / "file" / "x.json");
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().file, (folder_ / "file" / "x.json").string());
}

}  // namespace
}  // namespace shootdown::report
