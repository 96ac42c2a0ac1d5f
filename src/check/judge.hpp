// The verdict on a search: pure functions from what was found to what is said.
#pragma once

#include "check/check.hpp"

namespace shootdown::check {

// The verdict on a search that saw all states and found nothing: VACUOUS with its reason if the run says less than it
// seems to, else PASS. `selected`: the properties that were asked for by name (empty: all).
void judge_complete(Answer& answer, const std::vector<std::string>& selected);

// Why a search that ended at a limit ended, and how far it had got: one line.
std::string limit_reason(explore::SearchEnd end, const explore::Limits& limits, const explore::Statistics& statistics);

// True for the properties about which translation an access may use: there it matters whether the failure needs a TLB
// that goes back to an older translation.
bool concerns_translations(std::string_view property);

// "2.5 GiB", "12 KiB".
std::string bytes_text(std::uint64_t bytes);
// "1,234,567"
std::string count_text(std::uint64_t count);

}  // namespace shootdown::check
