// Sites: the places in the source of what a check can leave out - a fence, a LOCK prefix, an interrupt-off section, a
// flush, a guard - and the words with which an option selects them.
//
// A site is an instruction's own source line with the lines that called it, innermost first, up to the first function
// that is not one of Shootdown's headers (kit/, tlb/, shootdown/): flush_tlb_page() called at two lines of a scenario
// is two sites. Inlined calls count as calls. The chain does not go beyond the handler or the context it is in. What
// stands on one line with one name is one site.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace shootdown::omit {

enum class Kind : std::uint8_t { Barrier, InterruptsOff, Flush, Guard };

// "barrier", "interrupts off", "flush", "guard"
std::string_view kind_name(Kind kind);

struct Place {
  std::string file;  // of the tool's own headers below their folder: "kit/preempt.h"; else without its folders
  unsigned line = 0;
  std::string function;
  bool library = false;  // in one of Shootdown's headers
};

struct Site {
  Kind kind = Kind::Barrier;
  std::string what;           // "mfence", "lock", "cli", "mov-to-cr3", "preempt", "spinlock"
  std::vector<Place> places;  // innermost first; at least one
};

// "mov-to-cr3" from "MOV to CR3": a name as selectors write it.
std::string selector_word(std::string_view name);

// The option that selects exactly SITE: WHAT@@FILE:LINE@FILE:LINE..., innermost first.
std::string selector_text(const Site& site);

// What an option selects:
//   FILE:LINE                       everything that has this line among its places
//   WHAT@FILE:LINE                  of that only what is called WHAT
//   WHAT@@FILE:LINE@FILE:LINE...    the one site with exactly these places
// FILE is a path or its end, at a slash.
struct Selector {
  struct Line {
    std::string file;
    unsigned line = 0;
    friend bool operator==(const Line&, const Line&) = default;
  };
  std::string what;  // empty: anything
  bool exact = false;
  std::vector<Line> lines;  // one, unless exact
};

// Errors: Usage.
Result<Selector> parse_selector(std::string_view text);
std::string to_text(const Selector& selector);

// PATH is END, or ends in it at a slash.
bool ends_in(std::string_view path, std::string_view end);

}  // namespace shootdown::omit
