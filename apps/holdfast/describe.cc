#include <fmt/ranges.h>

#include "commands.h"

#include "cli/resources/describe_object.h"
#include "cli/resources/targets.h"
#include "cli/server_options.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::ServerFlags server;
  cli::TargetFlags target;
};

Result<int> describe(cli::Session& session, const Flags& flags, const std::vector<std::string>& words) {
  cli::World& world = session.world();
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const auto objects, cli::find_objects(words, flags.target, *client, world.stop));
  bool first = true;
  for (const client::Resource& resource : objects) {
    HF_ASSIGN(const json::Value object, client->get(resource, client::Form::object, world.stop));
    HF_ASSIGN(const json::Array events, cli::events_of(*client, resource, object, world.stop));
    session.print(cli::description_document(object, events), [&](std::ostream& out) {
      if (!first) out << "\n\n";
      cli::print_description(out, resource, object, events, world.clock.now());
    });
    first = false;
  }
  if (objects.empty()) world.err << "holdfast: nothing found\n";
  return 0;
}

}  // namespace

cli::Command make_describe() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "What to describe", .options = {cli::namespace_option(flags->server)}};
  for (cli::Option& option : cli::selection_options(flags->target))
    group.options.push_back(std::move(option));
  return {.name = "describe",
          .summary = "shows an object with its conditions and what happened to it",
          .positionals = cli::target_positionals(),
          .groups = {std::move(group), cli::connection_options(flags->server)},
          .examples = {{.explanation = "why a cluster is unprotected", .line = "holdfast describe cluster prod"},
                       {.explanation = "a schedule", .line = "holdfast describe ecfg/daily -n cluster-prod"}},
          .run =
              [flags](cli::Session& session, const std::vector<std::string>& words) {
                return doing(describe(session, *flags, words), "describe {}", fmt::join(words, " "));
              },
          .storage = flags};
}

}  // namespace holdfast::app
