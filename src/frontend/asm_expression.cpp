// Inline assembly as text: expressions of the assembler, with the precedence gas gives its operators.
#include <charconv>

#include "frontend/asm_parse.hpp"

namespace shootdown::frontend {
namespace {

using Resolve = std::function<std::optional<std::uint64_t>(const Atom&)>;

class Evaluator {
 public:
  Evaluator(std::string_view text, const Resolve& resolve) : text_(text), resolve_(resolve) {}

  std::optional<std::uint64_t> run() {
    const std::uint64_t value = sum();
    skip();
    if (failed_ || !text_.empty()) return std::nullopt;
    return value;
  }

 private:
  void skip() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) text_.remove_prefix(1);
  }
  bool take(std::string_view token) {
    skip();
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }
  std::uint64_t fail() {
    failed_ = true;
    return 0;
  }

  std::uint64_t sum() {
    std::uint64_t value = bits();
    for (;;) {
      if (take("+"))
        value += bits();
      else if (take("-"))
        value -= bits();
      else
        return value;
    }
  }
  std::uint64_t bits() {
    std::uint64_t value = product();
    for (;;) {
      if (take("|"))
        value |= product();
      else if (take("&"))
        value &= product();
      else if (take("^"))
        value ^= product();
      else
        return value;
    }
  }
  std::uint64_t product() {
    std::uint64_t value = unary();
    for (;;) {
      if (take("<<"))
        value = shift(value, unary(), true);
      else if (take(">>"))
        value = shift(value, unary(), false);
      else if (take("*"))
        value *= unary();
      else if (take("/"))
        value = divide(value, unary());
      else
        return value;
    }
  }
  static std::uint64_t shift(std::uint64_t value, std::uint64_t by, bool left) {
    if (by >= 64) return 0;
    return left ? value << by : value >> by;
  }
  std::uint64_t divide(std::uint64_t value, std::uint64_t by) { return by == 0 ? fail() : value / by; }
  std::uint64_t unary() {
    // Each level consumes a character, and templates are short; still no input may exhaust the stack.
    if (++depth_ > 1000) return fail();
    if (take("-")) return 0 - unary();
    if (take("+")) return unary();
    if (take("~")) return ~unary();
    if (take("(")) {
      const std::uint64_t value = sum();
      return take(")") ? value : fail();
    }
    return atom();
  }
  std::uint64_t atom() {
    skip();
    if (text_.empty()) return fail();
    if (text_.front() >= '0' && text_.front() <= '9') return number();
    Atom atom;
    if (auto reference = take_reference(text_)) {
      atom.operand = *reference;
    } else {
      std::size_t length = 0;
      while (length < text_.size() && is_symbol(text_[length])) ++length;
      if (length == 0) return fail();
      atom.symbol = text_.substr(0, length);
      text_.remove_prefix(length);
    }
    const auto value = resolve_(atom);
    return value ? *value : fail();
  }
  std::uint64_t number() {
    int base = 10;
    if (text_.starts_with("0x") || text_.starts_with("0X")) {
      base = 16;
      text_.remove_prefix(2);
    } else if (text_.starts_with("0b") && text_.size() > 2) {
      base = 2;
      text_.remove_prefix(2);
    } else if (text_.starts_with('0')) {
      base = 8;
    }
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text_.data(), text_.data() + text_.size(), value, base);
    if (failed != std::errc{}) return fail();
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    // `8%0`: a memory operand prints as "(%rax)", so a number before it is a displacement.
    if (text_.starts_with(kReferenceBegin)) value += atom();
    return value;
  }
  static bool is_symbol(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
           c == '$';
  }

  std::string_view text_;
  const Resolve& resolve_;
  unsigned depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::uint64_t> evaluate_expression(std::string_view text, const Resolve& resolve) {
  return Evaluator(text, resolve).run();
}

}  // namespace shootdown::frontend
