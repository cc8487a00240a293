#include "commands.h"

#include "cli/encryption_options.h"
#include "cli/setters.h"
#include "cli/snapshot_input.h"
#include "cli/status_document.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::ReadFlags read;
  cli::DecryptFlags decryption;
  cli::S3Flags s3;
  bool check_trailer = false;
};

cli::OptionGroup status_options(Flags& flags) {
  return {.title = "Status",
          .options = {{.name = "check-trailer",
                       .help = "compare the SHA-256 behind the database of a plain file as well (verify always does)",
                       .set = cli::set_switch(flags.check_trailer)}}};
}

Result<int> status(cli::Session& session, const Flags& flags, const std::string& text) {
  HF_ASSIGN(const repository::Place place, repository::parse_place(text));
  HF_ASSIGN(cli::SnapshotInput input, cli::find_snapshot(place, flags.s3, session));
  HF_ASSIGN(const cli::StatusFacts facts,
            cli::read_status(input, flags.read, flags.decryption, flags.check_trailer, session));
  session.print(cli::status_document(facts),
                [&](std::ostream& out) { cli::print_status(out, facts, session.output()); });
  return 0;
}

}  // namespace

cli::Command make_snapshot_status() {
  auto flags = std::make_shared<Flags>();
  return {
      .name = "status",
      .summary = "shows hash, revision, keys and size of a snapshot",
      .description =
          "Prints the same hash, revision, number of keys and size as etcdutl. etcdutl 3.4 and 3.5 count the items of "
          "all buckets as keys (totalKey), 3.6 counts the keys that exist (liveKeys); both are given. The snapshot is "
          "read, not only its manifest, and never written to. With -w simple and -w fields the output is etcdutl's.",
      .positionals = {{.name = "PLACE",
                       .help = "a snapshot file, a database file of etcd, or a stored snapshot",
                       .completes = cli::Completes::place}},
      .groups = {status_options(*flags), cli::read_options(flags->read), cli::decrypt_options(flags->decryption),
                 cli::s3_options(flags->s3)},
      .examples = {{.explanation = "a file", .line = "holdfast snapshot status backup.db"},
                   {.explanation = "as etcdutl prints it", .line = "holdfast snapshot status backup.db -w json"},
                   {.explanation = "an encrypted one in a bucket",
                    .line = "holdfast snapshot status s3://backups/prod/nightly -i key.txt"}},
      .run = [flags](cli::Session& session, const std::vector<std::string>& arguments) {
        return doing(status(session, *flags, arguments[0]), "read the status of {}", arguments[0]);
      }};
}

}  // namespace holdfast::app
