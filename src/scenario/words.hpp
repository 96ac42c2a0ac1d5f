// The words of a header line: separated by blanks; "..." makes one word of several.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace shootdown::scenario {

struct Word {
  std::string text;
  bool quoted = false;
  [[nodiscard]] bool is_option() const { return !quoted && text.starts_with('-'); }
};

// Errors: Compile (a quote that is not closed, or that stands inside a word).
Result<std::vector<Word>> words_of(std::string_view text);

// [a-z0-9][a-z0-9-]*
bool is_variant_name(std::string_view text);
// [a-z][a-z0-9-]*, not in quotes
bool is_property(const Word& word);

}  // namespace shootdown::scenario
