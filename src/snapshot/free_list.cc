#include "snapshot/free_list.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kIdSize = 8;
constexpr std::uint16_t kCountBehindHeader = 0xFFFF;  // more ids than the header's field can say

}  // namespace

void FreeList::pass(PageId page, ByteView bytes) {
  if (page == meta_.freelist) return begin(bytes);
  if (left_ > 0) take_ids(bytes);
}

void FreeList::begin(ByteView bytes) {
  const PageHeader header = read_page_header(bytes);
  const PageId page = meta_.freelist;
  if (header.id != page || header.flags != kFreelistPage || header.overflow >= meta_.high_water_mark - page) return;
  pages_ = std::uint64_t{header.overflow} + 1;
  const bool long_count = header.count == kCountBehindHeader;
  left_ = long_count ? load_le<std::uint64_t>(bytes.data() + kPageHeaderSize) : header.count;
  const std::size_t ids_at = kPageHeaderSize + (long_count ? kIdSize : 0);
  if (left_ > (pages_ * meta_.page_size - ids_at) / kIdSize) {
    wrong_ = true;
    left_ = 0;
    return;
  }
  take_ids(bytes.subspan(ids_at));
}

void FreeList::take_ids(ByteView ids) {
  for (; left_ > 0 && ids.size() >= kIdSize; ids = ids.subspan(kIdSize), --left_) {
    const auto id = load_le<PageId>(ids.data());
    if (id <= previous_ || id >= meta_.high_water_mark) {
      wrong_ = true;
      continue;
    }
    ids_.push_back(static_cast<std::uint32_t>(id));
    previous_ = id;
  }
}

}  // namespace holdfast::snapshot
