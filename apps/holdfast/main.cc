// The program: connects the commands with the world outside.
#include <exception>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

#include "commands.h"

#include "cli/error_report.h"
#include "cli/interrupts.h"
#include "cli/program.h"
#include "cli/secrets.h"
#include "cli/terminal_prompter.h"
#include "os/standard_streams.h"

namespace {

using namespace holdfast;

int run(int argc, char** argv) {
  cli::General general;
  const cli::Command root = app::make_holdfast(general);
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool secret_was_visible = cli::hide_secrets(root, argc, argv);

  const cli::Interrupts interrupts;
  cli::TerminalPrompter prompter(interrupts.token());
  const os::Environment environment = os::Environment::of_process();
  cli::World world{.files = os::real_file_system(),
                   .clock = os::real_clock(),
                   .random = os::real_random(),
                   .environment = environment,
                   .out = std::cout,
                   .err = std::cerr,
                   .prompter = prompter,
                   .stop = interrupts.token(),
                   .err_is_terminal = os::is_terminal(STDERR_FILENO),
                   .out_is_terminal = os::is_terminal(STDOUT_FILENO),
                   .width = os::terminal_width(STDERR_FILENO),
                   .secret_was_visible = secret_was_visible,
                   .connect = [](const etcd::ClientOptions& options) {
                     return etcd::make_client(options, os::real_file_system(), os::real_clock());
                   }};
  const int code = cli::run(root, general, words, world);
  const bool interrupted = code == exit_code(Code::cancelled) && interrupts.signal() != 0;
  return interrupted ? 128 + interrupts.signal() : code;
}

}  // namespace

int main(int argc, char** argv) {
  os::open_closed_standard_streams();
  try {
    return run(argc, argv);
  } catch (const std::exception&) {  // not even the thread that waits for signals
    const Error error = cli::no_more_resources();
    cli::report_error(std::cerr, error);
    return exit_code(error.code);
  }
}
