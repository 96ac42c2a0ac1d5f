// For the tests of inline assembly on arm64, s390 and ARM.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "frontend_runner.hpp"

namespace shootdown::test {

inline std::string header_of(frontend::Target target) {
  switch (target) {
    case frontend::Target::Arm64: return "arm64";
    case frontend::Target::S390x: return "s390";
    case frontend::Target::Armv5: return "arm";
    default: return "x86";
  }
}

inline frontend::Compiled compiled_for(frontend::Target target, const std::string& text,
                                       const std::string& optimisation = "O1") {
  const SourceFile file("#include <shootdown/" + header_of(target) +
                        ".h>\ntypedef unsigned char u8; typedef unsigned u32; typedef unsigned long ulong; typedef "
                        "unsigned long long u64;\n" +
                        text);
  auto compiled = frontend::compile(request_for(file, optimisation, target));
  if (compiled.ok()) return std::move(compiled).value();
  ADD_FAILURE() << compiled.error().line << ": " << compiled.error().message;
  return {};
}

// TEXT runs and ends as ENDING says; empty: normally.
inline void expect_runs_as(frontend::Target target, const std::string& text, const std::string& ending) {
  for (const char* level : {"O0", "O1"}) {
    const frontend::Compiled compiled = compiled_for(target, text, level);
    if (compiled.program.functions.empty()) return;
    Runner runner(compiled.program);
    EXPECT_EQ(runner.run(), ending) << level;
  }
}
inline void expect_runs_on(frontend::Target target, const std::string& text) { expect_runs_as(target, text, ""); }

inline void expect_operations(const Runner& runner, const std::vector<Operated>& expected) {
  std::vector<Operated> seen;
  for (const Operated& o : runner.operated())
    if (o.operation != machine::Operation::Assert) seen.push_back(o);
  for (std::size_t i = 0; i < std::min(seen.size(), expected.size()); ++i) {
    EXPECT_EQ(machine::info(seen[i].operation).mnemonic, machine::info(expected[i].operation).mnemonic) << i;
    EXPECT_EQ(seen[i].arguments, expected[i].arguments) << i << " " << machine::info(expected[i].operation).mnemonic;
  }
  EXPECT_EQ(seen.size(), expected.size());
}

// Two statements that must become the same operations with the same arguments.
inline void expect_equal_operations(frontend::Target target, const std::string& a, const std::string& b) {
  const frontend::Compiled first = compiled_for(target, "SCENARIO { " + a + "; }");
  const frontend::Compiled second = compiled_for(target, "SCENARIO { " + b + "; }");
  if (first.program.functions.empty() || second.program.functions.empty()) return;
  Runner one(first.program), other(second.program);
  EXPECT_EQ(one.run(), "");
  EXPECT_EQ(other.run(), "") << b;
  EXPECT_FALSE(one.operated().empty());
  expect_operations(other, one.operated());
}

struct Refused {
  std::string statement;  // its operands: %0 an unsigned long it writes, %1 the address of another
  std::string named{};    // what the refusal shows; empty: the whole statement
  std::string why{};
};

inline void expect_refused(frontend::Target target, const Refused& c) {
  const std::string text = "static ulong word; SCENARIO { ulong r; asm volatile(\"" + c.statement +
                           "\" : \"=&r\"(r) : \"r\"(&word) : \"memory\"); sd_assert(r == 1); }";
  expect_runs_as(target, text,
                 "unsupported: inline assembly: `" + (c.named.empty() ? c.statement : c.named) + "`" + c.why);
}

}  // namespace shootdown::test
