#include <algorithm>

#include "commands.h"

#include "cli/delete_snapshots.h"
#include "cli/setters.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::S3Flags s3;
  bool yes = false;
  bool force = false;
};

Result<int> remove(cli::Session& session, const Flags& flags, const std::vector<std::string>& places) {
  HF_ASSIGN(std::vector<cli::Doomed> doomed, cli::find_doomed(places, flags.force, flags.s3, session));
  if (!flags.yes) {
    HF_TRY(cli::confirm_deletion(doomed, session));
    HF_TRY(cli::check_unchanged(doomed, session));
  }
  cli::delete_all(doomed, session);
  const auto failed = std::ranges::find_if(doomed, [](const cli::Doomed& one) { return one.error.has_value(); });
  const int code = failed == doomed.end() ? 0 : exit_code(failed->error->code);
  session.print(cli::delete_document(doomed), [&](std::ostream& out) { cli::print_deleted(out, doomed); }, code);
  if (failed != doomed.end()) return tl::unexpected<Error>(*failed->error);
  return 0;
}

}  // namespace

cli::Command make_snapshot_delete() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "Safety", .options = {}};
  group.options.push_back({.name = "yes",
                           .letters = "y",
                           .help = "delete without asking",
                           .only_flag = true,
                           .set = cli::set_switch(flags->yes)});
  group.options.push_back({.name = "force",
                           .help = "delete also what is only called like a snapshot, and what a newer version wrote",
                           .only_flag = true,
                           .set = cli::set_switch(flags->force)});
  return {
      .name = "delete",
      .summary = "deletes stored snapshots",
      .description =
          "Looks all of them up first, asks once, then deletes each with its manifest and says what is gone. Nothing "
          "is deleted when one of them is not found, or is no snapshot: it must have a manifest of its own, or the "
          "name "
          "and the first bytes of a snapshot.",
      .positionals = {{.name = "PLACE",
                       .help = "stored snapshots; a name without suffixes is enough",
                       .repeatable = true,
                       .completes = cli::Completes::place}},
      .groups = {std::move(group), cli::s3_options(flags->s3)},
      .examples = {{.explanation = "two snapshots, after a question",
                    .line = "holdfast snapshot delete s3://backups/prod/monday s3://backups/prod/tuesday"},
                   {.explanation = "from a script", .line = "holdfast snapshot delete backup.db --yes"}},
      .run = [flags](cli::Session& session, const std::vector<std::string>& arguments) {
        return doing(remove(session, *flags, arguments), "delete {}",
                     arguments.size() == 1 ? arguments[0] : std::to_string(arguments.size()) + " snapshots");
      }};
}

}  // namespace holdfast::app
