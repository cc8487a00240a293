#include "cli/program.h"

#include <cerrno>
#include <exception>
#include <new>
#include <optional>
#include <system_error>

#include "cli/command_line.h"
#include "cli/error_report.h"
#include "cli/help.h"
#include "cli/settings.h"
#include "model/version.h"

namespace holdfast::cli {
namespace {

// An error may come before --output was understood: then the words themselves say how to report it.
bool wants_json(const std::vector<std::string>& words, const os::Environment& environment) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const std::string name : {"-o", "-w", "--output", "--write-out"}) {
      const bool joined = words[i] == name + "=json" || words[i] == name + "json";
      const bool apart = words[i] == name && i + 1 < words.size() && words[i + 1] == "json";
      if (joined || apart) return true;
    }
  }
  return environment.get("HOLDFAST_OUTPUT").value_or("") == "json";
}

Result<int> run_command(const Command& root, General& general, const std::vector<std::string>& words, World& world) {
  HF_ASSIGN(const CommandLine line, parse_command_line(root, words));
  if (line.version) {
    world.out << root.name << ' ' << kVersion << '\n';
    return 0;
  }
  const bool bare = line.command == &root && words.empty();
  if (line.help || bare) {
    world.out << help_text(root, line.words, *line.command, world.width);
    return 0;
  }
  if (!line.command->run) {
    std::string path = root.name;
    for (const std::string& word : line.words)
      path += " " + word;
    return with_hint(fail(Code::usage, "{} needs a command", path), fmt::format("\"{} --help\" lists them", path));
  }
  HF_TRY(check_environment(root, world.environment));
  HF_ASSIGN(const ConfigFile config, load_config(root, line, world.environment, world.files));
  HF_TRY(apply_settings(root, line, world.environment, config));
  log::configure(general.log_level.value_or(line.command->log_level), general.log_json);
  Session session(world, general, root);
  if (world.secret_was_visible) {
    session.warn(
        "a secret was given on the command line, where others could see it; prefer a file or a variable of the "
        "environment");
  }
  return line.command->run(session, line.arguments);
}

// Nothing below throws on purpose; what a library throws all the same (no memory) ends here.
Result<int> run_guarded(const Command& root, General& general, const std::vector<std::string>& words, World& world) {
  try {
    return run_command(root, general, words, world);
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::resource_unavailable_try_again) {
      return fail(Code::internal, "unexpected failure: {}", error.what());
    }
    return tl::unexpected<Error>(no_more_resources());
  } catch (const std::bad_alloc&) {
    return tl::unexpected<Error>(no_more_resources());
  } catch (const std::exception& error) {
    return fail(Code::internal, "unexpected failure: {}", error.what());
  }
}

// Why the result was not written, if it was not. Whoever closed the pipe knows that already.
std::optional<Error> flush(std::ostream& out, bool& reader_left) {
  errno = 0;
  out.flush();
  const int number = errno;
  reader_left = !out && number == EPIPE;
  if (out) return std::nullopt;
  const std::string why = number == 0 ? "" : fmt::format(": {}", std::generic_category().message(number));
  return with_hint(fail(Code::internal, "cannot write the result to standard output{}", why),
                   "what was asked for is done; only its result is not shown")
      .value();
}

void report(const Error& error, const General& general, const std::vector<std::string>& words, World& world) {
  if (general.output == OutputFormat::json || wants_json(words, world.environment)) {
    report_error_json(world.err, error);
  } else {
    report_error(world.err, error);
  }
}

}  // namespace

Error no_more_resources() {
  return with_hint(fail(Code::unavailable, "the system gives no more threads or memory"),
                   "raise the limit of processes or of memory (ulimit -u, ulimit -v, the container's limits)")
      .value();
}

int run(const Command& root, General& general, const std::vector<std::string>& words, World& world) {
  const Result<int> result = run_guarded(root, general, words, world);
  bool reader_left = false;
  const std::optional<Error> not_written = flush(world.out, reader_left);
  if (!result) {
    report(result.error(), general, words, world);
    return exit_code(result.error().code);
  }
  if (!not_written) return *result;
  // A result nobody could read is no success; a bad one keeps its own exit code.
  if (!reader_left) report(*not_written, general, words, world);
  return *result != 0 ? *result : exit_code(not_written->code);
}

}  // namespace holdfast::cli
