// How text is drawn: width, colours, and cells that respect both.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shootdown::report {

struct Style {
  unsigned width = 100;  // columns, 80 to 160
  bool colour = false;
};

enum class Tone : std::uint8_t { Plain, Good, Bad, Doubtful, Faint };

// TEXT in a tone, if colours are on.
std::string painted(std::string_view text, Tone tone, const Style& style);

// Columns that a text takes: code points, not bytes.
std::size_t display_width(std::string_view text);
// TEXT cut to WIDTH columns, with an ellipsis if something was cut.
std::string fitted(std::string_view text, std::size_t width);
// The same, filled up with blanks to WIDTH.
std::string cell(std::string_view text, std::size_t width);
// Words filled into lines of at most WIDTH columns, each begun with INDENT, each ended with a line feed.
std::string wrapped(std::string_view text, std::size_t width, std::string_view indent);

}  // namespace shootdown::report
