// Random access to the pages of a bbolt database, by offset and never through a mapping, so that memory does not grow
// with the file. Everything read is checked against the meta page and the file's size before it is used.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/bolt_format.h"

namespace holdfast::snapshot {

constexpr std::size_t kMetaSearchSize = kMaxPageSize + kMinPageSize;  // both metas lie within this many first bytes
constexpr int kMaxTreeDepth = 64;  // a real tree has fewer than ten levels; more is a loop

// Fills `into` from `offset`; Code::corrupt when the file ends before.
Status read_exactly(os::File& file, std::uint64_t offset, ByteSpan into);

// The database may have at most this many bytes; Code::corrupt when it has fewer pages than the meta says, or when
// `size` is no multiple of the page size. Bytes behind the last page are growth that bbolt has not used yet.
Status check_database_size(const Meta& meta, std::uint64_t size);

// One thread. Borrows the file.
class BoltFile {
 public:
  // Reads both metas and chooses the newer valid one. `size`: bytes of the database.
  static Result<BoltFile> open(os::File& file, std::uint64_t size);

  const Meta& meta() const { return meta_; }
  os::File& file() const { return *file_; }
  std::uint64_t offset_of(PageId id) const { return id * meta_.page_size; }
  // Bytes of a page with its overflow pages.
  std::uint64_t size_of(const PageHeader& header) const {
    return (std::uint64_t{header.overflow} + 1) * meta_.page_size;
  }

  // Pages are numbered below this: the high water mark, and what was appended since.
  PageId page_limit() const { return page_limit_; }
  void extend(std::uint64_t pages) { page_limit_ += pages; }

  // The header of a branch or leaf page. Code::corrupt when the page is not below page_limit() (with its overflow),
  // carries another number, is neither branch nor leaf, or has more elements than fit.
  Result<PageHeader> read_header(PageId id) const;
  // The whole page with its overflow pages, from its header on, unless it is larger than `limit` bytes (Code::corrupt).
  Result<Bytes> read_page(PageId id, std::size_t limit) const;
  // Elements of a page as they are stored, kElementSize bytes each. `header` comes from read_header.
  Result<Bytes> read_elements(PageId id, const PageHeader& header) const;

 private:
  BoltFile(os::File& file, const Meta& meta) : file_(&file), meta_(meta), page_limit_(meta.high_water_mark) {}

  os::File* file_;
  Meta meta_;
  PageId page_limit_;
};

}  // namespace holdfast::snapshot
