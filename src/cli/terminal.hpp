// What the output goes to.
#pragma once

#include <cstdio>
#include <string>

#include "base/result.hpp"

namespace shootdown::cli {

bool is_terminal(FILE* stream);
// Columns to fill: the terminal's, from 80 to 160; 120 where there is no terminal.
unsigned output_width(FILE* stream);
// Colour only on a terminal, and not where NO_COLOR is set or the terminal is dumb.
bool use_colour(FILE* stream);

// "shootdown: FILE:LINE: MESSAGE" on standard error.
void print_error(const Error& error);
// The exit code of an error that ends a run.
int exit_code_of(const Error& error);

}  // namespace shootdown::cli
