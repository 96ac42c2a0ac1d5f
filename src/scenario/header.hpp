// The header lines of a scenario file: `key: rest` at the start of a line of the comments before the first line of
// code.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace shootdown::scenario {

inline constexpr std::array<std::string_view, 4> kKeys{"machine", "cpus", "options", "variant"};

struct HeaderLine {
  std::string_view key;  // one of kKeys
  std::string rest;      // what follows the colon, without surrounding blanks
  unsigned line = 0;
  std::string problem;  // if not empty: the line was meant to be one with this key, and this is why it is not
};

// All header lines of a file, those with a problem among them. A line counts as meant for a key if its first word
//   - is nearly the key and is followed by a colon ("varient:"),
//   - is the key in other letters or with blanks before the colon ("Variant :"),
//   - is "variant", and a verdict follows where it would stand, but no colon, or the line stands below the first code,
//   - is another key with a value that fits it ("cpus: 2"), and the line stands below the first code.
std::vector<HeaderLine> header_lines(std::string_view text);

// The number of letters to insert, remove, change, or swap with their neighbour, to make `b` of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b);

bool is_verdict(std::string_view word);

}  // namespace shootdown::scenario
