#include "snapshot/verify.h"

#include <algorithm>
#include <optional>

#include "snapshot/database_checker.h"
#include "snapshot/findings.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/trailer_hash.h"

namespace holdfast::snapshot {
namespace {

class Verifier {
 public:
  Verifier(os::File& file, const VerifyOptions& options)
      : file_(file), options_(options), findings_(options.max_findings) {}

  Result<VerifyReport> run() {
    HF_ASSIGN(const std::uint64_t size, file_.size());
    report_.status.has_trailer = has_trailer(size);
    if (!report_.status.has_trailer) report_missing_trailer();
    auto layout = read_snapshot_file(file_);
    if (layout) {
      HF_TRY(check_file(*layout));
    } else if (layout.error().code == Code::corrupt) {
      findings_.error("meta", "", "{}", layout.error().message);
    } else {
      return tl::unexpected<Error>(std::move(layout).error());
    }
    report_.findings_dropped = findings_.dropped();
    report_.findings = findings_.take();
    return std::move(report_);
  }

 private:
  void report_missing_trailer() {
    constexpr std::string_view kMissing = "the file has no SHA-256 at its end: it is a bare database, or was cut off";
    if (options_.require_trailer) {
      findings_.error("trailer", "", "{}", kMissing);
    } else {
      findings_.note("trailer", "", "{}", kMissing);
    }
  }

  Status check_file(const SnapshotFile& layout) {
    check_metas(layout);
    check_length(layout);
    // Two threads look at the same bytes: one for the digest, one at the pages. Progress is what both have done.
    total_ = layout.database_size + (layout.trailer ? layout.data_size : 0);
    std::optional<TrailerHash> hash;
    if (layout.trailer) hash.emplace(file_, layout.data_size);
    if (layout.complete()) HF_TRY(check_pages(layout, hash ? &*hash : nullptr));
    if (hash) {
      while (hash->wait_beyond(hash->done()))
        report_progress(hash->done());
      HF_ASSIGN(const Sha256Digest digest, hash->finish());
      HF_TRY(check_trailer(layout, digest));
    }
    if (options_.on_progress) options_.on_progress(total_, total_);
    return {};
  }

  // A snapshot has two good ones. A database that was copied while its server stopped in the middle may have one.
  void check_metas(const SnapshotFile& layout) {
    if (layout.chosen.both_valid) return;
    if (layout.trailer) {
      findings_.error("meta", "", "one of the two meta pages is damaged: {}", layout.chosen.other_error);
    } else {
      findings_.warning("meta", "", "one of the two meta pages is damaged: {}", layout.chosen.other_error);
    }
  }

  void check_length(const SnapshotFile& layout) {
    if (!layout.complete()) {
      findings_.error("length", "", "the file is cut off: its database has {} bytes, {} are there",
                      layout.database_size, layout.data_size);
    } else if (layout.data_size % layout.chosen.meta.page_size != 0) {
      findings_.error("length", "", "its {} bytes are no multiple of the page size {}", layout.data_size,
                      layout.chosen.meta.page_size);
    } else if (layout.trailer && layout.data_size != layout.database_size) {
      findings_.warning("length", "", "{} bytes lie between the database and the trailer",
                        layout.data_size - layout.database_size);
    }
  }

  Status check_pages(const SnapshotFile& layout, TrailerHash* hash) {
    const std::size_t page_size = layout.chosen.meta.page_size;
    DatabaseChecker checker(file_, layout, findings_, options_.memory_limit, [&](std::uint64_t pages) {
      walked_ += pages * page_size;
      report_progress(hash != nullptr ? hash->done() : 0);
    });
    HF_ASSIGN(report_.status.facts, checker.run());
    report_.status.live_keys = report_.status.facts.live_keys.value_or(0);
    walked_ = layout.database_size;
    return {};
  }

  Status check_trailer(const SnapshotFile& layout, const Sha256Digest& digest) {
    HF_ASSIGN(const Sha256Digest trailer, read_trailer(file_, layout));
    report_.status.trailer_matches = digest == trailer;
    if (!report_.status.trailer_matches) {
      findings_.error("trailer", "", "the SHA-256 of the database is {}, its trailer says {}", to_hex(digest),
                      to_hex(trailer));
    }
    return {};
  }

  void report_progress(std::uint64_t hashed) {
    constexpr std::uint64_t kStep = 4 * kMiB;
    const std::uint64_t done = std::min(walked_ + hashed, total_);
    if (!options_.on_progress || done < reported_ + kStep) return;
    reported_ = done;
    options_.on_progress(done, total_);
  }

  os::File& file_;
  const VerifyOptions& options_;
  Findings findings_;
  VerifyReport report_;
  std::uint64_t walked_ = 0;
  std::uint64_t reported_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace

bool VerifyReport::ok() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.severity == Severity::error; });
}

Result<VerifyReport> verify(os::File& file, const VerifyOptions& options) {
  return Verifier(file, options).run();
}

}  // namespace holdfast::snapshot
