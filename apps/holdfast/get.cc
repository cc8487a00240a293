#include <fmt/ranges.h>

#include "commands.h"

#include "cli/resources/get_objects.h"
#include "cli/server_options.h"
#include "cli/setters.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::ServerFlags server;
  cli::TargetFlags target;
  bool managed_fields = false;
};

Result<int> get(cli::Session& session, const Flags& flags, const std::vector<std::string>& words) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const auto targets, cli::read_targets(words, flags.target, *client, session.world().stop));
  return cli::get_objects(session, *client, targets, flags.target, flags.managed_fields);
}

}  // namespace

cli::Command make_get() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "What to get", .options = {cli::namespace_option(flags->server)}};
  for (cli::Option& option : cli::selection_options(flags->target))
    group.options.push_back(std::move(option));
  group.options.push_back({.name = "show-managed-fields",
                           .help = "with -o json and yaml: also who owns which field",
                           .only_flag = true,
                           .set = cli::set_switch(flags->managed_fields)});
  return {.name = "get",
          .summary = "shows objects of the server",
          .description =
              "KIND is a plural, a singular or a short name, also with its group behind a dot; several with commas "
              "between them; or a category such as holdfast. Instead of KIND NAME there may be KIND/NAME, many "
              "times.\n\nTables are those of the server; -o wide shows all of their columns. -o json and yaml show the "
              "objects, -o name their names, -o jsonpath=TEMPLATE a part of them.",
          .positionals = cli::target_positionals(),
          .groups = {std::move(group), cli::connection_options(flags->server)},
          .examples = {{.explanation = "all schedules", .line = "holdfast get etcdbackupconfigs -A"},
                       {.explanation = "one, as YAML", .line = "holdfast get ecfg daily -n cluster-prod -o yaml"},
                       {.explanation = "the names of all clusters",
                        .line = "holdfast get clusters -o 'jsonpath={.items[*].metadata.name}'"}},
          .run =
              [flags](cli::Session& session, const std::vector<std::string>& words) {
                return doing(get(session, *flags, words), "get {}", fmt::join(words, " "));
              },
          .storage = flags};
}

}  // namespace holdfast::app
