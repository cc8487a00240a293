#include "repository/verify.h"

#include <algorithm>

#include "pipeline/stoppable_file.h"
#include "pipeline/thread_source.h"
#include "repository/hash_sink.h"
#include "repository/staging.h"
#include "repository/trailer_splitter.h"

namespace holdfast::repository {
namespace {

using snapshot::Finding;
using snapshot::Severity;

constexpr std::size_t kChunkSize = kMiB;
constexpr std::size_t kChunksAhead = 4;

// Scans the pages and hashes them at the same time.
class ProvingSink final : public ByteSink {
 public:
  ProvingSink() : hashing_(pipeline::make_write_behind(hash_, kChunkSize, kChunksAhead)) {}

  Status write(ByteView bytes) override {
    HF_TRY(hashing_->write(bytes));
    return scanner_.write(bytes);
  }
  Status finish() override {
    HF_TRY(hashing_->finish());
    HF_ASSIGN(facts_, scanner_.finish());
    return {};
  }
  const snapshot::PageFacts& facts() const { return facts_; }
  const Sha256Digest& digest() const { return hash_.digest(); }

 private:
  HashSink hash_;
  snapshot::PageScanner scanner_;
  snapshot::PageFacts facts_;
  std::unique_ptr<ByteSink> hashing_;  // last: its thread uses hash_
};

class Verifier {
 public:
  Verifier(const VerifyStoredOptions& options, os::FileSystem& files, pipeline::Progress& progress,
           VerifyStoredReport& report, const std::stop_token& stop)
      : options_(options), files_(files), progress_(progress), report_(report), stop_(stop) {}

  Status run(SnapshotSource& source) { return options_.deep_directory.empty() ? stream(source) : deep(source); }

 private:
  void add(Severity severity, std::string check, std::string what) {
    report_.findings.push_back(
        {.severity = severity, .check = std::move(check), .where = report_.entry.key, .what = std::move(what)});
  }

  // Moves everything to `sink`, showing progress.
  Status copy(SnapshotSource& source, ByteSink& sink) {
    Bytes buffer(kChunkSize);
    std::uint64_t done = 0;
    const std::uint64_t total = source.size_hint();
    while (true) {
      HF_ASSIGN(const std::size_t count, source.read(buffer));
      if (count == 0) return sink.finish();
      done += count;
      progress_.update({.phase = "verify", .done = done, .total = total == 0 ? std::nullopt : std::optional(total)});
      HF_TRY(sink.write(ByteView(buffer).first(count)));
    }
  }

  Status stream(SnapshotSource& source) {
    ProvingSink proving;
    TrailerSplitter splitter(proving);
    HF_TRY(copy(source, splitter));
    report_.facts = proving.facts();
    if (const Status good = snapshot::check_snapshot_facts(report_.facts); !good) {
      add(Severity::error, "content", good.error().message);
    }
    if (splitter.trailer().empty()) {
      add(Severity::error, "trailer", "the snapshot has no SHA-256 trailer: it is a bare database file or was cut off");
    } else if (!std::equal(splitter.trailer().begin(), splitter.trailer().end(), proving.digest().begin())) {
      add(Severity::error, "trailer", "the SHA-256 of the database does not match the snapshot's trailer");
    }
    return {};
  }

  Status deep(SnapshotSource& source) {
    HF_ASSIGN(const auto file, files_.open_anonymous(options_.deep_directory));
    HF_TRY(check_staging_space(files_, options_.deep_directory, source.size_hint()));
    StagingSink sink(*file, options_.deep_directory, files_);
    HF_TRY(copy(source, sink));
    snapshot::VerifyOptions options;
    pipeline::StoppableFile stoppable(*file, stop_);
    HF_ASSIGN(auto walked, snapshot::verify(stoppable, options));
    report_.facts = walked.status.facts;
    report_.findings.insert(report_.findings.end(), walked.findings.begin(), walked.findings.end());
    return {};
  }

  const VerifyStoredOptions& options_;
  os::FileSystem& files_;
  pipeline::Progress& progress_;
  VerifyStoredReport& report_;
  const std::stop_token& stop_;
};

// What the manifest says of the content, held against what the pages said.
void compare_with_manifest(VerifyStoredReport& report) {
  if (!report.entry.manifest) return;
  const SnapshotFacts& expected = report.entry.manifest->snapshot;
  const auto differs = [&](const char* field, auto found, auto said) {
    if (found == said) return;
    report.findings.push_back({.severity = Severity::error,
                               .check = "manifest",
                               .where = report.entry.key,
                               .what = fmt::format("{} is {}, the manifest says {}", field, found, said)});
  };
  differs("hash", report.facts.hash, expected.hash);
  differs("revision", report.facts.revision, expected.revision);
  differs("totalKey", report.facts.total_items, expected.total_key);
  differs("totalSize", report.facts.total_size, expected.total_size);
}

// Damage found on the way is a finding; everything else stays an error.
Status as_finding(Status status, VerifyStoredReport& report) {
  if (status || status.error().code != Code::corrupt) return status;
  report.findings.push_back(
      {.severity = Severity::error, .check = "content", .where = report.entry.key, .what = status.error().to_string()});
  return {};
}

}  // namespace

bool VerifyStoredReport::ok() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.severity == Severity::error; });
}

Result<VerifyStoredReport> verify_stored(objectstore::ObjectStore& store, const Entry& entry,
                                         const VerifyStoredOptions& options, const VerifyWorld& world,
                                         const std::stop_token& stop) {
  VerifyStoredReport report;
  report.entry = entry;
  const bool judged = entry.state != EntryState::ok && entry.state != EntryState::foreign;
  if (judged && !options.open.ignore_manifest) {
    if (entry.state != EntryState::damaged) HF_TRY(check_manifest_state(entry));
    report.findings.push_back(
        {.severity = Severity::error, .check = "manifest", .where = entry.key, .what = entry.problem});
    return report;
  }
  auto source = open_snapshot(store, entry, options.open, world.clock, stop);
  if (!source) {
    HF_TRY(as_finding(tl::unexpected(std::move(source).error()), report));
    return report;
  }
  Verifier verifier(options, world.files, world.progress, report, stop);
  HF_TRY(as_finding(verifier.run(**source), report));
  if (report.ok() && !options.open.ignore_manifest) compare_with_manifest(report);
  return report;
}

}  // namespace holdfast::repository
