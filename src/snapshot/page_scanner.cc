#include "snapshot/page_scanner.h"

#include <algorithm>

#include "snapshot/bolt_file.h"
#include "snapshot/page_pass.h"
#include "snapshot/tree_summary.h"

namespace holdfast::snapshot {
namespace {

// Page numbers are kept in 32 bits: 16 TiB of pages of 4 KiB.
constexpr PageId kMaxPages = 0xFFFFFFFF;

}  // namespace

class PageScanner::State {
 public:
  explicit State(const ScanOptions& options) : options_(options) {}

  Status write(ByteView bytes) {
    if (!pass_) {
      const std::size_t count = std::min(bytes.size(), kMetaSearchSize - pending_.size());
      pending_.insert(pending_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      bytes = bytes.subspan(count);
      if (pending_.size() < kMetaSearchSize) return {};
      HF_TRY(begin());
    }
    return take(bytes);
  }

  Result<PageFacts> finish() {
    if (!pass_) HF_TRY(begin());
    const std::uint64_t size = *database_size();
    const std::uint64_t seen = next_page_ * pass_->meta().page_size + pending_.size();
    if (seen < size) return fail(Code::corrupt, "the database is cut off: {} of {} bytes are there", seen, size);
    HF_ASSIGN(PageFacts facts, summarise_tree(*pass_));
    facts.damaged_meta = damaged_meta_;
    return facts;
  }

  std::optional<std::uint64_t> database_size() const {
    if (!pass_) return std::nullopt;
    return pass_->meta().high_water_mark * pass_->meta().page_size;
  }

 private:
  // Reads the meta pages, then takes what has come so far.
  Status begin() {
    Bytes head;
    head.swap(pending_);
    HF_ASSIGN(const ChosenMeta chosen, choose_meta(head));
    if (chosen.meta.high_water_mark > kMaxPages) {
      return fail(Code::unsupported, "a database of {} pages is too large", chosen.meta.high_water_mark);
    }
    const KeyLogOptions log{.max_records = options_.max_records, .part = options_.part, .parts = options_.parts};
    damaged_meta_ = chosen.other_error;
    pass_ = std::make_unique<PagePass>(chosen.meta, seed_from(head), log, options_.sink);
    return take(head);
  }

  Status take(ByteView bytes) {
    const std::size_t page_size = pass_->meta().page_size;
    while (!bytes.empty()) {
      if (pending_.empty() && bytes.size() >= page_size) {
        HF_TRY(take_page(bytes.first(page_size)));
        bytes = bytes.subspan(page_size);
        continue;
      }
      const std::size_t count = std::min(bytes.size(), page_size - pending_.size());
      pending_.insert(pending_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      bytes = bytes.subspan(count);
      if (pending_.size() < page_size) continue;
      HF_TRY(take_page(pending_));
      pending_.clear();
    }
    if (!pending_.empty() && next_page_ >= pass_->meta().high_water_mark) return too_long();
    return {};
  }

  Status take_page(ByteView page) {
    if (next_page_ >= pass_->meta().high_water_mark) return too_long();
    if (next_page_ >= 2) pass_->take(next_page_, page);
    ++next_page_;
    return {};
  }

  Status too_long() const {
    return fail(Code::corrupt, "there are bytes behind the database of {} bytes", *database_size());
  }

  const ScanOptions options_;
  std::unique_ptr<PagePass> pass_;  // null until the meta pages have passed
  Bytes pending_;                   // before that the head, later the beginning of a page
  PageId next_page_ = 0;
  std::string damaged_meta_;
};

Status check_snapshot_facts(const PageFacts& facts) {
  if (!facts.missing_bucket.empty()) {
    return fail(Code::corrupt, "the snapshot has no bucket \"{}\"", facts.missing_bucket);
  }
  if (facts.damaged_meta.empty()) return {};
  return fail(Code::corrupt, "one of the two meta pages is damaged: {}", facts.damaged_meta);
}

PageScanner::PageScanner(const ScanOptions& options) : state_(std::make_unique<State>(options)) {}
PageScanner::~PageScanner() = default;

Status PageScanner::write(ByteView bytes) {
  return state_->write(bytes);
}

std::optional<std::uint64_t> PageScanner::database_size() const {
  return state_->database_size();
}

Result<PageFacts> PageScanner::finish() {
  return state_->finish();
}

}  // namespace holdfast::snapshot
