// What the subcommands share. Each is one file with one function that adds it to the application; when it was chosen,
// it leaves its exit code in Session::exit_code.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/exit_codes.hpp"
#include "cli/resources.hpp"

namespace shootdown::cli {

struct Session {
  std::string program;         // as the user called it: for the commands we print
  char** arguments = nullptr;  // all that it was called with, the program first
  int exit_code = kExitPass;
};

// They keep references to `session`, which must outlive `app`.
void add_check_command(CLI::App& app, Session& session);
void add_audit_command(CLI::App& app, Session& session);
void add_cost_command(CLI::App& app, Session& session);
void add_test_command(CLI::App& app, Session& session);
void add_replay_command(CLI::App& app, Session& session);
void add_necessary_command(CLI::App& app, Session& session);
void add_list_command(CLI::App& app, Session& session);

}  // namespace shootdown::cli
