#include <fmt/ranges.h>

#include "commands.h"
#include "object_options.h"

#include "cli/resources/apply_files.h"
#include "cli/resources/delete_objects.h"
#include "cli/resources/targets.h"
#include "cli/server_options.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::ServerFlags server;
  cli::TargetFlags target;
  cli::DeleteFlags remove;
  std::vector<std::string> files;
  bool no_wait = false;
};

Result<std::vector<client::Resource>> find(const Flags& flags, const std::vector<std::string>& words,
                                           client::ApiClient& client, cli::World& world) {
  if (flags.files.empty()) {
    if (words.empty())
      return with_hint(fail(Code::usage, "nothing to delete is named"), "give KIND NAME, KIND -l LABELS, or -f FILE");
    return cli::find_objects(words, flags.target, client, world.stop);
  }
  if (!words.empty()) return fail(Code::usage, "give either names or -f");
  HF_ASSIGN(const auto manifests, cli::read_manifest_files(flags.files, world.files));
  std::vector<client::Resource> objects;
  for (const client::Manifest& manifest : manifests) {
    HF_ASSIGN(objects.emplace_back(),
              cli::resource_of(manifest.object, flags.server.choice.name_space, client, world.stop));
  }
  return objects;
}

Result<int> remove(cli::Session& session, Flags& flags, const std::vector<std::string>& words) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const auto objects, find(flags, words, *client, session.world()));
  flags.remove.wait = !flags.no_wait;
  return cli::delete_objects(session, *client, objects, flags.remove);
}

}  // namespace

cli::Command make_delete() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "What to delete", .options = {cli::namespace_option(flags->server)}};
  for (cli::Option& option : cli::selection_options(flags->target))
    group.options.push_back(std::move(option));
  group.options.push_back(filename_option(flags->files));
  group.options.push_back(yes_option(flags->remove.yes));
  group.options.push_back(dry_run_option(flags->remove.dry_run));
  group.options.push_back({.name = "no-wait",
                           .help = "come back when the deletion was asked for, not when it is done",
                           .only_flag = true,
                           .set = cli::set_switch(flags->no_wait)});
  group.options.push_back(timeout_option(flags->remove.limit, "how long to wait until each is gone", "for ever"));
  auto positionals = cli::target_positionals();
  positionals.front().optional = true;
  return {
      .name = "delete",
      .summary = "deletes objects of the server",
      .description =
          "Looks all of them up first, asks once, deletes each and waits until it is gone. Nothing is deleted when "
          "one of them is not there.",
      .positionals = std::move(positionals),
      .groups = {std::move(group), cli::connection_options(flags->server)},
      .examples = {{.explanation = "a schedule, after a question",
                    .line = "holdfast delete ecfg daily -n cluster-prod"},
                   {.explanation = "what a file made, from a script", .line = "holdfast delete -f backups.yaml --yes"}},
      .run =
          [flags](cli::Session& session, const std::vector<std::string>& words) {
            return doing(remove(session, *flags, words), "delete {}", fmt::join(words, " "));
          },
      .storage = flags};
}

}  // namespace holdfast::app
