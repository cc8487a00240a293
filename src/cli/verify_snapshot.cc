#include "cli/verify_snapshot.h"

#include "cli/save_options.h"
#include "cli/setters.h"
#include "pipeline/stoppable_file.h"
#include "repository/verify.h"

namespace holdfast::cli {
namespace {

using snapshot::Finding;
using snapshot::Severity;

bool has_error(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& finding) { return finding.severity == Severity::error; });
}

Result<VerifyOutcome> verify_file(SnapshotInput& input, const VerifyFlags& flags, const ReadFlags& read,
                                  Session& session) {
  const auto progress = session.progress();
  const snapshot::VerifyOptions options{.require_trailer = !flags.skip_hash_check,
                                        .max_findings = flags.max_findings,
                                        .on_progress = forward_progress(*progress, "verify")};
  pipeline::StoppableFile file(*input.file, session.world().stop);
  HF_ASSIGN(snapshot::VerifyReport report, snapshot::verify(file, options));
  VerifyOutcome outcome{.place = input.place_text(),
                        .ok = false,
                        .histories = true,
                        .with_manifest = input.entry.manifest.has_value() && !read.ignore_manifest,
                        .pages = report.status.facts,
                        .findings = std::move(report.findings),
                        .findings_dropped = report.findings_dropped};
  if (!read.ignore_manifest) {
    if (const Status agrees = check_against_manifest(input); !agrees) {
      if (agrees.error().code != Code::corrupt) return tl::unexpected<Error>(agrees.error());
      outcome.findings.push_back(
          {.severity = Severity::error, .check = "manifest", .where = input.entry.key, .what = agrees.error().message});
    }
  }
  outcome.ok = report.ok() && !has_error(outcome.findings);
  return outcome;
}

Result<VerifyOutcome> verify_stored(SnapshotInput& input, const VerifyFlags& flags, const ReadFlags& read,
                                    const DecryptFlags& decryption, Session& session) {
  World& world = session.world();
  const auto progress = session.progress();
  repository::VerifyStoredOptions options;
  HF_ASSIGN(options.open, open_options(read, decryption, session));
  if (flags.deep) options.deep_directory = temporary_directory(flags.spool_dir, world.environment);
  const repository::VerifyWorld verify_world{world.files, world.clock, *progress};
  HF_ASSIGN(repository::VerifyStoredReport report,
            repository::verify_stored(input.store.store(), input.entry, options, verify_world, world.stop));
  return VerifyOutcome{.place = input.place_text(),
                       .ok = report.ok(),
                       .histories = flags.deep,
                       .with_manifest = report.entry.manifest.has_value() && !read.ignore_manifest,
                       .pages = report.facts,
                       .findings = std::move(report.findings),
                       .findings_dropped = 0};
}

}  // namespace

OptionGroup verify_options(VerifyFlags& flags) {
  OptionGroup group{.title = "How to look", .options = {}};
  group.options.push_back({.name = "deep",
                           .help = "also the history of each key of a snapshot that is no plain file, by way of a "
                                   "temporary file",
                           .set = set_switch(flags.deep)});
  group.options.push_back({.name = "spool-dir",
                           .value_name = "DIR",
                           .help = "for that temporary file",
                           .default_text = "TMPDIR, else /var/tmp",
                           .completes = Completes::directory,
                           .set = set_text(flags.spool_dir)});
  group.options.push_back({.name = "skip-hash-check",
                           .help = "accept a file without SHA-256, such as a copy of a member's database",
                           .only_flag = true,
                           .set = set_switch(flags.skip_hash_check)});
  group.options.push_back({.name = "max-findings",
                           .value_name = "N",
                           .help = "findings to show; more are counted only",
                           .default_text = "100",
                           .set = set_number<std::size_t>(flags.max_findings, 1, 1'000'000)});
  return group;
}

Result<VerifyOutcome> verify_snapshot(SnapshotInput& input, const VerifyFlags& flags, const ReadFlags& read,
                                      const DecryptFlags& decryption, Session& session) {
  return input.file ? verify_file(input, flags, read, session) : verify_stored(input, flags, read, decryption, session);
}

}  // namespace holdfast::cli
