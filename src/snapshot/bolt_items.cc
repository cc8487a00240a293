#include "snapshot/bolt_items.h"

#include <algorithm>
#include <limits>

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kMaxItemsPerPage = 0xFFFE;  // bbolt takes 0xFFFF for "too many"

Status add_leaf(ByteView page, ItemMap& items) {
  const PageHeader header = read_page_header(page);
  std::size_t room = page.size();  // elements that share bytes would make more memory out of them than the page has
  for (std::uint16_t i = 0; i < header.count; ++i) {
    const auto item = leaf_item(page, i);
    if (!item || item->key.empty() || item->key.size() + item->value.size() > room) {
      return fail(Code::corrupt, "element {} of leaf page {} lies outside the page or has no key", i, header.id);
    }
    room -= item->key.size() + item->value.size();
    StoredItem stored{.value = std::string(as_text(item->value)), .flags = item->flags};
    if (!items.emplace(as_text(item->key), std::move(stored)).second) {
      return fail(Code::corrupt, "leaf page {} repeats a key of its bucket", header.id);
    }
  }
  return {};
}

// Walks one small tree. The budget bounds the memory for pages and, with the depth, the work on a tree that loops.
class ItemLoader {
 public:
  explicit ItemLoader(const BoltFile& database) : database_(database) {}

  Status load(PageId id, int depth) {
    if (depth > kMaxTreeDepth) return fail(Code::corrupt, "page {} is more than {} levels deep", id, kMaxTreeDepth);
    HF_ASSIGN(const Bytes page, database_.read_page(id, budget_));
    budget_ -= page.size();
    const PageHeader header = read_page_header(page);
    if (header.flags == kLeafPage) return add_leaf(page, items_);
    for (std::uint16_t i = 0; i < header.count; ++i) {
      const auto item = branch_item(page, i);
      if (!item) return fail(Code::corrupt, "element {} of branch page {} lies outside the page", i, id);
      HF_TRY(load(item->child, depth + 1));
    }
    return {};
  }

  ItemMap take() { return std::move(items_); }

 private:
  const BoltFile& database_;
  std::size_t budget_ = kSmallBucketLimit;
  ItemMap items_;
};

struct LeafWriter {
  Bytes image;
  std::size_t element_at = kPageHeaderSize;
  std::size_t data_at = 0;

  void put(std::string_view bytes) {
    std::copy(bytes.begin(), bytes.end(), image.begin() + static_cast<std::ptrdiff_t>(data_at));
    data_at += bytes.size();
  }

  void add(std::string_view key, const StoredItem& item) {
    std::uint8_t* element = image.data() + element_at;
    store_le(element, item.flags);
    store_le(element + 4, static_cast<std::uint32_t>(data_at - element_at));
    store_le(element + 8, static_cast<std::uint32_t>(key.size()));
    store_le(element + 12, static_cast<std::uint32_t>(item.value.size()));
    element_at += kElementSize;
    put(key);
    put(item.value);
  }
};

}  // namespace

Result<ItemMap> load_items(const BoltFile& database, PageId root) {
  ItemLoader loader(database);
  HF_TRY(loader.load(root, 0));
  return loader.take();
}

Result<ItemMap> parse_leaf(ByteView image) {
  if (image.size() < kPageHeaderSize) return fail(Code::corrupt, "an inline bucket is cut off");
  const PageHeader header = read_page_header(image);
  if (header.flags != kLeafPage || !page_elements_fit(image, header)) {
    return fail(Code::corrupt, "an inline bucket is not a leaf page, or has more elements than fit");
  }
  ItemMap items;
  HF_TRY(add_leaf(image, items));
  return items;
}

Result<Bytes> encode_leaf(const ItemMap& items, PageId id) {
  std::uint64_t size = kPageHeaderSize + items.size() * kElementSize;
  LeafWriter writer{.image = {}, .data_at = static_cast<std::size_t>(size)};
  for (const auto& [key, item] : items)
    size += key.size() + item.value.size();
  if (items.size() > kMaxItemsPerPage || size > std::numeric_limits<std::uint32_t>::max()) {
    return fail(Code::unsupported, "one leaf page cannot hold {} items of {} bytes", items.size(), size);
  }
  writer.image.resize(static_cast<std::size_t>(size));
  const auto count = static_cast<std::uint16_t>(items.size());
  write_page_header({.id = id, .flags = kLeafPage, .count = count, .overflow = 0}, writer.image);
  for (const auto& [key, item] : items)
    writer.add(key, item);
  return std::move(writer.image);
}

}  // namespace holdfast::snapshot
