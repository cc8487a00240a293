#include "commands.h"

#include "cli/entry_document.h"
#include "cli/open_place.h"
#include "cli/setters.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::S3Flags s3;
  repository::ListOptions list;
};

Result<int> list(cli::Session& session, const Flags& flags, const std::string& text) {
  cli::World& world = session.world();
  HF_ASSIGN(const repository::Place place, repository::parse_place(text));
  HF_ASSIGN(const repository::Place folder, cli::as_folder(place, world.files, false));
  HF_ASSIGN(cli::OpenStore open, cli::OpenStore::open(folder, flags.s3, session));
  repository::Repository repository(open.store());
  HF_ASSIGN(const auto entries, repository.list(folder.key, flags.list, world.stop));
  session.print(cli::list_document(folder, entries),
                [&](std::ostream& out) { cli::print_list(out, folder, entries, world.clock.now()); });
  return 0;
}

cli::OptionGroup list_options(Flags& flags) {
  cli::OptionGroup group{.title = "What to list", .options = {}};
  group.options.push_back({.name = "all",
                           .letters = "a",
                           .help = "also snapshots without a manifest, such as other tools write",
                           .set = cli::set_switch(flags.list.include_foreign)});
  group.options.push_back({.name = "cluster",
                           .value_name = "NAME",
                           .help = "only snapshots of this cluster",
                           .not_from_settings = true,
                           .set = cli::set_text(flags.list.cluster)});
  return group;
}

}  // namespace

cli::Command make_snapshot_list() {
  auto flags = std::make_shared<Flags>();
  return {.name = "list",
          .summary = "lists the snapshots in a folder",
          .description =
              "Lists every snapshot in the folder and the folders below it, oldest first, from the manifests that lie "
              "beside them.",
          .positionals = {{.name = "PLACE",
                           .help = "directory, or s3://bucket/prefix",
                           .completes = cli::Completes::place}},
          .groups = {list_options(*flags), cli::s3_options(flags->s3)},
          .examples = {{.explanation = "everything in a bucket", .line = "holdfast snapshot list s3://backups"},
                       {.explanation = "one cluster's, for a program",
                        .line = "holdfast snapshot list s3://backups --cluster prod -o json"},
                       {.explanation = "files that etcdctl wrote too",
                        .line = "holdfast snapshot list /var/backups --all"}},
          .run = [flags](cli::Session& session, const std::vector<std::string>& arguments) {
            return doing(list(session, *flags, arguments[0]), "list the snapshots in {}", arguments[0]);
          }};
}

}  // namespace holdfast::app
