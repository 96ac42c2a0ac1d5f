// shootdown: the command line.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>

#include "cli/command.hpp"
#include "cli/interrupt.hpp"
#include "cli/memory.hpp"
#include "cli/version.hpp"

namespace {

constexpr const char* kFooter =
    "Exit codes of check: 0 PASS, 1 FAIL, 2 usage, 3 BOUNDED, 4 VACUOUS, 5 UNSUPPORTED, 6 compile error, 7 internal;\n"
    "of several cases the first of 7, 6, 5, 1, 4, 3 that occurred.";

int run(int argc, char** argv) {
  using namespace shootdown::cli;
  Session session;
  session.program = argc > 0 ? argv[0] : "shootdown";
  session.arguments = argv;
  CLI::App app{"Shootdown: a model checker for TLB-maintenance code.\n", "shootdown"};
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(kFooter);
  add_check_command(app, session);
  add_audit_command(app, session);
  add_test_command(app, session);
  add_replay_command(app, session);
  add_necessary_command(app, session);
  add_cost_command(app, session);
  add_list_command(app, session);
  watch_for_interrupts();
  limit_process_memory();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    fmt::print(stderr, "shootdown: {}\nRun with --help for more information.\n", error.what());
    return kExitUsage;
  }
  return session.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "shootdown: internal error: {}\n", error.what());
    return shootdown::cli::kExitInternal;
  }
}
