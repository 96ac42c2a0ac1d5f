#include "scenario/header.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace shootdown::scenario {

namespace {

constexpr std::string_view kBlanks = " \t\v\f\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view after_all(std::string_view text, char c) {
  const std::size_t first = text.find_first_not_of(c);
  return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// The key that `word` is, or is nearly: one slip in a short key, two in a longer one.
std::optional<std::string_view> key_meant(std::string_view word) {
  constexpr std::size_t kLongestWord = 12;
  if (word.size() > kLongestWord) return std::nullopt;
  const std::string lower = lower_case(word);
  for (const std::string_view key : kKeys) {
    if (edit_distance(lower, key) <= (key.size() > 4 ? 2U : 1U)) return key;
  }
  return std::nullopt;
}

// "variant NAME VERDICT", with or without a colon: surely meant as a declaration.
bool looks_like_case(std::string_view text) {
  if (!text.starts_with("variant")) return false;
  text.remove_prefix(std::string_view("variant").size());
  text = trimmed(text);
  if (text.starts_with(':')) text = trimmed(text.substr(1));
  const std::size_t name_end = text.find_first_of(kBlanks);
  if (name_end == std::string_view::npos) return false;
  text = trimmed(text.substr(name_end));
  return is_verdict(text.substr(0, text.find_first_of(kBlanks)));
}

constexpr std::array<std::string_view, 5> kMachineWords{"x86", "i386", "arm64", "s390", "armv5"};

// The key of a line such as "cpus: 2" or "options: -O 2", whose value leaves no doubt that it is meant.
std::optional<std::string_view> setting_meant(std::string_view text) {
  for (const std::string_view key : {kKeys[0], kKeys[1], kKeys[2]}) {
    if (!text.starts_with(key) || !text.substr(key.size()).starts_with(':')) continue;
    const std::string_view value = trimmed(text.substr(key.size() + 1));
    const bool number = !value.empty() && std::isdigit(static_cast<unsigned char>(value.front())) != 0;
    if (key == "cpus"      ? number
        : key == "options" ? value.starts_with('-')
                           : std::any_of(kMachineWords.begin(), kMachineWords.end(),
                                         [&](std::string_view word) { return value.starts_with(word); }))
      return key;
  }
  return std::nullopt;
}

// One line of a comment, without the comment's own marks.
std::optional<HeaderLine> header_line(std::string_view comment, unsigned line) {
  const std::string_view text = trimmed(comment);
  std::size_t word_end = 0;
  while (word_end < text.size() && std::isalpha(static_cast<unsigned char>(text[word_end])) != 0) ++word_end;
  const std::string_view word = text.substr(0, word_end);
  const std::size_t colon = text.find_first_not_of(kBlanks, word_end);
  if (word.empty() || colon == std::string_view::npos || text[colon] != ':') {
    if (word == "variant" && looks_like_case(text)) {
      return HeaderLine{"variant", {}, line, "a colon is missing after 'variant'"};
    }
    return std::nullopt;
  }
  const auto key = key_meant(word);
  if (!key) return std::nullopt;
  HeaderLine found{*key, std::string(trimmed(text.substr(colon + 1))), line, {}};
  if (word != *key) {
    found.problem =
        "'" + std::string(word) + ":' looks like '" + std::string(*key) + ":'; write that, or word it otherwise";
  } else if (colon != word_end) {
    found.problem = "the colon must directly follow '" + std::string(*key) + "'";
  }
  return found;
}

// Walks over a file, line by line, and knows what is comment.
class Scanner {
 public:
  std::vector<HeaderLine> scan(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      ++line_;
      if (in_code_) {
        code_line(trimmed(text.substr(0, end)));
      } else {
        comment_line(trimmed(text.substr(0, end)));
      }
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
    return std::move(lines_);
  }

 private:
  void comment_line(std::string_view rest) {
    while (!rest.empty() && !in_code_) {
      if (in_block_) {
        const std::size_t end = rest.find("*/");
        std::string_view comment = rest.substr(0, end);
        if (comment.starts_with('*')) comment.remove_prefix(1);
        while (end != std::string_view::npos && comment.ends_with('*')) comment.remove_suffix(1);
        add(comment);
        if (end == std::string_view::npos) return;
        in_block_ = false;
        rest = trimmed(rest.substr(end + 2));
      } else if (rest.starts_with("//")) {
        add(after_all(rest, '/'));
        // Such a line is spliced to the next one, which would then be comment that does not look like it.
        if (rest.ends_with('\\') && !lines_.empty() && lines_.back().line == line_ && lines_.back().problem.empty()) {
          lines_.back().problem = "the line must not end in a backslash";
        }
        return;
      } else if (rest.starts_with("/*")) {
        in_block_ = true;
        rest = trimmed(rest.substr(2));
        if (rest.starts_with("*") && !rest.starts_with("*/")) rest.remove_prefix(1);
      } else {
        in_code_ = true;
      }
    }
  }

  void code_line(std::string_view line) {
    if (!line.starts_with("//") && !line.starts_with("/*") && !line.starts_with("*")) return;
    line = trimmed(after_all(after_all(line, '/'), '*'));
    if (looks_like_case(line)) {
      lines_.push_back({"variant", {}, line_, "a variant must be declared above the first line of code"});
    } else if (const auto key = setting_meant(line)) {
      lines_.push_back({*key, {}, line_, "'" + std::string(*key) + ":' must stand above the first line of code"});
    }
  }

  void add(std::string_view comment) {
    if (auto found = header_line(comment, line_)) lines_.push_back(std::move(*found));
  }

  std::vector<HeaderLine> lines_;
  unsigned line_ = 0;
  bool in_block_ = false;
  bool in_code_ = false;
};

}  // namespace

std::vector<HeaderLine> header_lines(std::string_view text) { return Scanner().scan(text); }

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Row i holds the distances of the first i letters of `a` to every prefix of `b`; a swap looks back two rows.
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

bool is_verdict(std::string_view word) {
  constexpr std::array<std::string_view, 6> kVerdicts{"PASS",    "FAIL",        "BOUNDED",
                                                      "VACUOUS", "UNSUPPORTED", "COMPILE-ERROR"};
  return std::find(kVerdicts.begin(), kVerdicts.end(), word) != kVerdicts.end();
}

}  // namespace shootdown::scenario
