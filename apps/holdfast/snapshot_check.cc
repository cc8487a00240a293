#include "commands.h"

#include "cli/check_document.h"
#include "cli/open_place.h"
#include "repository/leftovers.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::S3Flags s3;
};

Result<int> check(cli::Session& session, const Flags& flags, const std::string& text) {
  cli::World& world = session.world();
  HF_ASSIGN(const repository::Place place, repository::parse_place(text));
  HF_ASSIGN(const repository::Place folder, cli::as_folder(place, world.files, true));
  HF_ASSIGN(cli::OpenStore open, cli::OpenStore::open(folder, flags.s3, session));
  cli::CheckResult result{.place = folder.to_string(), .left_behind = {}, .report = {}, .aborted_uploads = {}};
  result.report = objectstore::check_store(open.store(), folder.key, world.random, world.clock, world.stop);
  if (world.stop.stop_requested()) return fail(Code::cancelled, "interrupted");
  if (!result.report.left_behind.empty()) {
    repository::Place probe = folder;
    probe.key = result.report.left_behind;
    result.left_behind = probe.to_string();
  }
  if (repository::can_have_leftovers(open.store())) {
    cli::add_leftovers(result, repository::clear_leftovers(open.store(), folder.key, world.stop));
  }
  const int code = result.report.usable() ? 0 : exit_code(Code::refused);
  session.print(cli::check_document(result), [&](std::ostream& out) { cli::print_check(out, result); }, code);
  return code;
}

}  // namespace

cli::Command make_snapshot_check() {
  auto flags = std::make_shared<Flags>();
  return {
      .name = "check",
      .summary = "checks that snapshots can be stored in a folder",
      .description =
          "Writes a small probe object, reads, lists and deletes it, and says which right is missing. The exit code "
          "is 4 when the folder cannot be used. In a bucket, unfinished uploads that killed saves left in the folder "
          "more than three days ago are cleared away.",
      .positionals = {{.name = "PLACE",
                       .help = "directory, or s3://bucket/prefix",
                       .completes = cli::Completes::place}},
      .groups = {cli::s3_options(flags->s3)},
      .examples = {{.explanation = "a bucket on a server of one's own",
                    .line = "holdfast snapshot check s3://backups/prod --s3-endpoint https://s3.example.com"},
                   {.explanation = "a directory", .line = "holdfast snapshot check /var/backups"}},
      .run = [flags](cli::Session& session, const std::vector<std::string>& arguments) {
        return doing(check(session, *flags, arguments[0]), "check {}", arguments[0]);
      }};
}

}  // namespace holdfast::app
