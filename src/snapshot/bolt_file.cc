#include "snapshot/bolt_file.h"

#include <algorithm>
#include <array>

namespace holdfast::snapshot {

Status read_exactly(os::File& file, std::uint64_t offset, ByteSpan into) {
  while (!into.empty()) {
    HF_ASSIGN(const std::size_t count, file.read_at(offset, into));
    if (count == 0) return fail(Code::corrupt, "the file ends at byte {}, {} bytes too early", offset, into.size());
    offset += count;
    into = into.subspan(count);
  }
  return {};
}

Status check_database_size(const Meta& meta, std::uint64_t size) {
  const std::uint64_t needed = meta.high_water_mark * meta.page_size;
  if (size < needed) {
    return fail(Code::corrupt, "the database is cut off: it has {} bytes of {} ({} pages of {} bytes)", size, needed,
                meta.high_water_mark, meta.page_size);
  }
  if (size % meta.page_size != 0) {
    return fail(Code::corrupt, "the database has {} bytes, which is no multiple of its page size {}", size,
                meta.page_size);
  }
  return {};
}

Result<BoltFile> BoltFile::open(os::File& file, std::uint64_t size) {
  Bytes head(static_cast<std::size_t>(std::min<std::uint64_t>(size, kMetaSearchSize)));
  HF_TRY(read_exactly(file, 0, head));
  HF_ASSIGN(const ChosenMeta chosen, choose_meta(head));
  HF_TRY(check_database_size(chosen.meta, size));
  return BoltFile(file, chosen.meta);
}

Result<PageHeader> BoltFile::read_header(PageId id) const {
  if (id < 2 || id >= page_limit_) {
    return fail(Code::corrupt, "a page refers to page {}, but pages are 2 to {}", id, page_limit_ - 1);
  }
  std::array<std::uint8_t, kPageHeaderSize> bytes{};
  HF_TRY(read_exactly(*file_, offset_of(id), bytes));
  const PageHeader header = read_page_header(bytes);
  if (header.id != id) return fail(Code::corrupt, "page {} carries the number {}", id, header.id);
  if (header.flags != kBranchPage && header.flags != kLeafPage) {
    return fail(Code::corrupt, "page {} is neither branch nor leaf (flags 0x{:x})", id, header.flags);
  }
  if (header.overflow >= page_limit_ - id) {
    return fail(Code::corrupt, "page {} continues for {} pages beyond the end of the database", id, header.overflow);
  }
  if (header.count > (size_of(header) - kPageHeaderSize) / kElementSize) {
    return fail(Code::corrupt, "page {} has {} elements, more than fit", id, header.count);
  }
  return header;
}

Result<Bytes> BoltFile::read_page(PageId id, std::size_t limit) const {
  HF_ASSIGN(const PageHeader header, read_header(id));
  const std::uint64_t size = size_of(header);
  if (size > limit) return fail(Code::corrupt, "page {} has {} bytes where at most {} are sensible", id, size, limit);
  Bytes page(static_cast<std::size_t>(size));
  HF_TRY(read_exactly(*file_, offset_of(id), page));
  // Between the two reads nothing changes the file; the header that was checked is the one that counts all the same.
  write_page_header(header, page);
  return page;
}

Result<Bytes> BoltFile::read_elements(PageId id, const PageHeader& header) const {
  Bytes elements(header.count * kElementSize);
  HF_TRY(read_exactly(*file_, offset_of(id) + kPageHeaderSize, elements));
  return elements;
}

}  // namespace holdfast::snapshot
