// The bbolt file format, version 2, as far as etcd uses it. Little endian. Source: bbolt's own page.go, bucket.go,
// meta.go as described in docs/formats/etcd-snapshot.md. Bytes come from outside: nothing here trusts a length before
// checking it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::snapshot {

using PageId = std::uint64_t;

constexpr std::size_t kPageHeaderSize = 16;
constexpr std::size_t kElementSize = 16;  // of a branch or leaf element
constexpr std::size_t kMetaBodySize = 64;
constexpr std::size_t kBucketHeaderSize = 16;
constexpr std::size_t kTrailerSize = 32;  // SHA-256 behind the database in a snapshot file
constexpr std::uint32_t kMetaMagic = 0xED0CDAED;
constexpr std::uint32_t kMetaVersion = 2;
constexpr std::uint64_t kNoFreelist = 0xFFFFFFFFFFFFFFFF;  // freelist not synced: rebuilt when the file is opened
constexpr std::size_t kMinPageSize = 1024;
constexpr std::size_t kMaxPageSize = 64 * kKiB;

enum PageFlags : std::uint16_t { kBranchPage = 0x01, kLeafPage = 0x02, kMetaPage = 0x04, kFreelistPage = 0x10 };
constexpr std::uint32_t kBucketLeafFlag = 0x01;

struct PageHeader {
  PageId id = 0;
  std::uint16_t flags = 0;
  std::uint16_t count = 0;     // elements
  std::uint32_t overflow = 0;  // further pages that belong to this one
};

struct Meta {
  std::uint32_t page_size = 0;
  PageId root = 0;
  std::uint64_t root_sequence = 0;
  PageId freelist = kNoFreelist;
  PageId high_water_mark = 0;  // first page id never allocated; the database is high_water_mark * page_size bytes
  std::uint64_t txid = 0;
};

// `bytes` holds at least kPageHeaderSize bytes.
PageHeader read_page_header(ByteView bytes);
void write_page_header(const PageHeader& header, ByteSpan bytes);

// Reads and checks the meta behind a page header: magic, version, page size, checksum. `page` starts at the page
// header. Code::corrupt says what is wrong.
Result<Meta> read_meta(ByteView page);
// Writes a complete meta page (header with id txid % 2, body, checksum, zeros up to the page size) into `page`.
void write_meta(const Meta& meta, ByteSpan page);

// Finds the two metas in the first bytes of a database (64 KiB + 1 KiB are always enough; a whole smaller file is fine)
// and chooses the valid one with the higher txid. Code::corrupt when neither is valid, with both reasons.
struct ChosenMeta {
  Meta meta;
  bool both_valid = false;
  std::string other_error;  // why the other one is not valid; empty when both are
};
Result<ChosenMeta> choose_meta(ByteView head);

// One item of a leaf page or inline bucket. Views point into the page.
struct LeafItem {
  std::uint32_t flags = 0;
  ByteView key;
  ByteView value;
  bool is_bucket() const { return (flags & kBucketLeafFlag) != 0; }
};
struct BranchItem {
  ByteView key;
  PageId child = 0;
};

// Reads element `index` of a page image that starts at its page header and includes its overflow pages. The caller has
// checked that `count` elements fit (page_elements_fit). An empty optional when key or value lie outside `page`.
std::optional<LeafItem> leaf_item(ByteView page, std::uint16_t index);
std::optional<BranchItem> branch_item(ByteView page, std::uint16_t index);
bool page_elements_fit(ByteView page, const PageHeader& header);

// A bucket value: root page id (0: inline, the page image follows), sequence.
struct BucketHeader {
  PageId root = 0;
  std::uint64_t sequence = 0;
};
std::optional<BucketHeader> read_bucket_header(ByteView value);

// Does a file of this size carry the SHA-256 trailer that `etcdctl snapshot save` appends?
constexpr bool has_trailer(std::uint64_t file_size) {
  return file_size % 512 == kTrailerSize;
}

}  // namespace holdfast::snapshot
