#include <fmt/ranges.h>

#include "commands.h"
#include "object_options.h"

#include "cli/resources/object_output.h"
#include "cli/resources/targets.h"
#include "cli/resources/wait_for.h"
#include "cli/server_options.h"

namespace holdfast::app {
namespace {

constexpr Duration kUsualLimit = std::chrono::seconds(30);

struct Flags {
  cli::ServerFlags server;
  cli::TargetFlags target;
  std::string awaited;
  std::optional<Duration> limit = kUsualLimit;
};

Result<int> wait(cli::Session& session, const Flags& flags, const std::vector<std::string>& words) {
  cli::World& world = session.world();
  if (flags.awaited.empty())
    return with_hint(fail(Code::usage, "what to wait for is not said"), "give --for=condition=Ready, for example");
  HF_ASSIGN(const cli::Awaited awaited, cli::Awaited::parse(flags.awaited));
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const auto objects, cli::find_objects(words, flags.target, *client, world.stop));
  if (objects.empty() && !awaited.deletion())
    return with_hint(fail(Code::not_found, "there is nothing to wait for"), "check the selector");
  const os::SteadyTime begin = world.clock.steady();
  for (const client::Resource& object : objects) {
    const Duration spent = world.clock.steady() - begin;
    HF_TRY(cli::wait_for(session, *client, object, awaited, std::max(Duration{0}, *flags.limit - spent)));
    cli::print_outcomes(session, {{.resource = object, .object = nullptr, .done = "condition met"}});
  }
  return 0;
}

}  // namespace

cli::Command make_wait() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "What to wait for", .options = {cli::namespace_option(flags->server)}};
  for (cli::Option& option : cli::selection_options(flags->target))
    group.options.push_back(std::move(option));
  group.options.push_back({.name = "for",
                           .value_name = "WHAT",
                           .help = "condition=TYPE, condition=TYPE=VALUE, delete, jsonpath=PATH or jsonpath=PATH=VALUE",
                           .only_flag = true,
                           .set = cli::set_text(flags->awaited)});
  group.options.push_back(timeout_option(flags->limit, "how long to wait for all of them", "30s"));
  return {.name = "wait",
          .summary = "waits until objects are as they should be",
          .description = "Ends with exit code 6 when the time is over, and with 3 when an object is not there.",
          .positionals = cli::target_positionals(),
          .groups = {std::move(group), cli::connection_options(flags->server)},
          .examples = {{.explanation = "until a cluster has a good backup",
                        .line = "holdfast wait cluster prod --for=condition=Protected --timeout=10m"},
                       {.explanation = "until a schedule is gone",
                        .line = "holdfast wait ecfg/daily -n cluster-prod --for=delete"}},
          .run =
              [flags](cli::Session& session, const std::vector<std::string>& words) {
                return doing(wait(session, *flags, words), "wait for {}", fmt::join(words, " "));
              },
          .storage = flags};
}

}  // namespace holdfast::app
