#include "snapshot/freelist_checker.h"

#include <algorithm>

namespace holdfast::snapshot {
namespace {

constexpr std::string_view kCheck = "freelist";
constexpr std::uint64_t kIdSize = 8;
constexpr std::uint16_t kCountBehindHeader = 0xFFFF;  // more ids than the header's field can say
constexpr std::size_t kPiece = 64 * kKiB;

class FreelistChecker {
 public:
  FreelistChecker(PageReader& reader, const Meta& meta, PageSet& met, Findings& findings)
      : reader_(reader), meta_(meta), met_(met), findings_(findings), listed_(meta.high_water_mark) {}

  Result<std::uint64_t> run() {
    const PageId page = meta_.freelist;
    if (page < 2 || page >= meta_.high_water_mark) {
      findings_.error(kCheck, "", "the free list lies in page {}, which does not exist", page);
      return 0U;
    }
    const std::uint64_t offset = page * meta_.page_size;
    HF_ASSIGN(const ByteView bytes, reader_.read(offset, kPageHeaderSize + kIdSize));
    const PageHeader header = read_page_header(bytes);
    if (header.id != page || header.flags != kFreelistPage || header.overflow >= meta_.high_water_mark - page) {
      findings_.error(kCheck, at_page(page), "it is not the page of a free list");
      return 0U;
    }
    const bool long_count = header.count == kCountBehindHeader;
    const std::uint64_t count = long_count ? load_le<std::uint64_t>(bytes.data() + kPageHeaderSize) : header.count;
    const std::uint64_t ids_at = kPageHeaderSize + (long_count ? kIdSize : 0);
    const std::uint64_t size = (std::uint64_t{header.overflow} + 1) * meta_.page_size;
    if (count > (size - ids_at) / kIdSize) {
      findings_.error(kCheck, at_page(page), "its {} entries do not fit", count);
      return 0U;
    }
    const std::uint64_t pages = std::uint64_t{header.overflow} + 1;
    meet(page, pages);
    HF_TRY(read_ids(offset + ids_at, count));
    report_missing();
    return pages;
  }

 private:
  void meet(PageId page, std::uint64_t count) {
    for (PageId next = page; next < page + count; ++next) {
      if (met_.contains(next)) findings_.error(kCheck, at_page(next), "it belongs to the free list and to a bucket");
      met_.insert(next);
    }
  }

  Status read_ids(std::uint64_t at, std::uint64_t count) {
    PageId previous = 1;
    while (count > 0) {
      const std::uint64_t ids = std::min<std::uint64_t>(count, kPiece / kIdSize);
      HF_ASSIGN(const ByteView bytes, reader_.read(at, static_cast<std::size_t>(ids * kIdSize)));
      for (std::size_t i = 0; i < bytes.size(); i += kIdSize) {
        const auto id = load_le<PageId>(bytes.data() + i);
        take(id, previous);
        previous = id;
      }
      at += ids * kIdSize;
      count -= ids;
    }
    return {};
  }

  void take(PageId id, PageId previous) {
    if (id < 2 || id >= meta_.high_water_mark) {
      findings_.error(kCheck, at_page(id), "the free list names a page that does not exist");
      return;
    }
    if (id <= previous) findings_.error(kCheck, at_page(id), "the free list is not in ascending order");
    if (met_.contains(id)) findings_.error(kCheck, at_page(id), "it is listed as free but in use");
    listed_.insert(id);
  }

  void report_missing() {
    std::uint64_t missing = 0;
    PageId first = 0;
    for (PageId page = 2; page < meta_.high_water_mark; ++page) {
      if (met_.contains(page) || listed_.contains(page)) continue;
      if (missing++ == 0) first = page;
    }
    if (missing == 0) return;
    findings_.error(kCheck, at_page(first), "{} pages, this the first of them, are neither in use nor listed as free",
                    missing);
  }

  PageReader& reader_;
  const Meta& meta_;
  PageSet& met_;
  Findings& findings_;
  PageSet listed_;
};

}  // namespace

Result<std::uint64_t> check_freelist(PageReader& reader, const Meta& meta, PageSet& met, Findings& findings) {
  if (meta.freelist == kNoFreelist) return 0U;
  return FreelistChecker(reader, meta, met, findings).run();
}

}  // namespace holdfast::snapshot
