#include "commands.h"

#include "cli/diff_document.h"
#include "cli/diff_snapshots.h"
#include "cli/encryption_options.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::DiffFlags diff;
  cli::ReadFlags read;
  cli::DecryptFlags decryption;
  cli::EtcdFlags etcd;
  cli::S3Flags s3;
};

Result<int> diff(cli::Session& session, const Flags& flags, const std::vector<std::string>& places) {
  const cli::DiffSources sources{.from = places[0],
                                 .to = places.size() > 1 ? places[1] : "",
                                 .read = flags.read,
                                 .decryption = flags.decryption,
                                 .s3 = flags.s3,
                                 .etcd = flags.etcd};
  HF_ASSIGN(const cli::DiffOutcome outcome, cli::diff_snapshots(sources, flags.diff, session));
  for (const std::string& warning : outcome.difference.warnings)
    session.warn(warning);
  session.print(cli::diff_document(outcome), [&](std::ostream& out) { cli::print_diff(out, outcome); });
  return 0;
}

}  // namespace

cli::Command make_snapshot_diff() {
  auto flags = std::make_shared<Flags>();
  return {
      .name = "diff",
      .summary = "says what a restore of a snapshot would take back",
      .description =
          "Compares the keys of a snapshot with those of the live cluster, or of another, later snapshot: which would "
          "vanish, come back or go back to what they were, by prefix and, for those of Kubernetes, by kind, namespace "
          "and name; leases and members as well. Nothing is changed anywhere, and values are never shown.\n\n"
          "Each snapshot is read once, from where it lies, with the same checks as by \"status\". The cluster is "
          "listed as it is at one moment; its values are read only when it may not be what became of the backup. "
          "The exit code is 0 whether they differ or not: \"differs\" in the document of -o json says it.",
      .positionals = {{.name = "FROM",
                       .help = "the snapshot that would be restored: a stored one, or any snapshot file",
                       .completes = cli::Completes::place},
                      {.name = "TO",
                       .help = "a later snapshot to compare it with; without it, the cluster at --endpoints",
                       .optional = true,
                       .completes = cli::Completes::place}},
      .groups = {cli::diff_options(flags->diff), cli::read_options(flags->read),
                 cli::decrypt_options(flags->decryption), cli::etcd_options(flags->etcd), cli::s3_options(flags->s3)},
      .examples = {{.explanation = "before a restore of the live cluster",
                    .line = "holdfast snapshot diff backup.db --endpoints https://10.0.0.1:2379 --cacert ca.crt --cert "
                            "c.crt --key c.key"},
                   {.explanation = "two stored snapshots",
                    .line = "holdfast snapshot diff s3://backups/prod/monday "
                            "s3://backups/prod/tuesday -i key.txt"},
                   {.explanation = "all names of what would vanish, for a script",
                    .line = "holdfast snapshot diff backup.db --limit 1000 -o json"}},
      .run = [flags](cli::Session& session, const std::vector<std::string>& arguments) {
        return doing(diff(session, *flags, arguments), "compare {}", arguments[0]);
      }};
}

}  // namespace holdfast::app
