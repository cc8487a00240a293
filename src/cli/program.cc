#include "cli/program.h"

#include <cerrno>
#include <exception>
#include <new>
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
  log::configure(general.log_level, general.log_json);
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

Status flush(std::ostream& out) {
  errno = 0;
  out.flush();
  if (out) return {};
  const std::string why = errno == 0 ? "" : fmt::format(": {}", std::generic_category().message(errno));
  return with_hint(fail(Code::internal, "cannot write the result to standard output{}", why),
                   "what was asked for is done; only its result is not shown");
}

}  // namespace

Error no_more_resources() {
  return with_hint(fail(Code::unavailable, "the system gives no more threads or memory"),
                   "raise the limit of processes or of memory (ulimit -u, ulimit -v, the container's limits)")
      .value();
}

int run(const Command& root, General& general, const std::vector<std::string>& words, World& world) {
  Result<int> result = run_guarded(root, general, words, world);
  const Status written = flush(world.out);
  // A result nobody could read is no success.
  if (result && !written && *result == 0) result = tl::unexpected<Error>(written.error());
  if (result) return *result;
  const bool json = general.output == OutputFormat::json || wants_json(words, world.environment);
  if (json) {
    report_error_json(world.err, result.error());
  } else {
    report_error(world.err, result.error());
  }
  return exit_code(result.error().code);
}

}  // namespace holdfast::cli
