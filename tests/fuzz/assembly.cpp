// Templates of inline assembly: the first line is a character that chooses operands and machine, the rest is the
// template as it stands in IR. What clang would refuse is tried as well. '0' to '7' are the sets of kOperands on
// x86-64, '8' to '?' the same on i386, '@' to 'G' on arm64, 'H' to 'O' on s390, 'P' to 'W' on ARM.
#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/SourceMgr.h>

#include <array>
#include <cstdint>
#include <memory>

#include "modules.hpp"

namespace {

using namespace shootdown;

// Statements of a function with words %a, %b, %c and memory @x; "TEMPLATE" is replaced.
constexpr std::array<const char*, 8> kOperands{
    R"(call void asm sideeffect "TEMPLATE", "~{memory}"())",
    R"(%r = call i64 asm sideeffect "TEMPLATE", "=r,~{flags},~{memory}"() store volatile i64 %r, ptr @x)",
    R"(%r = call i64 asm sideeffect "TEMPLATE", "=r,r"(i64 %a) store volatile i64 %r, ptr @x)",
    R"(%r = call i64 asm sideeffect "TEMPLATE", "=q,0,q,~{flags}"(i64 %a, i64 %b) store volatile i64 %r, ptr @x)",
    R"(call void asm sideeffect "TEMPLATE", "=*m,r,*m,~{memory}"(ptr elementtype(i64) @x, i64 %a, ptr elementtype(i32) @x))",
    R"(%r = call { i64, i64 } asm sideeffect "TEMPLATE", "={ax},={dx},{cx},0,1,~{memory}"(i64 %a, i64 %b, i64 %c))",
    R"(%r = call { i64, i8 } asm sideeffect "TEMPLATE", "=r,={@ccz},i,0"(i64 17, i64 %a))",
    R"(callbr void asm sideeffect "TEMPLATE", "r,!i,~{memory}"(i64 %a) to label %out [label %other] out: ret void other:)"};

constexpr std::array<const char*, 5> kMachines{
    R"(target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu")",
    R"(target datalayout = "e-m:e-p:32:32-p270:32:32-p271:32:32-p272:64:64-i128:128-f64:32:64-f80:32-n8:16:32-S128"
target triple = "i386-unknown-linux-gnu")",
    R"(target datalayout = "e-m:e-i8:8:32-i16:16:32-i64:64-i128:128-n32:64-S128-Fn32"
target triple = "aarch64-unknown-linux-gnu")",
    R"(target datalayout = "E-m:e-i1:8:16-i8:8:16-i64:64-f128:64-v128:64-a:8:16-n32:64"
target triple = "s390x-unknown-linux-gnu")",
    R"(target datalayout = "e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64"
target triple = "armv5te-unknown-linux-gnueabi")"};

// As a quoted string of IR.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    result += '\\';
    result += kDigits[byte >> 4];
    result += kDigits[byte & 15];
  }
  return result;
}

std::string module_text(unsigned char first, std::string_view assembly) {
  std::string statement = kOperands[first % kOperands.size()];
  const std::string_view mark = "TEMPLATE";
  statement.replace(statement.find(mark), mark.size(), escaped(assembly));
  return std::string(kMachines[(first / 8 + 4) % kMachines.size()]) + R"(
@x = global [8 x i64] [i64 1, i64 -1, i64 255, i64 65536, i64 0, i64 7, i64 8, i64 9]
define void @sd_entry() {
  %a = load volatile i64, ptr @x
  %b = load volatile i64, ptr getelementptr (i64, ptr @x, i64 1)
  %c = load volatile i64, ptr getelementptr (i64, ptr @x, i64 2)
  )" + statement +
         "\n  ret void\n}\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  llvm::LLVMContext context;
  fuzz::be_quiet(context);
  llvm::SMDiagnostic complaint;
  const std::unique_ptr<llvm::Module> module =
      llvm::parseAssemblyString(module_text(data[0], fuzz::text_of(data, size).substr(2)), complaint, context);
  fuzz::require(module != nullptr && !llvm::verifyModule(*module), "the module around a template is one");
  const Result<frontend::Compiled> compiled = fuzz::lower(fuzz::bitcode_of(*module), false);
  if (compiled.ok()) fuzz::explore_a_little(compiled.value().program);
  return 0;
}
