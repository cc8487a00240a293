#include "commands.h"
#include "object_options.h"

#include "cli/resources/apply_files.h"
#include "cli/server_options.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::ServerFlags server;
  cli::ApplyFlags apply;
  std::vector<std::string> files;
};

Result<int> apply(cli::Session& session, Flags& flags) {
  if (flags.files.empty())
    return with_hint(fail(Code::usage, "nothing to apply is named"), "give -f FILE, -f DIRECTORY or -f -");
  HF_ASSIGN(const auto manifests, cli::read_manifest_files(flags.files, session.world().files));
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  flags.apply.name_space = flags.server.choice.name_space;
  return cli::apply_manifests(session, *client, manifests, flags.apply);
}

}  // namespace

cli::Command make_apply() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "What to apply", .options = {}};
  group.options.push_back(filename_option(flags->files));
  group.options.push_back(cli::namespace_option(flags->server));
  group.options.push_back(dry_run_option(flags->apply.dry_run));
  group.options.push_back({.name = "force-conflicts",
                           .help = "take over fields that somebody else has set",
                           .only_flag = true,
                           .set = cli::set_switch(flags->apply.force)});
  return {.name = "apply",
          .summary = "makes objects be as files say",
          .description =
              "Server-side apply: the server makes what is not there, sets the fields that are in the file, and takes "
              "away those that were in it the last time. Fields that others have set are left alone; when the file has "
              "another value for one, that is a conflict.\n\nEverything is read before anything is sent. A file may "
              "hold many objects: YAML documents, JSON texts, or lists.",
          .groups = {std::move(group), cli::connection_options(flags->server)},
          .examples = {{.explanation = "a file", .line = "holdfast apply -f backups.yaml"},
                       {.explanation = "what would become of it",
                        .line = "holdfast apply -f backups.yaml --dry-run=server"}},
          .run = [flags](cli::Session& session,
                         const std::vector<std::string>&) { return doing(apply(session, *flags), "apply"); },
          .storage = flags};
}

}  // namespace holdfast::app
