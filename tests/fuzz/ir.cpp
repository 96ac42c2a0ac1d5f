// IR as text, mutated word by word: another type, another number, another value of the same function. Most results are
// refused by LLVM's parser or verifier; what is left is IR that no compiler makes.
#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/SourceMgr.h>

#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "modules.hpp"

namespace {

using namespace shootdown;

constexpr std::array<const char*, 48> kWords{"i1",
                                             "i7",
                                             "i8",
                                             "i16",
                                             "i32",
                                             "i64",
                                             "i65",
                                             "i128",
                                             "i256",
                                             "ptr",
                                             "float",
                                             "void",
                                             "0",
                                             "1",
                                             "-1",
                                             "2",
                                             "31",
                                             "32",
                                             "63",
                                             "64",
                                             "128",
                                             "4095",
                                             "65536",
                                             "2147483647",
                                             "undef",
                                             "null",
                                             "poison",
                                             "true",
                                             "18446744073709551615",
                                             "zeroinitializer",
                                             "-9223372036854775808",
                                             "volatile",
                                             "add",
                                             "sub",
                                             "mul",
                                             "udiv",
                                             "sdiv",
                                             "urem",
                                             "srem",
                                             "shl",
                                             "lshr",
                                             "ashr",
                                             "and",
                                             "xor",
                                             "trunc",
                                             "zext",
                                             "sext",
                                             "freeze"};

// Where the words of a text are: runs of characters that names, numbers and types are made of.
std::vector<std::pair<std::size_t, std::size_t>> words_of(std::string_view text) {
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("%@._-", c) != nullptr;
  };
  std::vector<std::pair<std::size_t, std::size_t>> words;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0' || !is_word(text[i])) continue;
    const std::size_t begin = i;
    while (i < text.size() && text[i] != '\0' && is_word(text[i])) ++i;
    words.emplace_back(begin, i - begin);
  }
  return words;
}

std::string mutated(std::string text, std::minstd_rand& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  if (below(4) == 0) {  // a line goes, or comes twice
    std::vector<std::string> lines = fuzz::lines_of(text);
    if (lines.empty()) return text;
    const auto at = lines.begin() + static_cast<std::ptrdiff_t>(below(lines.size()));
    if (below(2) == 0)
      lines.erase(at);
    else
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(below(lines.size())), std::string(*at));
    text.clear();
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }
  const auto words = words_of(text);
  if (words.empty()) return text;
  const std::size_t which = below(words.size());
  const auto [at, length] = words[which];
  std::string with = kWords[below(kWords.size())];
  if (below(2) == 0) {  // a word from nearby
    const std::size_t first = which < 60 ? 0 : which - 60;
    const auto [from, size] = words[first + below(std::min<std::size_t>(120, words.size() - first))];
    with = text.substr(from, size);
  }
  return text.replace(at, length, with);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  std::minstd_rand random(seed);
  std::string text(fuzz::text_of(data, size));
  for (auto rounds = 1 + random() % 3; rounds != 0; --rounds) text = mutated(std::move(text), random);
  text.resize(std::min(text.size(), max_size));
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  llvm::LLVMContext context;
  fuzz::be_quiet(context);
  llvm::SMDiagnostic complaint;
  std::string text(fuzz::text_of(data, size));  // the parser reads up to a NUL
  // Of a module with this flag the parser expects that it is valid, and ends the process if it is not.
  const std::string_view flag = "Debug Info Version";
  for (std::size_t at = text.find(flag); at != std::string::npos; at = text.find(flag)) text.erase(at, 1);
  const std::unique_ptr<llvm::Module> module = llvm::parseAssemblyString(text, complaint, context);
  if (module && !llvm::verifyModule(*module)) (void)fuzz::lower(fuzz::bitcode_of(*module), size % 8 == 0);
  return 0;
}
