#include "support/bolt_writer.h"

#include <algorithm>
#include <random>

#include "base/crc32c.h"
#include "base/sha256.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;

constexpr std::size_t kNone = ~std::size_t{0};

// A page that has no number yet; nodes refer to each other by their index.
struct Node {
  bool branch = false;
  std::vector<BoltItem> items;        // branch: keys only
  std::vector<std::size_t> children;  // branch: one for each item; leaf of the root: the bucket's root node, or kNone
  bool buckets = false;               // leaf of the root
  PageId page = 0;

  std::size_t size() const {
    std::size_t size = kPageHeaderSize + items.size() * kElementSize;
    for (const BoltItem& item : items)
      size += item.key.size() + item.value.size();
    return size;
  }
};

void append(Bytes& bytes, std::string_view text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
}

void sort_items(std::vector<BoltItem>& items) {
  std::sort(items.begin(), items.end(), [](const BoltItem& a, const BoltItem& b) { return a.key < b.key; });
}

Bytes leaf_image(const std::vector<BoltItem>& items, PageId page, std::uint16_t flags, std::size_t pages,
                 bool buckets) {
  Bytes image(kPageHeaderSize + items.size() * kElementSize);
  write_page_header({.id = page,
                     .flags = flags,
                     .count = static_cast<std::uint16_t>(items.size()),
                     .overflow = static_cast<std::uint32_t>(pages - 1)},
                    image);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t at = kPageHeaderSize + i * kElementSize;
    store_le(&image[at], buckets ? kBucketLeafFlag : 0U);
    store_le(&image[at + 4], static_cast<std::uint32_t>(image.size() - at));
    store_le(&image[at + 8], static_cast<std::uint32_t>(items[i].key.size()));
    store_le(&image[at + 12], static_cast<std::uint32_t>(items[i].value.size()));
    append(image, items[i].key);
    append(image, items[i].value);
  }
  return image;
}

std::string bucket_value(PageId root, ByteView inline_image) {
  Bytes value(kBucketHeaderSize);
  store_le(value.data(), root);
  value.insert(value.end(), inline_image.begin(), inline_image.end());
  return std::string(as_text(value));
}

class Writer {
 public:
  explicit Writer(const BoltLayout& layout) : layout_(layout) {}

  BoltFile write(std::vector<BoltBucket> buckets) {
    std::vector<BoltItem> root_items;
    for (BoltBucket& bucket : buckets)
      add_bucket(bucket);
    std::sort(root_.begin(), root_.end(), [](const auto& a, const auto& b) { return a.item.key < b.item.key; });
    const std::size_t root = build_root();
    place();
    file_.roots[""] = nodes_[root].page;
    for (const RootItem& item : root_) {
      if (item.node != kNone) file_.roots[item.item.key] = nodes_[item.node].page;
    }
    file_.bytes.resize(static_cast<std::size_t>(file_.meta.high_water_mark) * layout_.page_size);
    for (const Node& node : nodes_)
      write_node(node);
    if (layout_.store_freelist) write_freelist();
    for (const PageId page : file_.free_pages) {
      if (layout_.fill_free) layout_.fill_free(page, file_.page(page));
    }
    write_metas();
    return std::move(file_);
  }

 private:
  struct RootItem {
    BoltItem item;
    std::size_t node = kNone;
  };

  void add_bucket(BoltBucket& bucket) {
    sort_items(bucket.items);
    const Bytes image = leaf_image(bucket.items, 0, kLeafPage, 1, false);
    if (bucket.may_be_inline && image.size() <= layout_.page_size / 4) {
      root_.push_back({.item = {bucket.name, bucket_value(0, image)}});
    } else {
      root_.push_back({.item = {bucket.name, bucket_value(0, {})}, .node = build_tree(bucket.items)});
    }
  }

  std::size_t build_tree(const std::vector<BoltItem>& items) {
    std::vector<std::size_t> level;
    Node leaf;
    for (const BoltItem& item : items) {
      if (is_full(leaf, item)) level.push_back(add(std::exchange(leaf, {})));
      leaf.items.push_back(item);
    }
    level.push_back(add(std::move(leaf)));
    return build_branches(std::move(level));
  }

  bool is_full(const Node& leaf, const BoltItem& next) const {
    if (layout_.leaf_items != 0) return leaf.items.size() == layout_.leaf_items;
    const std::size_t fill = layout_.leaf_fill != 0 ? layout_.leaf_fill : layout_.page_size / 2;
    return leaf.items.size() >= 2 && leaf.size() + kElementSize + next.key.size() + next.value.size() > fill;
  }

  std::size_t build_root() {
    std::vector<std::size_t> level;
    Node leaf{.buckets = true};
    for (const RootItem& item : root_) {
      const std::size_t size = kElementSize + item.item.key.size() + item.item.value.size();
      if (layout_.root_fill != 0 && !leaf.items.empty() && leaf.size() + size > layout_.root_fill) {
        level.push_back(add(std::exchange(leaf, {.buckets = true})));
      }
      leaf.items.push_back(item.item);
      leaf.children.push_back(item.node);
    }
    level.push_back(add(std::move(leaf)));
    return build_branches(std::move(level));
  }

  std::size_t build_branches(std::vector<std::size_t> level) {
    while (level.size() > 1) {
      std::vector<std::size_t> next;
      Node branch{.branch = true};
      for (const std::size_t child : level) {
        const std::string& key = nodes_[child].items.front().key;
        const bool full =
            branch.children.size() == layout_.fanout || branch.size() + kElementSize + key.size() > layout_.page_size;
        if (branch.children.size() >= 2 && full) next.push_back(add(std::exchange(branch, {.branch = true})));
        branch.items.push_back({key, ""});
        branch.children.push_back(child);
      }
      next.push_back(add(std::move(branch)));
      level = std::move(next);
    }
    return level.front();
  }

  std::size_t add(Node node) {
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  // As many pages as bbolt takes: one more than needed when the last one is exactly full.
  std::size_t pages_of(std::size_t size) const { return size / layout_.page_size + 1; }

  // Numbers all pages from 2 on. kNone stands for a free page, nodes_.size() for the free list.
  void place() {
    std::vector<std::size_t> order(layout_.free_pages, kNone);
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      order.push_back(i);
    if (layout_.store_freelist) order.push_back(nodes_.size());
    if (layout_.seed != 0) std::shuffle(order.begin(), order.end(), std::mt19937_64(layout_.seed));
    PageId next = 2;
    for (const std::size_t what : order) {
      if (what == kNone) {
        file_.free_pages.push_back(next++);
      } else if (what == nodes_.size()) {
        freelist_ = next;
        next += pages_of(kPageHeaderSize + 8 * layout_.free_pages);
      } else {
        nodes_[what].page = next;
        next += pages_of(nodes_[what].size());
      }
    }
    file_.meta.high_water_mark = next;
  }

  void write_node(const Node& node) {
    const std::size_t pages = pages_of(node.size());
    Bytes image;
    if (node.branch) {
      image = leaf_image(node.items, node.page, kBranchPage, pages, false);
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        std::uint8_t* const element = &image[kPageHeaderSize + i * kElementSize];
        store_le(element, load_le<std::uint32_t>(element + 4));  // position of the key
        store_le(element + 4, static_cast<std::uint32_t>(node.items[i].key.size()));
        store_le(element + 8, nodes_[node.children[i]].page);
      }
    } else {
      std::vector<BoltItem> items = node.items;
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (node.children[i] != kNone) items[i].value = bucket_value(nodes_[node.children[i]].page, {});
      }
      image = leaf_image(items, node.page, kLeafPage, pages, node.buckets);
    }
    std::copy(image.begin(), image.end(), file_.page(node.page).data());
  }

  void write_freelist() {
    ByteSpan page = file_.page(freelist_);
    write_page_header({.id = freelist_,
                       .flags = kFreelistPage,
                       .count = static_cast<std::uint16_t>(file_.free_pages.size()),
                       .overflow = static_cast<std::uint32_t>(pages_of(kPageHeaderSize + 8 * layout_.free_pages) - 1)},
                      page);
    for (std::size_t i = 0; i < file_.free_pages.size(); ++i) {
      store_le(page.data() + kPageHeaderSize + 8 * i, file_.free_pages[i]);
    }
  }

  // Like a snapshot: the newer meta first.
  void write_metas() {
    Meta& meta = file_.meta;
    meta.page_size = static_cast<std::uint32_t>(layout_.page_size);
    meta.root = file_.roots[""];
    meta.freelist = layout_.store_freelist ? freelist_ : kNoFreelist;
    meta.txid = layout_.txid;
    for (const PageId page : {0U, 1U}) {
      Meta copy = meta;
      copy.txid = layout_.txid - page;
      write_meta(copy, file_.page(page));
      write_page_header({.id = page, .flags = kMetaPage, .count = 0, .overflow = 0}, file_.page(page));
    }
  }

  const BoltLayout& layout_;
  std::vector<Node> nodes_;
  std::vector<RootItem> root_;
  PageId freelist_ = 0;
  BoltFile file_;
};

}  // namespace

ByteSpan BoltFile::page(PageId id) {
  const std::size_t size =
      meta.page_size != 0 ? meta.page_size : bytes.size() / static_cast<std::size_t>(meta.high_water_mark);
  return ByteSpan(bytes).subspan(static_cast<std::size_t>(id) * size, size);
}

std::size_t BoltFile::find(std::string_view text) const {
  return as_text(bytes).find(text);
}

BoltFile write_bolt(std::vector<BoltBucket> buckets, const BoltLayout& layout) {
  return Writer(layout).write(std::move(buckets));
}

Bytes with_trailer(Bytes database) {
  const Sha256Digest digest = Sha256::of(database);
  database.insert(database.end(), digest.begin(), digest.end());
  return database;
}

std::uint32_t status_hash(std::vector<BoltBucket> buckets) {
  std::uint32_t hash = 0;
  std::sort(buckets.begin(), buckets.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (BoltBucket& bucket : buckets) {
    sort_items(bucket.items);
    hash = crc32c(hash, as_bytes(bucket.name));
    for (const BoltItem& item : bucket.items)
      hash = crc32c(crc32c(hash, as_bytes(item.key)), as_bytes(item.value));
  }
  return hash;
}

}  // namespace holdfast::test
