// The shape of lowered programs: places, access sizes, locations, back edges; and what is refused, with file and line.
#include <gtest/gtest.h>

#include <algorithm>

#include "frontend_runner.hpp"

namespace shootdown::test {
namespace {

using program::Opcode;

Result<frontend::Compiled> compile_text(const std::string& text, const std::string& optimisation = "O1",
                                        frontend::Target target = frontend::Target::X86_64,
                                        const std::string& ending = ".c") {
  const SourceFile file(text, ending);
  return frontend::compile(request_for(file, optimisation, target));
}

frontend::Compiled compiled_or_fail(const std::string& text, const std::string& optimisation = "O1",
                                    frontend::Target target = frontend::Target::X86_64) {
  auto result = compile_text(text, optimisation, target);
  if (result.ok()) return std::move(result).value();
  ADD_FAILURE() << result.error().line << ": " << result.error().message;
  return {};
}

const program::Function& function(const frontend::Compiled& compiled, const std::string& name) {
  static const program::Function none;
  for (const program::Function& f : compiled.program.functions)
    if (f.name == name) return f;
  ADD_FAILURE() << "no function " << name;
  return none;
}

const program::Global& global(const frontend::Compiled& compiled, const std::string& name) {
  static const program::Global none;
  for (const program::Global& g : compiled.program.globals)
    if (g.name == name) return g;
  ADD_FAILURE() << "no variable " << name;
  return none;
}

std::string run(const frontend::Compiled& compiled) { return Runner(compiled.program).run(); }

TEST(Program, RunnerSeesFailures) {
  EXPECT_EQ(
      run(compiled_or_fail("#include <shootdown/x86.h>\nSCENARIO {\n volatile int k = 1;\n sd_assert(k == 2); }\n")),
      "assertion k == 2 in line 4");
}

TEST(Program, GlobalsHavePlaces) {
  const frontend::Compiled compiled = compiled_or_fail(R"(
#include <shootdown/x86.h>
volatile int a = 5, zero; const volatile char text[] = "abc"; __attribute__((aligned(4096))) volatile char page[4096]; volatile int unused;
__attribute__((section(".data..percpu"))) volatile long mine = 9; volatile long *pointer = (volatile long *)((unsigned long)&a + 4);
SCENARIO { a = zero + text[1] + page[2] + (int)(long)&mine + (int)(long)pointer; }
)");
  const auto& a = global(compiled, "a");
  EXPECT_GE(a.address, program::layout::kGlobals);
  EXPECT_EQ(a.initial, (std::vector<std::uint8_t>{5, 0, 0, 0}));
  EXPECT_TRUE(global(compiled, "zero").initial.empty());
  EXPECT_TRUE(global(compiled, "text").constant);
  EXPECT_EQ(global(compiled, "page").address % 4096, 0u);
  EXPECT_TRUE(global(compiled, "mine").per_cpu);
  EXPECT_EQ(global(compiled, "mine").address, program::layout::kPerCpuOffsets);
  EXPECT_EQ(global(compiled, "pointer").initial[0], (a.address + 4) & 0xff);
  for (const program::Global& g : compiled.program.globals) {
    EXPECT_NE(g.name, "unused");
    for (const program::Global& other : compiled.program.globals)
      if (&g != &other && !g.per_cpu && !other.per_cpu && g.address < other.address) {
        EXPECT_LE(g.address + g.size + program::layout::kRedZone, other.address);
      }
  }
  EXPECT_EQ(compiled.program.locations[a.location].line, 3u);
}

TEST(Program, FunctionsHaveAddressesAndShapes) {
  const frontend::Compiled compiled = compiled_or_fail(R"(
#include <shootdown/x86.h>
struct three { long a, b; }; __attribute__((noinline)) struct three f(int x, struct three t, void *p) { t.a += x; t.b = (long)p; return t; }
extern int nobody(int);
SCENARIO { struct three t = f(1, (struct three){ 2, 3 }, (void *)f); if (t.a == 77) nobody(1); }
)");
  const program::Function& f = function(compiled, "f");
  EXPECT_EQ(f.parameter_slots, (std::vector<std::uint16_t>{1, 1, 1, 1}));
  EXPECT_EQ(f.result_slots, 2);
  EXPECT_EQ(f.parameters, 4);
  EXPECT_EQ((f.address - program::layout::kFunctions) % 16, 0u);
  EXPECT_FALSE(function(compiled, "nobody").has_body);
  EXPECT_EQ(run(compiled), "");
}

TEST(Program, ReachingAFunctionWithoutBodyIsSaid) {
  EXPECT_EQ(run(compiled_or_fail("#include <shootdown/x86.h>\nextern int nobody(int);\nSCENARIO { nobody(1); }\n")),
            "unsupported: call of `nobody`, which has no body");
}

std::vector<unsigned> access_widths(const program::Function& f, Opcode op) {
  std::vector<unsigned> widths;
  for (const program::Instruction& i : f.code)
    if (i.op == op) widths.push_back(i.width);
  return widths;
}

TEST(Program, WideAccessesAreSplitUnlessAtomic) {
  const char* const text = R"(
#include <shootdown/x86.h>
unsigned long long q;
SCENARIO { *(volatile unsigned long long *)&q = *(volatile unsigned long long *)&q + 1; __atomic_store_n(&q, __atomic_load_n(&q, __ATOMIC_RELAXED), __ATOMIC_RELAXED); }
)";
  const frontend::Compiled narrow = compiled_or_fail(text, "O1", frontend::Target::I386);
  EXPECT_EQ(access_widths(function(narrow, "sd_scenario"), Opcode::Load), (std::vector<unsigned>{32, 32, 64}));
  EXPECT_EQ(access_widths(function(narrow, "sd_scenario"), Opcode::Store), (std::vector<unsigned>{32, 32, 64}));
  const frontend::Compiled wide = compiled_or_fail(text);
  EXPECT_EQ(access_widths(function(wide, "sd_scenario"), Opcode::Load), (std::vector<unsigned>{64, 64}));
}

TEST(Program, OrderingsBecomeFlags) {
  const frontend::Compiled compiled = compiled_or_fail(R"(
#include <shootdown/x86.h>
int x; SCENARIO { __atomic_fetch_add(&x, 1, __ATOMIC_SEQ_CST); __atomic_fetch_add(&x, 1, __ATOMIC_RELAXED); __atomic_store_n(&x, 1, __ATOMIC_RELEASE); *(volatile int *)&x = 2; __sync_synchronize(); }
)");
  std::vector<unsigned> flags;
  for (const program::Instruction& i : function(compiled, "sd_scenario").code)
    if (i.op != Opcode::Return) flags.push_back(i.flags);
  const unsigned strongest = program::kAtomic | program::kAcquire | program::kRelease | program::kSeqCst;
  EXPECT_EQ(flags, (std::vector<unsigned>{strongest, program::kAtomic, program::kAtomic | program::kRelease,
                                          program::kVolatile, strongest}));
}

TEST(Program, WaitingLoopsStayAndAreMarked) {
  for (const char* level : {"O0", "O1", "O2"}) {
    const frontend::Compiled compiled = compiled_or_fail(
        "#include <shootdown/x86.h>\nint flag;\nSCENARIO { while (!__atomic_load_n(&flag, __ATOMIC_RELAXED)) ; for "
        "(;;) ; }\n",
        level);
    const auto& code = function(compiled, "sd_scenario").code;
    EXPECT_GE(std::count_if(code.begin(), code.end(), [](const auto& i) { return i.back_edge; }), 2) << level;
    EXPECT_EQ(run(compiled), "endless");
  }
}

TEST(Program, LocationsNameInlinedFunctions) {
  const frontend::Compiled compiled = compiled_or_fail(
      "#include <shootdown/x86.h>\nstatic inline void "
      "flush(void)\n{\n\tmov_to_cr3(1);\n}\nSCENARIO\n{\n\tflush();\n}\n");
  const auto& code = function(compiled, "sd_scenario").code;
  const program::Location& at = compiled.program.locations[code[0].location];
  EXPECT_EQ(at.line, 4u);
  EXPECT_EQ(at.function, "flush");
  const program::Location& caller = compiled.program.locations[at.inlined_at];
  EXPECT_EQ(caller.line, 8u);
  EXPECT_EQ(caller.function, "sd_scenario");
  EXPECT_NE(program::to_text(compiled.program, function(compiled, "sd_scenario")).find("operate"), std::string::npos);
}

TEST(Program, FilesAreNamedAsGiven) {
  const SourceFile file("#include <shootdown/x86.h>\nSCENARIO { mov_to_cr3(1); }\n");
  const auto compiled = frontend::compile(request_for(file));
  ASSERT_TRUE(compiled.ok());
  EXPECT_EQ(compiled.value().program.files[1], file.path().string());
}

TEST(Program, DigestIsOfBehaviour) {
  const auto digest = [](const std::string& body) {
    return compiled_or_fail("#include <shootdown/x86.h>\n" + body).program.digest;
  };
  EXPECT_EQ(digest("SCENARIO { mov_to_cr3(1); }"), digest("/* a comment */\n\nSCENARIO {\n mov_to_cr3(1); }"));
  EXPECT_NE(digest("SCENARIO { mov_to_cr3(1); }"), digest("SCENARIO { mov_to_cr3(2); }"));
  EXPECT_EQ(compiled_or_fail("#include <shootdown/x86.h>\nSCENARIO { }").program.compiler.substr(0, 9), "clang 19.");
}

TEST(Program, VariantsAndDefines) {
  const SourceFile file(
      "#include <shootdown/x86.h>\n#if VARIANT(no_preempt)\n#define N 1\n#else\n#define N 2\n#endif\nSCENARIO { "
      "mov_to_cr3(VARIANT(buggy) * 100 + N * 10 + EXTRA); }\n");
  frontend::CompileRequest request = request_for(file);
  request.variants = {"buggy", "no-preempt"};
  request.variant = "no-preempt";
  request.defines = {{"EXTRA", "7"}};
  auto compiled = frontend::compile(request);
  ASSERT_TRUE(compiled.ok()) << compiled.error().message;
  Runner runner(compiled.value().program);
  EXPECT_EQ(runner.run(), "");
  EXPECT_EQ(runner.operated()[0].arguments[0], 17u);
  request.variants = {"buggy"};
  request.variant = "buggy";
  EXPECT_FALSE(frontend::compile(request).ok());  // VARIANT(no_preempt) is declared nowhere
}

struct Refused {
  const char* name;
  const char* text;
  ErrorKind kind;
  unsigned line;
  const char* message;
};

class Refusals : public testing::TestWithParam<Refused> {};

TEST_P(Refusals, WithFileAndLine) {
  const auto result = compile_text(GetParam().text);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, GetParam().kind);
  EXPECT_EQ(result.error().line, GetParam().line);
  EXPECT_FALSE(result.error().file.empty());
  EXPECT_NE(result.error().message.find(GetParam().message), std::string::npos) << result.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, Refusals,
    testing::Values(
        Refused{"Syntax", "#include <shootdown/x86.h>\nSCENARIO { int }\n", ErrorKind::Compile, 2, "expected"},
        Refused{"Empty", "", ErrorKind::Compile, 0, "has no SCENARIO"},
        Refused{"NoScenario", "int main(void) { return 0; }\n", ErrorKind::Compile, 0, "has no SCENARIO"},
        Refused{"Binary",
                "\x7f"
                "ELF\x02\x01\x01 \xff\xfe\x01\n",
                ErrorKind::Compile, 1, ""},
        Refused{"Undeclared", "#include <shootdown/x86.h>\nSCENARIO {\n  nowhere();\n}\n", ErrorKind::Compile, 3,
                "nowhere"},
        Refused{"MissingHeader", "\n#include <linux/mm.h>\n", ErrorKind::Compile, 2, "linux/mm.h"},
        Refused{"UnknownVariant", "#include <shootdown/x86.h>\n#if VARIANT(fixed)\n#endif\nSCENARIO { }\n",
                ErrorKind::Compile, 2, "SD_VARIANT_fixed"},
        Refused{"UnknownOperation", "#include <shootdown/x86.h>\nvoid __sd_fly(void);\nSCENARIO {\n  __sd_fly();\n}\n",
                ErrorKind::Compile, 4, "__sd_fly"},
        Refused{"WrongOperation",
                "int __sd_cpu_id(int);\nvoid sd_scenario(void);\nvoid sd_scenario(void) {\n  __sd_cpu_id(1);\n}\n",
                ErrorKind::Compile, 4, "__sd_cpu_id"},
        Refused{"Initializer",
                "#include <shootdown/x86.h>\nextern int out;\nint *p = &out;\nSCENARIO { p = p + *p; }\n",
                ErrorKind::Unsupported, 3, "`out`, which is declared but defined nowhere"},
        Refused{"TooLarge",
                "#include <shootdown/x86.h>\n\nchar big[1 << 28];\nSCENARIO { *(volatile char *)big = 1; }\n",
                ErrorKind::Unsupported, 3, "does not fit"}),
    [](const auto& instance) { return instance.param.name; });

TEST(Refusals, MissingFileIsUsage) {
  frontend::CompileRequest request;
  request.source = "/nonexistent/scenario.c";
  const auto result = frontend::compile(request);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::Usage);
  EXPECT_EQ(result.error().file, "/nonexistent/scenario.c");
}

TEST(Refusals, MissingCompilerIsInternal) {
  const SourceFile file("");
  ::setenv("SHOOTDOWN_CLANG", "/nonexistent/clang", 1);
  const auto result = frontend::compile(request_for(file));
  ::unsetenv("SHOOTDOWN_CLANG");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::Internal);
  EXPECT_NE(result.error().message.find("/nonexistent/clang"), std::string::npos);
}

TEST(Refusals, UnsupportedOnlyWhereReached) {
  struct Case {
    const char* statement;
    const char* text;
  };
  for (const Case& c : {Case{"double d = k; k = d * 2.5", "floating-point arithmetic (`sitofp`)"},
                        Case{"tls = k", "the thread-local variable `tls`"},
                        Case{"k = many(k, 1)", "variable arguments (`va_start`, `va_arg`, `va_end`)"},
                        Case{"k = missing", "use of `missing`, which is declared but defined nowhere,"},
                        Case{"v4 a = { k, k, k, k }; v = a + v", "a value of type `<4 x i32>` (`load`)"}}) {
    const std::string text = std::string(
                                 "#include <shootdown/x86.h>\n#include <stdarg.h>\n_Thread_local int tls; extern int "
                                 "missing; typedef int v4 __attribute__((vector_size(16))); v4 v;\n"
                                 "__attribute__((noinline)) int many(int n, ...) { va_list l; va_start(l, n); n = "
                                 "va_arg(l, int); va_end(l); return n; }\n"
                                 "SCENARIO { volatile int k = sd_choose(2); if (k) { ") +
                             c.statement + "; } sd_assert(1); }\n";
    const frontend::Compiled compiled = compiled_or_fail(text);
    EXPECT_EQ(run(compiled), "") << c.statement;
    Runner runner(compiled.program);
    runner.answer = [](const Operated&) { return 1u; };
    const std::string why = runner.run();
    EXPECT_TRUE(why.starts_with("unsupported: ")) << why;
    if (std::string(c.text).find("v4") == std::string::npos &&
        std::string(c.statement).find("v4") == std::string::npos) {
      EXPECT_EQ(why, std::string("unsupported: ") + c.text);
    }
  }
}

}  // namespace
}  // namespace shootdown::test
