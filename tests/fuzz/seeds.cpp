// Writes the inputs from which the fuzz targets start: seeds SOURCE-TREE FOLDER. They are the repository's own
// scenarios, in the form that each target reads; nothing but small files, so that an input is executed quickly.
#include <llvm/AsmParser/Parser.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "check/names.hpp"
#include "cli/execute.hpp"
#include "cli/plan.hpp"
#include "frontend/driver.hpp"
#include "report/trace_file.hpp"

namespace {

namespace fs = std::filesystem;
using namespace shootdown;

constexpr std::size_t kLargestModule = 24'000;  // bytes of bitcode without debug information

class Seeds {
 public:
  explicit Seeds(fs::path folder) : folder_(std::move(folder)) {}

  // KIND/NAME with this content.
  void write(const std::string& kind, const std::string& name, const std::string& content) {
    fs::create_directories(folder_ / kind);
    std::ofstream(folder_ / kind / name, std::ios::binary) << content;
    ++written_;
  }
  [[nodiscard]] fs::path folder(const std::string& kind) const { return folder_ / kind; }
  [[nodiscard]] unsigned written() const { return written_; }

 private:
  fs::path folder_;
  unsigned written_ = 0;
};

// The templates of a module, each as the assembly target reads it: a line that chooses operands and machine, then the
// template.
void write_templates(Seeds& seeds, const llvm::Module& module, frontend::Target target, std::set<std::string>& known) {
  for (const llvm::Function& function : module)
    for (const llvm::Instruction& instruction : llvm::instructions(function)) {
      const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      const auto* assembly = call == nullptr ? nullptr : llvm::dyn_cast<llvm::InlineAsm>(call->getCalledOperand());
      if (assembly == nullptr || !known.insert(assembly->getAsmString()).second) continue;
      const auto operands = static_cast<char>('0' + 8 * static_cast<int>(target) +
                                              static_cast<int>(std::min<std::size_t>(call->arg_size(), 5)));
      seeds.write("assembly", std::to_string(known.size()), std::string(1, operands) + "\n" + assembly->getAsmString());
    }
}

void write_module(Seeds& seeds, const cli::Run& run, std::set<std::string>& known) {
  const Result<frontend::ClangOutput> output = frontend::run_clang(run.request.compile);
  if (!output.ok()) return;  // some scenarios are there to be refused
  llvm::LLVMContext context;
  llvm::Expected<std::unique_ptr<llvm::Module>> module =
      llvm::parseBitcodeFile(llvm::MemoryBufferRef(output.value().bitcode, "seed"), context);
  if (!module) return llvm::consumeError(module.takeError());
  write_templates(seeds, **module, run.request.compile.target, known);
  llvm::StripDebugInfo(**module);
  std::string bitcode;
  llvm::raw_string_ostream bits(bitcode);
  llvm::WriteBitcodeToFile(**module, bits);
  if (bitcode.size() > kLargestModule) return;
  std::string text;
  llvm::raw_string_ostream letters(text);
  (*module)->print(letters, nullptr);
  const std::string name = cli::scenario_name(run.request.compile.source) + "-" + run.declared.variant + "-" +
                           std::string(check::machine_entry(run.request.configuration.machine).name);
  seeds.write("bitcode", name, bitcode);
  seeds.write("ir", name, text);
}

void write_header(Seeds& seeds, const fs::path& path) {
  std::ifstream file(path);
  std::string header, line;
  while (std::getline(file, line) && !line.starts_with("#")) header += line + "\n";
  seeds.write("scenario", path.stem().string(), header + "SCENARIO {}\n");
}

void write_options(Seeds& seeds, const cli::Run& run, unsigned number) {
  std::string lines;
  for (const std::string& word : check::option_words(run.request)) lines += word + "\n";
  seeds.write("options", std::to_string(number), lines);
}

// One failure of every case of the scenario that the trace target knows.
void write_traces(Seeds& seeds, const std::vector<cli::Run>& runs) {
  unsigned number = 0;
  for (const cli::Run& run : runs) {
    const report::CaseReport report = cli::execute(run, true);
    if (!report.answer.trace) continue;
    const fs::path path = seeds.folder("trace") / std::to_string(number++);
    const auto saved = report::save_trace(report, path);
    if (!saved.ok()) std::fprintf(stderr, "%s\n", saved.error().message.c_str());
    // Replaying reads no events, and they are most of the file.
    nlohmann::json document = nlohmann::json::parse(std::ifstream(path));
    document["trace"].erase("events");
    std::ofstream(path) << document.dump(1);
  }
}

int run(const fs::path& root, const fs::path& folder) {
  const cli::Resources resources{root, {root / "include", root}, root / "corpus"};
  cli::PlanRequest small, traced;
  small.paths = {root / "tests" / "scenarios"};
  traced.paths = {root / "corpus" / "linux-2016-x86-up-flush"};
  const Result<std::vector<cli::Run>> runs = cli::plan(small, resources);
  const Result<std::vector<cli::Run>> traces = cli::plan(traced, resources);
  if (!runs.ok() || !traces.ok()) return std::fprintf(stderr, "the scenarios cannot be read\n"), 1;
  Seeds seeds(folder);
  std::set<std::string> known;
  fs::path last;
  unsigned number = 0;
  for (const cli::Run& run : runs.value()) {
    write_options(seeds, run, number++);
    if (run.request.compile.source == last) continue;  // one case of each file
    last = run.request.compile.source;
    write_header(seeds, last);
    write_module(seeds, run, known);
  }
  write_traces(seeds, traces.value());
  std::printf("%u seeds\n", seeds.written());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: fuzz-seeds SOURCE-TREE FOLDER\n"), 2;
  return run(argv[1], argv[2]);
}
