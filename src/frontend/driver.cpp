// The clang driver: which flags the checked code is compiled with, and what clang's words mean to us.
//
// The flags give C the meaning kernels rely on; without them the proof would be of another program. Above all
// -fno-finite-loops: with finite loops clang may delete `while (!flag);` and the wait vanishes. No option lets floating
// point or vectors into code that does not ask for them: -mgeneral-regs-only where clang has it, -msoft-float
// elsewhere.
#include "frontend/driver.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "frontend/process.hpp"

namespace shootdown::frontend {
namespace {

std::string clang_program() {
  const char* path = std::getenv("SHOOTDOWN_CLANG");
  return path != nullptr && *path != '\0' ? path : "clang-19";
}

bool is_cxx(const std::filesystem::path& source) {
  const std::string ending = source.extension().string();
  return ending == ".cc" || ending == ".cpp" || ending == ".cxx" || ending == ".C" || ending == ".c++";
}

// The processor. Atomic operations reach us as LLVM's instructions on all of them, whatever machine code they would
// become: on arm64 those of Armv8.1 (a call of a helper that chooses would hide them), on ARMv5, which has only SWP, a
// sequence with interrupts off, as kernels write it.
std::vector<std::string> target_flags(Target target) {
  switch (target) {
    case Target::X86_64: return {"--target=x86_64-unknown-linux-gnu", "-mcx16", "-mgeneral-regs-only"};
    case Target::I386: return {"--target=i386-unknown-linux-gnu", "-march=i686", "-mgeneral-regs-only"};
    case Target::Arm64:
      return {"--target=aarch64-unknown-linux-gnu", "-march=armv8.1-a", "-mno-outline-atomics", "-mgeneral-regs-only"};
    case Target::S390x: return {"--target=s390x-unknown-linux-gnu", "-march=z196", "-msoft-float"};
    // clang would warn of every atomic operation that no instruction does it.
    case Target::Armv5:
      return {"--target=armv5te-unknown-linux-gnueabi", "-marm", "-mfloat-abi=soft", "-Wno-atomic-alignment"};
  }
  return {};
}

// Everything that decides the code, apart from paths: what a PASS has to name.
std::vector<std::string> semantic_flags(const CompileRequest& request) {
  std::vector<std::string> flags = target_flags(request.target);
  const bool cxx = is_cxx(request.source);
  flags.insert(flags.end(), {"-x", cxx ? "c++" : "c", cxx ? "-std=gnu++20" : "-std=gnu11", "-" + request.optimisation});
  if (request.optimisation == "O0") flags.insert(flags.end(), {"-Xclang", "-disable-O0-optnone"});
  flags.insert(flags.end(), {"-ffreestanding", "-fno-strict-aliasing", "-fwrapv", "-fno-delete-null-pointer-checks",
                             "-fno-finite-loops", "-fno-exceptions", "-fno-vectorize", "-fno-slp-vectorize",
                             "-fno-stack-protector", "-fno-common", "-fno-pic", "-fno-pie",
                             "-ftrivial-auto-var-init=zero", "-fno-asynchronous-unwind-tables"});
  if (cxx) flags.insert(flags.end(), {"-fno-rtti", "-fno-threadsafe-statics", "-fno-c++-static-destructors"});
  for (const std::string& variant : request.variants) {
    std::string definition = "-DSD_VARIANT_" + variant;
    std::replace(definition.begin() + 2, definition.end(), '-', '_');  // the name is an identifier in C
    definition += variant == request.variant ? "=1" : "=0";
    flags.push_back(std::move(definition));
  }
  flags.emplace_back("-D__SHOOTDOWN__=1");
  for (const auto& [name, value] : request.defines) {
    std::string& flag = flags.emplace_back("-D");
    flag += name;
    flag += '=';
    flag += value;
  }
  return flags;
}

std::vector<std::string> command_line(const CompileRequest& request, const std::vector<std::string>& semantic) {
  std::vector<std::string> arguments{clang_program(), "--no-default-config", "-Qunused-arguments"};
  arguments.insert(arguments.end(), semantic.begin(), semantic.end());
  arguments.insert(arguments.end(), {"-nostdlibinc", "-g", "-c", "-emit-llvm", "-Wall", "-Wno-unused-function",
                                     "-Wundef", "-Werror=undef", "-Werror=implicit-function-declaration",
                                     "-fno-caret-diagnostics", "-fno-color-diagnostics", "-ferror-limit=20"});
  for (const auto& directory : request.include_directories) arguments.push_back("-I" + directory.string());
  // A name that begins with '-' must not be taken for an option.
  std::string source = request.source.string();
  if (source.starts_with('-')) source.insert(0, "./");
  arguments.insert(arguments.end(), {"-o", "-", source});
  return arguments;
}

std::string printable(std::string_view text) {
  std::string result;
  for (char c : text) result += (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == 0x7f ? '?' : c;
  return result;
}

struct Diagnostic {
  bool error = false;
  std::string file;
  unsigned line = 0;
  std::string text;
};

// "file:line:column: error: text", or "clang: error: text", or anything else.
std::optional<Diagnostic> parse_diagnostic(std::string_view line) {
  struct Kind {
    std::string_view mark;
    bool error;
  };
  for (const Kind kind : {Kind{": fatal error: ", true}, Kind{": error: ", true}, Kind{": warning: ", false}}) {
    const std::size_t at = line.find(kind.mark);
    if (at == std::string_view::npos) continue;
    Diagnostic result{kind.error, {}, 0, printable(line.substr(at + kind.mark.size()))};
    std::string_view place = line.substr(0, at);
    const std::size_t column = place.rfind(':');
    if (column == std::string_view::npos) return result;  // the driver's own words
    place = place.substr(0, column);
    const std::size_t number = place.rfind(':');
    if (number == std::string_view::npos) return result;
    const std::string_view digits = place.substr(number + 1);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), result.line).ec == std::errc{})
      result.file = printable(place.substr(0, number));
    return result;
  }
  return std::nullopt;
}

std::vector<Diagnostic> parse_diagnostics(std::string_view text) {
  std::vector<Diagnostic> result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (auto diagnostic = parse_diagnostic(text.substr(0, end))) result.push_back(std::move(*diagnostic));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

Error compile_error(const CompileRequest& request, const std::vector<Diagnostic>& diagnostics, std::string_view text) {
  const auto first = std::find_if(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) { return d.error; });
  Error error{ErrorKind::Compile, {}, request.source.string(), 0};
  if (first == diagnostics.end()) {
    error.message = "clang failed without naming an error\n" + printable(text);
    return error;
  }
  if (!first->file.empty()) {
    error.file = first->file;
    error.line = first->line;
  }
  error.message = first->text;
  // One diagnostic is said already; of several the reader wants to see all.
  if (std::count(text.begin(), text.end(), '\n') > 1) error.message += "\n" + printable(text);
  return error;
}

}  // namespace

Result<ClangOutput> run_clang(const CompileRequest& request) {
  std::error_code code;
  const auto status = std::filesystem::status(request.source, code);
  if (!std::filesystem::exists(status)) return Error{ErrorKind::Usage, "no such file", request.source.string(), 0};
  if (std::filesystem::is_directory(status))
    return Error{ErrorKind::Usage, "is a folder, not a C or C++ file", request.source.string(), 0};
  if (request.optimisation != "O0" && request.optimisation != "O1" && request.optimisation != "O2")
    return Error{
        ErrorKind::Usage, "the optimisation level `" + request.optimisation + "` is none of O0, O1, O2", {}, 0};

  const std::vector<std::string> semantic = semantic_flags(request);
  Result<ProcessOutput> ran = run_process(command_line(request, semantic));
  if (!ran) {
    Error error = ran.error();
    error.message += " (set SHOOTDOWN_CLANG to the path of clang 19)";
    return error;
  }
  ProcessOutput& output = ran.value();
  if (output.exit_code == 127 && output.out.empty() &&
      output.err.empty())  // a C library that reports exec's failure late
    return Error{ErrorKind::Internal,
                 "cannot run the compiler `" + clang_program() + "` (set SHOOTDOWN_CLANG to the path of clang 19)",
                 {},
                 0};

  const std::vector<Diagnostic> diagnostics = parse_diagnostics(output.err);
  if (output.exit_code != 0) return compile_error(request, diagnostics, output.err);
  ClangOutput result;
  result.bitcode = std::move(output.out);
  for (const Diagnostic& d : diagnostics)
    result.warnings.push_back((d.file.empty() ? request.source.string() : d.file) + ":" + std::to_string(d.line) +
                              ": warning: " + d.text);
  for (const std::string& flag : semantic) result.flags += (result.flags.empty() ? "" : " ") + flag;
  return result;
}

}  // namespace shootdown::frontend
