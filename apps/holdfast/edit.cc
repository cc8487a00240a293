#include <fmt/ranges.h>

#include "commands.h"

#include "cli/resources/edit_object.h"
#include "cli/resources/targets.h"
#include "cli/server_options.h"

namespace holdfast::app {
namespace {

Result<int> edit(cli::Session& session, const cli::ServerFlags& flags, const std::vector<std::string>& words) {
  HF_ASSIGN(const auto client, cli::open_client(flags, session));
  HF_ASSIGN(const auto objects, cli::find_objects(words, {}, *client, session.world().stop));
  if (objects.size() != 1) return fail(Code::usage, "one object can be edited at a time");
  return cli::edit_object(session, *client, objects.front());
}

}  // namespace

cli::Command make_edit() {
  auto flags = std::make_shared<cli::ServerFlags>();
  cli::OptionGroup group{.title = "What to edit", .options = {cli::namespace_option(*flags)}};
  return {.name = "edit",
          .summary = "opens an object in an editor",
          .description =
              "The editor is KUBE_EDITOR, else EDITOR, else vi. What the server does not accept is opened again with "
              "its answer at the top; leave it as it is to give up.",
          .positionals = cli::target_positionals(),
          .groups = {std::move(group), cli::connection_options(*flags)},
          .examples = {{.explanation = "a schedule", .line = "holdfast edit ecfg daily -n cluster-prod"}},
          .run =
              [flags](cli::Session& session, const std::vector<std::string>& words) {
                return doing(edit(session, *flags, words), "edit {}", fmt::join(words, " "));
              },
          .storage = flags};
}

}  // namespace holdfast::app
