#include <gtest/gtest.h>

#include "scenario/header.hpp"
#include "scenario/scenario.hpp"
#include "scenario_files.hpp"

namespace shootdown::scenario {
namespace {

using testing::Folder;
using Strings = std::vector<std::string>;

Result<Scenario> read_text(const std::string& text) {
  const Folder folder;
  return read(folder.file("scenario.c", text));
}

// The error of a text that must have one, as "line: message".
std::string error_of(const std::string& text) {
  const auto scenario = read_text(text);
  if (scenario.ok()) return "no error";
  EXPECT_EQ(scenario.error().kind, ErrorKind::Compile);
  EXPECT_NE(scenario.error().file.find("scenario.c"), std::string::npos);
  return std::to_string(scenario.error().line) + ": " + scenario.error().message;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(ScenarioRead, AllKeys) {
  const auto result = read_text(
      "// What it is about: a sentence with a colon.\n"
      "//\n"
      "// machine: x86-64, i386\n"
      "// cpus: 2\n"
      "// options: --cpu-features pge\n"
      "// variant: buggy  FAIL wrong-page-table\n"
      "// variant: fixed  PASS\n"
      "// variant: note   FAIL architectural-fault #GP  --cpu-features none\n"
      "#include <shootdown/x86.h>\n");
  ASSERT_TRUE(result.ok()) << result.error().message;
  const Scenario& scenario = result.value();
  EXPECT_EQ(scenario.variants, (Strings{"buggy", "fixed", "note"}));
  ASSERT_EQ(scenario.cases.size(), 6U);

  const Case& first = scenario.cases[0];
  EXPECT_EQ(first.variant, "buggy");
  EXPECT_EQ(first.verdict, "FAIL");
  EXPECT_EQ(first.property, "wrong-page-table");
  EXPECT_EQ(first.detail, "");
  EXPECT_EQ(first.machine, "x86-64");
  EXPECT_EQ(first.cpus, 2U);
  EXPECT_EQ(first.options, (Strings{"--cpu-features", "pge"}));
  EXPECT_EQ(first.line, 6U);

  EXPECT_EQ(scenario.cases[1].machine, "i386");
  EXPECT_EQ(scenario.cases[2].verdict, "PASS");
  const Case& last = scenario.cases[5];
  EXPECT_EQ(last.variant, "note");
  EXPECT_EQ(last.property, "architectural-fault");
  EXPECT_EQ(last.detail, "#GP");
  EXPECT_EQ(last.machine, "i386");
  EXPECT_EQ(last.options, (Strings{"--cpu-features", "pge", "--cpu-features", "none"}));
  EXPECT_EQ(last.line, 8U);
}

TEST(ScenarioRead, WhatIsNotSaid) {
  const auto result = read_text("// variant: only PASS");  // and no newline at the end
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result.value().cases.size(), 1U);
  const Case& only = result.value().cases[0];
  EXPECT_EQ(only.machine, "x86-64");
  EXPECT_EQ(only.cpus, 1U);
  EXPECT_TRUE(only.options.empty());
  EXPECT_EQ(only.line, 1U);
}

TEST(ScenarioRead, EveryFormOfComment) {
  for (const char* text : {
           "// variant: a PASS\nint x;",
           "//variant: a PASS\nint x;",
           "/// variant: a PASS\n",
           "   \t// \t variant: a PASS  \n",
           "/* variant: a PASS */\nint x;",
           "/* variant: a PASS */ int x;",
           "/** variant: a PASS */",
           "/*\n * Words.\n * variant: a PASS\n */\nint x;",
           "/*\n variant: a PASS\n*/",
           "/*\n\tvariant: a PASS*/",
           "/* x */ /* y */ // variant: a PASS\n",
           "/***\n *** words\n */ // variant: a PASS\n",
           "\n\n/**/\n// variant: a PASS\n",
           "/*/ not closed yet */ // variant: a PASS\n",
           "/*** variant: a PASS ***/\n",
           "\xEF\xBB\xBF// variant: a PASS\n",
           "/* never closed\n   variant: a PASS\n",
       }) {
    const auto result = read_text(text);
    ASSERT_TRUE(result.ok()) << text << ": " << result.error().message;
    EXPECT_EQ(result.value().cases.size(), 1U) << text;
    EXPECT_EQ(result.value().cases[0].verdict, "PASS") << text;
  }
}

TEST(ScenarioRead, LinesMayEndAsInDos) {
  const auto result =
      read_text("// machine: i386\r\n/*\r\n * variant: a FAIL lost #PF\r\n * variant: b PASS\r\n */\r\nint x;\r\n");
  ASSERT_TRUE(result.ok()) << result.error().message;
  ASSERT_EQ(result.value().cases.size(), 2U);
  EXPECT_EQ(result.value().cases[0].detail, "#PF");
  EXPECT_EQ(result.value().cases[1].verdict, "PASS");
  EXPECT_EQ(result.value().cases[1].machine, "i386");
}

TEST(ScenarioRead, OnlyTheStartOfACommentLineCounts) {
  const auto result = read_text(
      "// variant: a PASS\n"
      "// It reads: variant: b PASS\n"
      "// See: the note. The machine: none. machines of all kinds\n"
      "// Thus: nothing. Plus: nothing. Note: nothing. Why: because.\n"
      "// variants are declared above; variant fixed is one\n"
      "// ::variant: x\n");
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result.value().variants, (Strings{"a"}));
}

TEST(ScenarioRead, Failures) {
  const auto result = read_text(
      "// variant: any     FAIL\n"
      "// variant: detail  FAIL #GP\n"
      "// variant: quoted  FAIL architectural-fault \"null pointer\" --cpu-features none\n"
      "// variant: words   FAIL \"null pointer\"\n"
      "// variant: dash    FAIL deadlock \"-1\"\n"
      "// variant: option  FAIL -D \"A=b c\"\n");
  ASSERT_TRUE(result.ok()) << result.error().message;
  const auto& cases = result.value().cases;
  EXPECT_EQ(cases[0].property + "|" + cases[0].detail, "|");
  EXPECT_EQ(cases[1].property + "|" + cases[1].detail, "|#GP");
  EXPECT_EQ(cases[2].property + "|" + cases[2].detail, "architectural-fault|null pointer");
  EXPECT_EQ(cases[2].options, (Strings{"--cpu-features", "none"}));
  EXPECT_EQ(cases[3].property + "|" + cases[3].detail, "|null pointer");
  EXPECT_EQ(cases[4].property + "|" + cases[4].detail, "deadlock|-1");
  EXPECT_EQ(cases[5].property + "|" + cases[5].detail, "|");
  EXPECT_EQ(cases[5].options, (Strings{"-D", "A=b c"}));
}

TEST(ScenarioRead, EveryVerdict) {
  for (const char* verdict : {"PASS", "FAIL", "BOUNDED", "VACUOUS", "UNSUPPORTED", "COMPILE-ERROR"}) {
    const auto result = read_text(std::string("// variant: 0-a-9 ") + verdict + " --max-states 5\n");
    ASSERT_TRUE(result.ok()) << verdict;
    EXPECT_EQ(result.value().cases[0].verdict, verdict);
    EXPECT_EQ(result.value().cases[0].options, (Strings{"--max-states", "5"}));
  }
}

TEST(ScenarioRead, ACaseMayHaveAMachineOfItsOwn) {
  const auto result = read_text(
      "// machine: x86-64 i386\n"
      "// variant: a PASS\n"
      "// variant: b PASS --machine i386 --property deadlock\n"
      "// variant: b FAIL --property deadlock --machine=x86-64\n");
  ASSERT_TRUE(result.ok()) << result.error().message;
  const auto& cases = result.value().cases;
  ASSERT_EQ(cases.size(), 4U);
  EXPECT_EQ(result.value().variants, (Strings{"a", "b"}));
  EXPECT_EQ(cases[2].machine, "i386");
  EXPECT_EQ(cases[2].verdict, "PASS");
  EXPECT_EQ(cases[3].machine, "x86-64");
  EXPECT_EQ(cases[3].options, (Strings{"--property", "deadlock"}));
}

TEST(ScenarioRead, SeveralOptionsLinesAddUp) {
  const auto result = read_text("// options: -D A\n// variant: a PASS\n// options: -D B=1\n");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().cases[0].options, (Strings{"-D", "A", "-D", "B=1"}));
}

TEST(ScenarioReadErrors, NoVariant) {
  EXPECT_TRUE(has(error_of(""), "0: no variant"));
  EXPECT_TRUE(has(error_of("int x;\n"), "0: no variant"));
  EXPECT_TRUE(has(error_of("// machine: i386\n"), "0: no variant"));
  EXPECT_TRUE(has(error_of("char* s = \"// variant: a PASS\";\n"), "0: no variant"));
}

TEST(ScenarioReadErrors, SlipsInAKey) {
  for (const char* key : {"varient", "Variant", "VARIANT", "variants", "varaint", "vraiant", "variat", "machines",
                          "option", "optoins", "cpu", "CPUs", "cpsu"}) {
    const std::string error = error_of(std::string("// variant: a PASS\n// ") + key + ": b FAIL\n");
    EXPECT_TRUE(has(error, "2: '")) << key << " gave " << error;
    EXPECT_TRUE(has(error, "looks like")) << key << " gave " << error;
  }
  EXPECT_TRUE(
      has(error_of("// variant: a PASS\n/* variant : b PASS */\n"), "2: the colon must directly follow 'variant'"));
  EXPECT_TRUE(has(error_of("// variant: a PASS\n// variant b PASS\n"), "2: a colon is missing"));
}

TEST(ScenarioReadErrors, BelowTheFirstCode) {
  EXPECT_TRUE(
      has(error_of("// variant: a PASS\nint x;\n\n// variant: b PASS\n"), "4: a variant must be declared above"));
  EXPECT_TRUE(has(error_of("// variant: a PASS\nint x;\n// cpus: 2\n"), "3: 'cpus:' must stand above"));
  EXPECT_TRUE(has(error_of("// variant: a PASS\nint x;\n/* machine: i386 */\n"), "3: 'machine:' must stand above"));
  EXPECT_TRUE(has(error_of("// variant: a PASS\nint x;\n// options: -O 2\n"), "3: 'options:' must stand above"));
  EXPECT_TRUE(has(error_of("// variant: a PASS\n#include <x>\n/*\n * variant: b FAIL\n */\n"), "4: a variant must"));
  EXPECT_TRUE(read_text("// variant: a PASS\nint x;\n// variant: the fixed one\n// options: none\n").ok());
}

TEST(ScenarioReadErrors, ABackslashAtTheEnd) {
  EXPECT_TRUE(has(error_of("// variant: a PASS \\\n// variant: b PASS\n"), "1: the line must not end in a backslash"));
}

TEST(ScenarioReadErrors, Variants) {
  EXPECT_TRUE(has(error_of("// variant:\n"), "1: nothing follows 'variant:'"));
  EXPECT_TRUE(has(error_of("\n// variant: a\n"), "2: variant 'a' has no verdict"));
  EXPECT_TRUE(has(error_of("// variant: A PASS\n"), "1: 'A' is not a name of a variant"));
  EXPECT_TRUE(has(error_of("// variant: -a PASS\n"), "1: '-a' is not a name of a variant"));
  EXPECT_TRUE(has(error_of("// variant: a_b PASS\n"), "is not a name of a variant"));
  EXPECT_TRUE(has(error_of("// variant: a pass\n"), "1: 'pass' is not a verdict"));
  EXPECT_TRUE(has(error_of("// variant: a PASSED\n"), "1: 'PASSED' is not a verdict"));
  EXPECT_TRUE(has(error_of("// variant: a PASS because\n"), "1: 'because' is one word too many"));
  EXPECT_TRUE(has(error_of("// variant: a FAIL deadlock null pointer\n"), "1: 'pointer' is one word too many"));
  EXPECT_TRUE(has(error_of("// variant: a FAIL deadlock \"null pointer\n"), "1: a quote is not closed"));
  EXPECT_TRUE(has(error_of("// variant: a FAIL dead\"lock\n"), "1: a quote stands inside a word"));
  EXPECT_TRUE(has(error_of("// variant: a FAIL \"dead\"lock\n"), "1: a blank must follow a closing quote"));
}

TEST(ScenarioReadErrors, Duplicates) {
  EXPECT_TRUE(
      has(error_of("// variant: a PASS\n// variant: a PASS\n"), "2: variant 'a' is declared on line 1 already"));
  EXPECT_TRUE(
      has(error_of("// variant: a PASS\n// variant: a FAIL\n"), "2: variant 'a' is declared on line 1 already"));
  EXPECT_TRUE(
      has(error_of("// machine: i386, x86-64\n// variant: a PASS\n// variant: a PASS --machine i386\n"), "3: variant"));
  EXPECT_TRUE(read_text("// variant: a PASS\n// variant: a FAIL -D X\n").ok());
}

TEST(ScenarioReadErrors, OtherKeys) {
  const auto with = [](const std::string& line) { return error_of("// variant: a PASS\n// " + line + "\n"); };
  EXPECT_TRUE(has(with("machine:"), "2: nothing follows 'machine:'"));
  EXPECT_TRUE(has(with("machine: ,"), "2: nothing follows 'machine:'"));
  EXPECT_TRUE(has(with("machine: x86"), "2: unknown machine 'x86'"));
  EXPECT_TRUE(has(with("machine: i386, i386"), "2: machine 'i386' is given twice"));
  EXPECT_TRUE(has(with("machine: i386\n// machine: x86-64"), "3: 'machine:' is given twice"));
  for (const char* number : {"0", "-1", "65", "two", "1 2", "1.5", "99999999999999999999", "0x2", "+1"}) {
    EXPECT_TRUE(has(with(std::string("cpus: ") + number), "is not a number of CPUs")) << number;
  }
  EXPECT_TRUE(has(with("cpus: 1\n// cpus: 1"), "3: 'cpus:' is given twice"));
  EXPECT_TRUE(has(with("options: pge"), "2: options begin with '-', not with 'pge'"));
  EXPECT_TRUE(has(with("options: --machine i386"), "belong in a 'machine:' line"));
  EXPECT_TRUE(has(error_of("// variant: a PASS --machine\n"), "1: '--machine' needs a name"));
  EXPECT_TRUE(has(error_of("// variant: a PASS --machine vax\n"), "1: unknown machine 'vax'"));
  EXPECT_TRUE(has(error_of("// variant: a PASS --machine i386 --machine i386\n"), "1: '--machine' is given twice"));
}

TEST(ScenarioReadErrors, TheFirstOneCounts) { EXPECT_TRUE(has(error_of("// variant: a\n// cpus: 0\n"), "1:")); }

TEST(ScenarioReadErrors, Files) {
  const Folder folder;
  EXPECT_EQ(read(folder.path() / "missing.c").error().kind, ErrorKind::Usage);
  EXPECT_EQ(read(folder.path()).error().kind, ErrorKind::Usage);
  EXPECT_EQ(read("/dev/null").error().kind, ErrorKind::Usage);
  EXPECT_EQ(read("").error().kind, ErrorKind::Usage);
}

TEST(ScenarioReadErrors, Junk) {
  EXPECT_TRUE(has(error_of(std::string("\x7f"
                                       "ELF\0\1// variant: a PASS",
                                       24)),
                  "0: not a text file"));
  std::string bytes;
  for (int i = 1; i < 4096; ++i) bytes += static_cast<char>(i * 37 % 255 + 1);
  EXPECT_TRUE(has(error_of(bytes), "0: no variant"));
  EXPECT_TRUE(has(error_of("// variant: \xFF\xFE\x01 PASS\n"), "is not a name of a variant"));
}

TEST(ScenarioRead, HugeLines) {
  const std::string huge(3'000'000, 'x');
  EXPECT_TRUE(read_text("// " + huge + ": \n// variant: a PASS\n").ok());
  EXPECT_TRUE(read_text("// variant: a PASS\nint " + huge + ";\n").ok());
  const std::string error = error_of("// variant: a " + huge + "\n");
  EXPECT_TRUE(has(error, "is not a verdict"));
  EXPECT_LT(error.size(), 200U);
  EXPECT_TRUE(has(error_of(std::string(17'000'000, ' ')), "0: larger than 16 MiB"));
}

TEST(ScenarioHeader, EditDistance) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("variant", "variant"), 0U);
  EXPECT_EQ(edit_distance("varient", "variant"), 1U);
  EXPECT_EQ(edit_distance("varaint", "variant"), 1U);  // two neighbours swapped
  EXPECT_EQ(edit_distance("machines", "machine"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

}  // namespace
}  // namespace shootdown::scenario
