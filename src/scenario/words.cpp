#include "scenario/words.hpp"

#include <algorithm>

namespace shootdown::scenario {

namespace {

constexpr std::string_view kBlanks = " \t\v\f\r";

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_small(c) || is_digit(c) || c == '-'; });
}

}  // namespace

Result<std::vector<Word>> words_of(std::string_view text) {
  const auto fails = [](const char* why) { return Error{ErrorKind::Compile, why, "", 0}; };
  std::vector<Word> words;
  while (true) {
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return words;
    text.remove_prefix(first);
    const bool in_quotes = text.front() == '"';
    if (in_quotes) text.remove_prefix(1);
    const std::size_t end = in_quotes ? text.find('"') : std::min(text.size(), text.find_first_of(kBlanks));
    if (end == std::string_view::npos) return fails("a quote is not closed");
    const std::string_view word = text.substr(0, end);
    if (!in_quotes && word.find('"') != std::string_view::npos) return fails("a quote stands inside a word");
    words.push_back({std::string(word), in_quotes});
    text.remove_prefix(in_quotes ? end + 1 : end);
    if (in_quotes && !text.empty() && kBlanks.find(text.front()) == std::string_view::npos) {
      return fails("a blank must follow a closing quote");
    }
  }
}

bool is_variant_name(std::string_view text) { return !text.empty() && text.front() != '-' && is_name(text); }

bool is_property(const Word& word) {
  return !word.quoted && !word.text.empty() && is_small(word.text.front()) && is_name(word.text);
}

}  // namespace shootdown::scenario
