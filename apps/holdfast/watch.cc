#include <fmt/ranges.h>

#include "commands.h"

#include "cli/resources/watch_objects.h"
#include "cli/server_options.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::ServerFlags server;
  cli::TargetFlags target;
};

Result<int> watch(cli::Session& session, const Flags& flags, const std::vector<std::string>& words) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const auto targets, cli::read_targets(words, flags.target, *client, session.world().stop));
  if (targets.size() != 1) return fail(Code::usage, "one kind, or one object, can be watched at a time");
  const Status watched = cli::watch_objects(session, *client, targets.front(), flags.target);
  // That is how everybody ends a watch: nothing is wrong.
  if (!watched && watched.error().code == Code::cancelled && session.world().stop.stop_requested())
    return exit_code(Code::cancelled);
  HF_TRY(watched);
  return 0;
}

}  // namespace

cli::Command make_watch() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "What to watch", .options = {cli::namespace_option(flags->server)}};
  for (cli::Option& option : cli::selection_options(flags->target))
    group.options.push_back(std::move(option));
  return {.name = "watch",
          .summary = "shows objects, and every change of them",
          .description =
              "Shows what is there, then a line for every change, until it is interrupted. Goes on by itself when the "
              "connection breaks or the server is started again; what has changed meanwhile is shown then.\n\n-o json "
              "writes an object {\"type\", \"object\"} a line.",
          .positionals = cli::target_positionals(),
          .groups = {std::move(group), cli::connection_options(flags->server)},
          .examples = {{.explanation = "backups as they come and go", .line = "holdfast watch backups -A"},
                       {.explanation = "one schedule, for a program",
                        .line = "holdfast watch ecfg daily -n cluster-prod -o json"}},
          .run =
              [flags](cli::Session& session, const std::vector<std::string>& words) {
                return doing(watch(session, *flags, words), "watch {}", fmt::join(words, " "));
              },
          .storage = flags};
}

}  // namespace holdfast::app
