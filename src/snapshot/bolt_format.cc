#include "snapshot/bolt_format.h"

#include <algorithm>
#include <bit>

namespace holdfast::snapshot {
namespace {

constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325;
constexpr std::uint64_t kFnvPrime = 0x100000001b3;
constexpr std::size_t kMetaChecksumOffset = 56;

std::uint64_t fnv1a(ByteView bytes) {
  std::uint64_t hash = kFnvOffset;
  for (const std::uint8_t byte : bytes)
    hash = (hash ^ byte) * kFnvPrime;
  return hash;
}

}  // namespace

PageHeader read_page_header(ByteView bytes) {
  return {.id = load_le<std::uint64_t>(bytes.data()),
          .flags = load_le<std::uint16_t>(bytes.data() + 8),
          .count = load_le<std::uint16_t>(bytes.data() + 10),
          .overflow = load_le<std::uint32_t>(bytes.data() + 12)};
}

void write_page_header(const PageHeader& header, ByteSpan bytes) {
  store_le(bytes.data(), header.id);
  store_le(bytes.data() + 8, header.flags);
  store_le(bytes.data() + 10, header.count);
  store_le(bytes.data() + 12, header.overflow);
}

Result<Meta> read_meta(ByteView page) {
  if (page.size() < kPageHeaderSize + kMetaBodySize) return fail(Code::corrupt, "meta page is cut off");
  const std::uint8_t* body = page.data() + kPageHeaderSize;
  if (load_le<std::uint32_t>(body) != kMetaMagic) return fail(Code::corrupt, "meta page has no bbolt magic number");
  const auto version = load_le<std::uint32_t>(body + 4);
  if (version != kMetaVersion)
    return fail(Code::corrupt, "meta page has format version {}, not {}", version, kMetaVersion);
  const std::uint64_t expected = fnv1a({body, kMetaChecksumOffset});
  if (load_le<std::uint64_t>(body + kMetaChecksumOffset) != expected)
    return fail(Code::corrupt, "meta page checksum is wrong");
  const Meta meta{.page_size = load_le<std::uint32_t>(body + 8),
                  .root = load_le<std::uint64_t>(body + 16),
                  .root_sequence = load_le<std::uint64_t>(body + 24),
                  .freelist = load_le<std::uint64_t>(body + 32),
                  .high_water_mark = load_le<std::uint64_t>(body + 40),
                  .txid = load_le<std::uint64_t>(body + 48)};
  if (!std::has_single_bit(meta.page_size) || meta.page_size < kMinPageSize || meta.page_size > kMaxPageSize) {
    return fail(Code::corrupt, "meta page names an impossible page size of {} bytes", meta.page_size);
  }
  // The largest product that still fits a signed file offset.
  if (meta.high_water_mark > (std::uint64_t{1} << 62U) / meta.page_size || meta.high_water_mark < 3) {
    return fail(Code::corrupt, "meta page names an impossible number of pages, {}", meta.high_water_mark);
  }
  if (meta.root < 2 || meta.root >= meta.high_water_mark)
    return fail(Code::corrupt, "meta page names root page {} of {}", meta.root, meta.high_water_mark);
  return meta;
}

void write_meta(const Meta& meta, ByteSpan page) {
  std::fill(page.begin(), page.end(), std::uint8_t{0});
  write_page_header({.id = meta.txid % 2, .flags = kMetaPage, .count = 0, .overflow = 0}, page);
  std::uint8_t* body = page.data() + kPageHeaderSize;
  store_le(body, kMetaMagic);
  store_le(body + 4, kMetaVersion);
  store_le(body + 8, meta.page_size);
  store_le(body + 12, std::uint32_t{0});
  store_le(body + 16, meta.root);
  store_le(body + 24, meta.root_sequence);
  store_le(body + 32, meta.freelist);
  store_le(body + 40, meta.high_water_mark);
  store_le(body + 48, meta.txid);
  store_le(body + kMetaChecksumOffset, fnv1a({body, kMetaChecksumOffset}));
}

Result<ChosenMeta> choose_meta(ByteView head) {
  const auto first = read_meta(head);
  Result<Meta> second = fail(Code::corrupt, "meta page 1 was not found");
  // Page 0 may be the broken one, so its page size cannot be relied on: try each possible place of page 1.
  for (std::size_t size = first ? first->page_size : kMinPageSize; size <= kMaxPageSize; size *= 2) {
    if (head.size() > size) {
      auto found = read_meta(head.subspan(size));
      if (found && found->page_size == size) {
        second = found;
        break;
      }
      if (first)
        second = found ? fail(Code::corrupt, "the two meta pages disagree about the page size") : std::move(found);
    }
    if (first) break;
  }
  if (!first && !second) {
    return fail(Code::corrupt, "this is not a bbolt database: meta page 0: {}; meta page 1: {}", first.error().message,
                second.error().message);
  }
  if (first && second) {
    return ChosenMeta{.meta = first->txid >= second->txid ? *first : *second, .both_valid = true, .other_error = {}};
  }
  return ChosenMeta{.meta = first ? *first : *second,
                    .both_valid = false,
                    .other_error = first ? "page 1: " + second.error().message : "page 0: " + first.error().message};
}

bool page_elements_fit(ByteView page, const PageHeader& header) {
  return page.size() >= kPageHeaderSize && header.count <= (page.size() - kPageHeaderSize) / kElementSize;
}

std::optional<LeafItem> leaf_item(ByteView page, std::uint16_t index) {
  const std::size_t at = kPageHeaderSize + index * kElementSize;
  const std::uint8_t* element = page.data() + at;
  const std::uint64_t key_at = at + load_le<std::uint32_t>(element + 4);
  const std::uint64_t key_size = load_le<std::uint32_t>(element + 8);
  const std::uint64_t value_size = load_le<std::uint32_t>(element + 12);
  if (key_at + key_size + value_size > page.size()) return std::nullopt;
  return LeafItem{.flags = load_le<std::uint32_t>(element),
                  .key = page.subspan(key_at, key_size),
                  .value = page.subspan(key_at + key_size, value_size)};
}

std::optional<BranchItem> branch_item(ByteView page, std::uint16_t index) {
  const std::size_t at = kPageHeaderSize + index * kElementSize;
  const std::uint8_t* element = page.data() + at;
  const std::uint64_t key_at = at + load_le<std::uint32_t>(element);
  const std::uint64_t key_size = load_le<std::uint32_t>(element + 4);
  if (key_at + key_size > page.size()) return std::nullopt;
  return BranchItem{.key = page.subspan(key_at, key_size), .child = load_le<std::uint64_t>(element + 8)};
}

std::optional<BucketHeader> read_bucket_header(ByteView value) {
  if (value.size() < kBucketHeaderSize) return std::nullopt;
  return BucketHeader{.root = load_le<std::uint64_t>(value.data()),
                      .sequence = load_le<std::uint64_t>(value.data() + 8)};
}

}  // namespace holdfast::snapshot
