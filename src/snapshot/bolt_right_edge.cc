#include "snapshot/bolt_right_edge.h"

#include <algorithm>
#include <array>
#include <limits>

namespace holdfast::snapshot {
namespace {

constexpr std::uint16_t kMaxItemsPerPage = 0xFFFE;
constexpr std::size_t kMaxKeySize = 32768;                       // bbolt's own limit
constexpr std::uint64_t kMaxLeafSize = std::uint64_t{1} << 31U;  // positions are 32-bit numbers

// One element of a leaf: where its key and value are, from the page's first byte.
struct Extent {
  std::uint64_t key_at = 0;
  std::uint64_t key_size = 0;
  std::uint64_t end = 0;
};

Extent extent_of(ByteView elements, std::size_t index) {
  const std::uint8_t* element = elements.data() + index * kElementSize;
  Extent extent;
  extent.key_at = kPageHeaderSize + index * kElementSize + load_le<std::uint32_t>(element + 4);
  extent.key_size = load_le<std::uint32_t>(element + 8);
  extent.end = extent.key_at + extent.key_size + load_le<std::uint32_t>(element + 12);
  return extent;
}

// The first byte behind all keys and values. Code::corrupt when one lies outside the page or over the elements.
Result<std::uint64_t> end_of_data(ByteView elements, const RightEdge& edge, std::uint64_t page_size) {
  std::uint64_t end = kPageHeaderSize + elements.size();
  const std::uint64_t begin = end;
  for (std::size_t i = 0; i < edge.header.count; ++i) {
    const Extent extent = extent_of(elements, i);
    if (extent.key_at < begin || extent.end > page_size) {
      return fail(Code::corrupt, "element {} of leaf page {} lies outside the page", i, edge.leaf);
    }
    end = std::max(end, extent.end);
  }
  return end;
}

// Header and elements of the new leaf. Positions are relative to the element, and the data moves by one element's size.
Bytes new_leaf_head(const PageHeader& header, ByteView elements, std::uint64_t data_size, ByteView key,
                    ByteView value) {
  Bytes head(kPageHeaderSize + elements.size() + kElementSize);
  write_page_header(header, head);
  std::copy(elements.begin(), elements.end(), head.begin() + kPageHeaderSize);
  std::uint8_t* element = head.data() + kPageHeaderSize;
  for (std::size_t i = 0; i + kElementSize <= elements.size(); i += kElementSize, element += kElementSize) {
    store_le(element + 4, load_le<std::uint32_t>(element + 4) + static_cast<std::uint32_t>(kElementSize));
  }
  store_le(element, std::uint32_t{0});
  store_le(element + 4, static_cast<std::uint32_t>(kElementSize + data_size));
  store_le(element + 8, static_cast<std::uint32_t>(key.size()));
  store_le(element + 12, static_cast<std::uint32_t>(value.size()));
  return head;
}

}  // namespace

Result<RightEdge> find_right_edge(const BoltFile& database, PageId root) {
  RightEdge edge{.leaf = root, .header = {}};
  for (int depth = 0; depth <= kMaxTreeDepth; ++depth) {
    HF_ASSIGN(edge.header, database.read_header(edge.leaf));
    if (edge.header.flags == kLeafPage) {
      if (edge.header.count == 0 && edge.parent != 0) return fail(Code::corrupt, "leaf page {} is empty", edge.leaf);
      return edge;
    }
    if (edge.header.count == 0) return fail(Code::corrupt, "branch page {} is empty", edge.leaf);
    edge.parent = edge.leaf;
    edge.parent_index = static_cast<std::uint16_t>(edge.header.count - 1);
    std::array<std::uint8_t, kElementSize> element{};
    const std::uint64_t element_at = kPageHeaderSize + edge.parent_index * kElementSize;
    HF_TRY(read_exactly(database.file(), database.offset_of(edge.parent) + element_at, element));
    edge.leaf = load_le<std::uint64_t>(element.data() + 8);
  }
  return fail(Code::corrupt, "the tree below page {} is more than {} levels deep", root, kMaxTreeDepth);
}

Result<std::optional<std::string>> last_key(const BoltFile& database, const RightEdge& edge) {
  if (edge.header.count == 0) return std::optional<std::string>();
  HF_ASSIGN(const Bytes elements, database.read_elements(edge.leaf, edge.header));
  const Extent extent = extent_of(elements, edge.header.count - 1U);
  if (extent.end > database.size_of(edge.header) || extent.key_size == 0 || extent.key_size > kMaxKeySize) {
    return fail(Code::corrupt, "the last element of leaf page {} lies outside the page", edge.leaf);
  }
  std::string key(static_cast<std::size_t>(extent.key_size), '\0');
  HF_TRY(read_exactly(database.file(), database.offset_of(edge.leaf) + extent.key_at,
                      ByteSpan(reinterpret_cast<std::uint8_t*>(key.data()), key.size())));
  return std::optional<std::string>(std::move(key));
}

Result<std::uint64_t> copy_leaf_with(const BoltFile& database, const RightEdge& edge, PageId id, ByteView key,
                                     ByteView value) {
  const std::uint64_t old_size = database.size_of(edge.header);
  if (edge.header.count >= kMaxItemsPerPage || old_size > kMaxLeafSize) {
    return fail(Code::unsupported, "leaf page {} is too large to take another item", edge.leaf);
  }
  HF_ASSIGN(const Bytes elements, database.read_elements(edge.leaf, edge.header));
  HF_ASSIGN(const std::uint64_t data_end, end_of_data(elements, edge, old_size));
  const std::uint64_t data_at = kPageHeaderSize + elements.size();
  const std::uint64_t data_size = data_end - data_at;

  const std::uint64_t new_size = data_end + kElementSize + key.size() + value.size();
  const std::uint64_t pages = (new_size + database.meta().page_size - 1) / database.meta().page_size;
  const PageHeader header{.id = id,
                          .flags = kLeafPage,
                          .count = static_cast<std::uint16_t>(edge.header.count + 1),
                          .overflow = static_cast<std::uint32_t>(pages - 1)};
  const Bytes head = new_leaf_head(header, elements, data_size, key, value);
  Bytes tail(static_cast<std::size_t>(pages * database.meta().page_size - data_end - kElementSize));
  std::copy(key.begin(), key.end(), tail.begin());
  std::copy(value.begin(), value.end(), tail.begin() + static_cast<std::ptrdiff_t>(key.size()));

  os::File& file = database.file();
  const std::uint64_t to = database.offset_of(id);
  HF_TRY(file.write_at(to, head));
  HF_TRY(file.copy_range(database.offset_of(edge.leaf) + data_at, data_size, file, to + head.size()));
  HF_TRY(file.write_at(to + head.size() + data_size, tail));
  return pages;
}

Status redirect_parent(const BoltFile& database, const RightEdge& edge, PageId leaf) {
  std::array<std::uint8_t, sizeof(PageId)> bytes{};
  store_le(bytes.data(), leaf);
  const std::uint64_t element_at = kPageHeaderSize + edge.parent_index * kElementSize;
  return database.file().write_at(database.offset_of(edge.parent) + element_at + 8, bytes);
}

}  // namespace holdfast::snapshot
