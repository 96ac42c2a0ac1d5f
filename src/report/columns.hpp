// Draws a layout as text.
#pragma once

#include <string>

#include "report/layout.hpp"
#include "report/style.hpp"

namespace shootdown::report {

// One CPU:        step  task  code  text  CR3  TLB  source
// Several CPUs:   step | task, text, CR3 of CPU 0 | the same of CPU 1 | ... | TLB  source
// Every line is at most style.width wide; a cell that is too long goes on in the next line.
std::string draw(const Layout& layout, const Style& style);

}  // namespace shootdown::report
