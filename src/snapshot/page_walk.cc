#include "snapshot/page_walk.h"

#include <array>

namespace holdfast::snapshot {
namespace {

class PageWalk {
 public:
  PageWalk(const BoltFile& database, const std::stop_token& stop)
      : database_(database), stop_(stop), used_(database.page_limit()) {
    used_.insert(0);
    used_.insert(1);
  }

  Result<PageSet> run() {
    HF_TRY(expect(database_.meta().root));
    while (!waiting_.empty()) {
      if (stop_.stop_requested()) return fail(Code::cancelled, "stopped while looking for free pages");
      const PageId id = waiting_.back();
      waiting_.pop_back();
      HF_TRY(visit(id));
    }
    return std::move(used_);
  }

 private:
  // Marks a page before its turn, so that each page waits at most once however often a damaged tree names it.
  Status expect(PageId id) {
    if (id < 2 || id >= database_.page_limit())
      return fail(Code::corrupt, "a tree refers to page {}, which is not there", id);
    HF_TRY(use(id));
    waiting_.push_back(id);
    return {};
  }

  Status use(PageId id) {
    if (used_.contains(id)) return fail(Code::corrupt, "page {} is used twice", id);
    used_.insert(id);
    return {};
  }

  Status visit(PageId id) {
    HF_ASSIGN(const PageHeader header, database_.read_header(id));
    for (PageId next = id + 1; next <= id + header.overflow; ++next)
      HF_TRY(use(next));
    HF_ASSIGN(const Bytes elements, database_.read_elements(id, header));
    for (std::size_t i = 0; i < header.count; ++i) {
      const std::uint8_t* element = elements.data() + i * kElementSize;
      if (header.flags == kBranchPage) {
        HF_TRY(expect(load_le<PageId>(element + 8)));
      } else if ((load_le<std::uint32_t>(element) & kBucketLeafFlag) != 0) {
        HF_TRY(visit_bucket(id, header, i, element));
      }
    }
    return {};
  }

  Status visit_bucket(PageId id, const PageHeader& header, std::size_t index, const std::uint8_t* element) {
    const std::uint64_t value_at = kPageHeaderSize + index * kElementSize + load_le<std::uint32_t>(element + 4) +
                                   load_le<std::uint32_t>(element + 8);
    const std::uint64_t value_size = load_le<std::uint32_t>(element + 12);
    if (value_size < kBucketHeaderSize || value_at + value_size > database_.size_of(header)) {
      return fail(Code::corrupt, "bucket {} of page {} lies outside the page", index, id);
    }
    std::array<std::uint8_t, kBucketHeaderSize> bytes{};
    HF_TRY(read_exactly(database_.file(), database_.offset_of(id) + value_at, bytes));
    const PageId root = load_le<PageId>(bytes.data());
    if (root != 0) return expect(root);
    return check_inline(id, value_at + kBucketHeaderSize, value_size - kBucketHeaderSize);
  }

  // An inline bucket has no pages of its own, unless it holds buckets; bbolt never makes such a thing.
  Status check_inline(PageId id, std::uint64_t at, std::uint64_t size) {
    std::array<std::uint8_t, kPageHeaderSize> bytes{};
    if (size < bytes.size()) return fail(Code::corrupt, "an inline bucket of page {} is cut off", id);
    HF_TRY(read_exactly(database_.file(), database_.offset_of(id) + at, bytes));
    const PageHeader header = read_page_header(bytes);
    if (header.count > (size - kPageHeaderSize) / kElementSize) {
      return fail(Code::corrupt, "an inline bucket of page {} has more elements than fit", id);
    }
    Bytes elements(header.count * kElementSize);
    HF_TRY(read_exactly(database_.file(), database_.offset_of(id) + at + kPageHeaderSize, elements));
    for (std::size_t i = 0; i < elements.size(); i += kElementSize) {
      if ((load_le<std::uint32_t>(elements.data() + i) & kBucketLeafFlag) != 0) {
        return fail(Code::corrupt, "an inline bucket of page {} holds another bucket", id);
      }
    }
    return {};
  }

  const BoltFile& database_;
  const std::stop_token& stop_;
  PageSet used_;
  std::vector<PageId> waiting_;
};

}  // namespace

Result<PageSet> pages_in_use(const BoltFile& database, const std::stop_token& stop) {
  return PageWalk(database, stop).run();
}

}  // namespace holdfast::snapshot
