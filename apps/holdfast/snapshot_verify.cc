#include "commands.h"

#include "cli/encryption_options.h"
#include "cli/setters.h"
#include "cli/snapshot_input.h"
#include "cli/verify_document.h"
#include "cli/verify_snapshot.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::VerifyFlags verify;
  cli::ReadFlags read;
  cli::DecryptFlags decryption;
  cli::S3Flags s3;
};

Result<int> verify(cli::Session& session, const Flags& flags, const std::string& text) {
  HF_ASSIGN(const repository::Place place, repository::parse_place(text));
  HF_ASSIGN(cli::SnapshotInput input, cli::find_snapshot(place, flags.s3, session));
  HF_ASSIGN(const cli::VerifyOutcome outcome,
            cli::verify_snapshot(input, flags.verify, flags.read, flags.decryption, session));
  const int code = outcome.ok ? 0 : exit_code(Code::corrupt);
  session.print(cli::verify_document(outcome), [&](std::ostream& out) { cli::print_verify(out, outcome); }, code);
  return code;
}

}  // namespace

cli::Command make_snapshot_verify() {
  auto flags = std::make_shared<Flags>();
  return {
      .name = "verify",
      .summary = "proves that a snapshot can be restored, by reading all of it",
      .description =
          "Checks every digest, every page and every record, and says what is wrong and where. The exit code is 5 when "
          "something is.\n\n"
          "A snapshot file is walked completely, with the history of each key. A compressed, encrypted or remote "
          "snapshot is checked while it streams by, without the histories; --deep takes it into a temporary file "
          "first and walks that.",
      .positionals = {{.name = "PLACE",
                       .help = "a stored snapshot, or any snapshot file",
                       .completes = cli::Completes::place}},
      .groups = {cli::verify_options(flags->verify), cli::read_options(flags->read),
                 cli::decrypt_options(flags->decryption), cli::s3_options(flags->s3)},
      .examples = {{.explanation = "a file", .line = "holdfast snapshot verify backup.db"},
                   {.explanation = "a snapshot in a bucket, down to each key's history",
                    .line = "holdfast snapshot verify s3://backups/prod/nightly -i key.txt --deep"}},
      .run = [flags](cli::Session& session, const std::vector<std::string>& arguments) {
        return doing(verify(session, *flags, arguments[0]), "verify {}", arguments[0]);
      }};
}

}  // namespace holdfast::app
