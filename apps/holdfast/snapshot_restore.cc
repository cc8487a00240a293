#include "commands.h"

#include "cli/encryption_options.h"
#include "cli/restore_directories.h"
#include "cli/restore_document.h"
#include "cli/restore_options.h"
#include "cli/setters.h"
#include "cli/snapshot_input.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::RestoreFlags restore;
  cli::ReadFlags read;
  cli::DecryptFlags decryption;
  cli::S3Flags s3;
};

// What cannot even be decompressed is past --allow-damage.
Error advised(Error error) {
  if (error.code == Code::corrupt && error.hint.empty())
    error.hint =
        "restore another snapshot (holdfast snapshot list shows them); holdfast snapshot verify says what is wrong "
        "with it";
  return error;
}

Result<int> restore(cli::Session& session, const Flags& flags, const std::string& text) {
  cli::World& world = session.world();
  HF_ASSIGN(snapshot::RestoreOptions options, cli::restore_options(flags.restore));
  HF_TRY(cli::settle_directories(options.targets));
  HF_ASSIGN(const repository::Place place, repository::parse_place(text));
  HF_ASSIGN(cli::SnapshotInput input, cli::find_snapshot(place, flags.s3, session));
  HF_ASSIGN(const auto opened, cli::open_for_restore(input, flags.read, flags.decryption, session));

  auto progress = session.progress();
  options.stop = world.stop;
  options.on_progress = cli::forward_progress(*progress, "restore");
  auto restored = snapshot::restore(opened.input, options, world.files, world.random);
  if (!restored) return tl::unexpected(advised(std::move(restored).error()));
  snapshot::RestoreReport report = std::move(*restored);
  progress.reset();
  for (const std::string& warning : report.warnings)
    session.warn(warning);
  const cli::RestoreOutcome outcome{
      .place = input.place_text(), .report = std::move(report), .membership = options.membership};
  session.print(cli::restore_document(outcome), [&](std::ostream& out) { cli::print_restore(out, outcome); });
  return 0;
}

}  // namespace

cli::Command make_snapshot_restore() {
  auto flags = std::make_shared<Flags>();
  return {
      .name = "restore",
      .summary = "turns a snapshot into data directories that etcd starts from",
      .description =
          "Reads the snapshot from where it lies, through decryption and decompression, straight into the new "
          "directory, "
          "checking it on the way. A directory is there complete or not at all, and one that is not empty is refused. "
          "The "
          "names and meanings of the flags are those of etcdutl.\n\n"
          "With --member several members' directories are made from one pass, for clusters whose members share a "
          "machine "
          "or get their directories from it.",
      .positionals = {{.name = "PLACE",
                       .help = "a stored snapshot, or any snapshot file",
                       .completes = cli::Completes::place}},
      .groups = {cli::restore_flag_options(flags->restore), cli::read_options(flags->read),
                 cli::decrypt_options(flags->decryption), cli::s3_options(flags->s3)},
      .examples =
          {{.explanation = "one member, as etcdutl does it",
            .line = "holdfast snapshot restore backup.db --name m1 --data-dir /var/lib/etcd --initial-cluster "
                    "m1=https://10.0.0.1:2380 --initial-advertise-peer-urls https://10.0.0.1:2380"},
           {.explanation = "from a bucket, encrypted, with revisions that no client has seen yet",
            .line =
                "holdfast snapshot restore s3://backups/prod/nightly -i key.txt --data-dir new.etcd --bump-revision "
                "1000000000 --mark-compacted"},
           {.explanation = "all members at once",
            .line =
                "holdfast snapshot restore backup.db --initial-cluster m1=http://10.0.0.1:2380,m2=http://10.0.0.2:2380 "
                "--member m1=/restore/m1 --member m2=/restore/m2"}},
      .run = [flags](cli::Session& session, const std::vector<std::string>& arguments) {
        return doing(restore(session, *flags, arguments[0]), "restore {}", arguments[0]);
      }};
}

}  // namespace holdfast::app
