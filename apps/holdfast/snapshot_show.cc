#include "commands.h"

#include "cli/entry_document.h"
#include "cli/find_entry.h"
#include "cli/open_place.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::S3Flags s3;
};

Result<int> show(cli::Session& session, const Flags& flags, const std::string& text) {
  cli::World& world = session.world();
  HF_ASSIGN(const repository::Place place, repository::parse_place(text));
  HF_TRY(cli::check_names_object(place, world.files));
  HF_ASSIGN(cli::OpenStore open, cli::OpenStore::open(place, flags.s3, session));
  HF_ASSIGN(const repository::Entry entry, cli::find_entry(open.store(), place.key, world.stop));
  // The manifest was written before the store had its say; an object that is missing is no reason to show nothing.
  const auto object = open.store().head(entry.key, world.stop);
  if (!object && object.error().code == Code::cancelled) return tl::unexpected<Error>(object.error());
  const objectstore::ObjectInfo info = object ? *object : objectstore::ObjectInfo{};
  session.print(cli::show_document(place, entry, info),
                [&](std::ostream& out) { cli::print_entry(out, place, entry, info); });
  return 0;
}

}  // namespace

cli::Command make_snapshot_show() {
  auto flags = std::make_shared<Flags>();
  return {.name = "show",
          .summary = "shows everything a snapshot's manifest says",
          .description =
              "Reads the manifest beside the snapshot, not the snapshot itself: for that there are status and verify.",
          .positionals = {{.name = "PLACE",
                           .help = "a stored snapshot; its name without suffixes is enough",
                           .completes = cli::Completes::place}},
          .groups = {cli::s3_options(flags->s3)},
          .examples = {{.explanation = "one snapshot in a bucket",
                        .line = "holdfast snapshot show s3://backups/prod/nightly"},
                       {.explanation = "as YAML", .line = "holdfast snapshot show backup.db -o yaml"}},
          .run = [flags](cli::Session& session, const std::vector<std::string>& arguments) {
            return doing(show(session, *flags, arguments[0]), "show {}", arguments[0]);
          }};
}

}  // namespace holdfast::app
