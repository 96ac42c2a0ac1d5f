// Inline assembly as text: the template string, comments, statements, labels, prefixes.
#include <algorithm>
#include <array>
#include <charconv>

#include "frontend/asm_parse.hpp"

namespace shootdown::frontend {

AsmArgument parse_argument(std::string_view text);  // asm_argument.cpp

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }
bool is_symbol(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '$';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// `${...}` at the start of TEXT, without the `${`.
std::string braced_reference(std::string_view& text) {
  const std::size_t end = std::min(text.find('}'), text.size());
  const std::string inside(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  if (inside == ":comment") return "#";
  if (inside == ":private") return ".L";
  if (!inside.empty() && inside.front() == ':') return "0";  // ${:uid}: one statement is lowered by itself
  return kReferenceBegin + inside + kReferenceEnd;
}

// LLVM's escapes: $$ is a dollar, $(a$|b$) chooses by dialect, the rest are operands.
std::string expand(std::string_view text) {
  std::string result;
  bool choosing = false;     // within $( $)
  unsigned alternative = 0;  // there: the one that is read
  const auto put = [&](std::string_view part) {
    if (alternative == 0) result += part;
  };
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '$' || text.empty()) {
      put({&c, 1});
      continue;
    }
    const char next = text.front();
    if (is_digit(next)) {
      const std::size_t length =
          static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
      put(kReferenceBegin + std::string(text.substr(0, length)) + kReferenceEnd);
      text.remove_prefix(length);
      continue;
    }
    text.remove_prefix(1);
    switch (next) {
      case '$': put("$"); break;
      case '{': put(braced_reference(text)); break;
      case '(': choosing = true; break;
      case '|':
        if (choosing)
          ++alternative;
        else
          result += '|';
        break;
      case ')':
        if (!choosing) result += '}';
        choosing = false;
        alternative = 0;
        break;
      default: break;
    }
  }
  return result;
}

// COMMENT: the character that begins one wherever it stands; 0 if there is none.
std::string without_comments(std::string_view text, char comment) {
  std::string result;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    const bool line = !quoted && ((text[i] == comment && comment != 0) || text.substr(i, 2) == "//");
    if (line) {
      i = std::min(text.find('\n', i), text.size());
      result += '\n';
    } else if (!quoted && text.substr(i, 2) == "/*") {
      const std::size_t end = text.find("*/", i + 2);
      if (end == std::string_view::npos) break;
      i = end + 1;
      result += ' ';
    } else {
      result += text[i];
    }
  }
  return result;
}

std::vector<std::string_view> statements(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(";\n"), text.size());
    if (const std::string_view one = trimmed(text.substr(0, end)); !one.empty()) result.push_back(one);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

// The text with operands as their author wrote them: %0, %k1.
std::string shown(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    if (auto reference = take_reference(text)) {
      result += '%';
      if (reference->modifier != 0) result += reference->modifier;
      result += std::to_string(reference->index);
      continue;
    }
    result += is_space(text.front()) ? ' ' : text.front();
    text.remove_prefix(1);
  }
  return result;
}

// b, w, k, q, h: a part of a register. H: 8 bytes further. a, c, P: an address, a bare constant. l: a label.
bool has_unknown_modifier(std::string_view text) {
  constexpr std::string_view kKnown = "bwkqhHacPl";
  while (!text.empty()) {
    if (const auto reference = take_reference(text); !reference)
      text.remove_prefix(1);
    else if (reference->modifier != 0 && kKnown.find(reference->modifier) == std::string_view::npos)
      return true;
  }
  return false;
}

std::string_view take_word(std::string_view& text) {
  const std::size_t length = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_space) - text.begin());
  const std::string_view word = text.substr(0, length);
  text = trimmed(text.substr(length));
  return word;
}

bool take_label(std::string_view& text, std::vector<std::string>& labels) {
  const std::size_t length =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_symbol) - text.begin());
  std::string_view rest = trimmed(text.substr(length));
  if (length == 0 || rest.empty() || rest.front() != ':') return false;
  labels.emplace_back(text.substr(0, length));
  text = trimmed(rest.substr(1));
  return true;
}

// A prefix may stand on the same line as its instruction or be a statement of its own.
bool take_prefix(std::string_view& text, AsmInstruction& instruction) {
  std::string_view rest = text;
  const std::string_view word = take_word(rest);
  constexpr std::array<std::string_view, 5> repeats{"rep", "repe", "repz", "repne", "repnz"};
  constexpr std::array<std::string_view, 7> harmless{"notrack", "bnd", "cs", "ds", "es", "ss", "data16"};
  if (word == "lock")
    instruction.lock = true;
  else if (std::find(repeats.begin(), repeats.end(), word) != repeats.end())
    instruction.repeat = word;
  else if (std::find(harmless.begin(), harmless.end(), word) == harmless.end())
    return false;
  text = rest;
  return true;
}

std::vector<std::string_view> split_arguments(std::string_view text) {
  std::vector<std::string_view> result;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '[' || text[i] == '{') ++depth;
    if (text[i] == ')' || text[i] == ']' || text[i] == '}') --depth;
    if (text[i] != ',' || depth != 0) continue;
    result.push_back(trimmed(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  if (begin < text.size() || !result.empty()) result.push_back(trimmed(text.substr(begin)));
  return result;
}

}  // namespace

std::optional<OperandReference> take_reference(std::string_view& text) {
  if (text.empty() || text.front() != kReferenceBegin) return std::nullopt;
  const std::size_t end = std::min(text.find(kReferenceEnd), text.size());
  const std::string_view inside = text.substr(1, end - 1);
  OperandReference result;
  const auto [rest, failed] = std::from_chars(inside.data(), inside.data() + inside.size(), result.index);
  const std::size_t used = static_cast<std::size_t>(rest - inside.data());
  if (inside.size() > used + 1 && inside[used] == ':') result.modifier = inside[used + 1];
  text.remove_prefix(std::min(end + 1, text.size()));
  return result;
}

void make_lower_case(std::string& text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
}

std::vector<AsmLine> parse_lines(std::string_view text, char comment) {
  std::vector<AsmLine> result;
  const std::string plain = without_comments(expand(text), comment);
  AsmLine current;
  for (std::string_view statement : statements(plain)) {
    if (statement.front() == '#') continue;  // where # begins no comment elsewhere, it does at the start of a line
    current.text += (current.text.empty() ? "" : "; ") + shown(statement);
    while (take_label(statement, current.labels)) {}
    if (statement.empty()) continue;  // the next statement has the instruction
    current.mnemonic = take_word(statement);
    make_lower_case(current.mnemonic);
    for (std::string_view argument : split_arguments(statement)) current.arguments.emplace_back(argument);
    result.push_back(std::move(current));
    current = AsmLine{};
  }
  if (!current.text.empty()) result.push_back(std::move(current));
  return result;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> result;
  for (std::string_view part : split_arguments(text)) result.emplace_back(part);
  return result;
}

std::vector<AsmInstruction> parse_assembly(std::string_view text) {
  std::vector<AsmInstruction> result;
  const std::string plain = without_comments(expand(text), '#');
  AsmInstruction current;
  for (std::string_view statement : statements(plain)) {
    current.text += (current.text.empty() ? "" : "; ") + shown(statement);
    current.unknown_modifier = current.unknown_modifier || has_unknown_modifier(statement);
    while (take_label(statement, current.labels)) {}
    while (!statement.empty() && take_prefix(statement, current)) {}
    if (statement.empty()) continue;  // the next statement has the instruction
    current.mnemonic = take_word(statement);
    make_lower_case(current.mnemonic);
    for (std::string_view argument : split_arguments(statement)) current.arguments.push_back(parse_argument(argument));
    result.push_back(std::move(current));
    current = AsmInstruction{};
  }
  if (!current.text.empty()) result.push_back(std::move(current));
  return result;
}

}  // namespace shootdown::frontend
