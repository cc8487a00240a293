#include "support/database_builder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/sha256.h"

namespace holdfast::test {
namespace {

using namespace snapshot;

struct Item {
  std::string key;
  std::string value;
  std::uint32_t flags = 0;
};

class PageWriter {
 public:
  PageWriter(std::uint32_t page_size, std::size_t children_per_branch)
      : page_size_(page_size), children_per_branch_(children_per_branch) {
    bytes_.resize(std::size_t{2} * page_size_);
  }

  void add_junk(std::size_t pages) { bytes_.resize(bytes_.size() + pages * page_size_, 0xEE); }

  // Leaves, then branches above them until one page is left. Returns its number.
  PageId write_tree(const std::vector<Item>& items, std::size_t items_per_leaf) {
    std::vector<Item> level;  // key: first key of the page; value: its number
    for (std::size_t at = 0; at == 0 || at < items.size(); at += items_per_leaf) {
      const std::size_t end = std::min(items.size(), at + items_per_leaf);
      const std::vector<Item> part(items.begin() + static_cast<std::ptrdiff_t>(at),
                                   items.begin() + static_cast<std::ptrdiff_t>(end));
      level.push_back({.key = part.empty() ? "" : part.front().key, .value = number(append(leaf_image(part)))});
    }
    while (level.size() > 1) {
      std::vector<Item> above;
      for (std::size_t at = 0; at < level.size(); at += children_per_branch_) {
        const std::size_t end = std::min(level.size(), at + children_per_branch_);
        const std::vector<Item> part(level.begin() + static_cast<std::ptrdiff_t>(at),
                                     level.begin() + static_cast<std::ptrdiff_t>(end));
        above.push_back({.key = part.front().key, .value = number(append(branch_image(part)))});
      }
      level = std::move(above);
    }
    return load_le<PageId>(as_bytes(level.front().value).data());
  }

  static Bytes leaf_image(const std::vector<Item>& items) {
    Bytes image(kPageHeaderSize + items.size() * kElementSize);
    write_page_header({.flags = kLeafPage, .count = static_cast<std::uint16_t>(items.size())}, image);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::size_t at = kPageHeaderSize + i * kElementSize;
      store_le(image.data() + at, items[i].flags);
      store_le(image.data() + at + 4, static_cast<std::uint32_t>(image.size() - at));
      store_le(image.data() + at + 8, static_cast<std::uint32_t>(items[i].key.size()));
      store_le(image.data() + at + 12, static_cast<std::uint32_t>(items[i].value.size()));
      image.insert(image.end(), items[i].key.begin(), items[i].key.end());
      image.insert(image.end(), items[i].value.begin(), items[i].value.end());
    }
    return image;
  }

  Bytes finish(PageId root, std::uint64_t txid) {
    Meta meta{.page_size = page_size_, .root = root, .high_water_mark = bytes_.size() / page_size_, .txid = txid};
    // As a snapshot has it: the newer meta first.
    write_meta(meta, ByteSpan(bytes_).first(page_size_));
    store_le(bytes_.data(), PageId{0});
    --meta.txid;
    write_meta(meta, ByteSpan(bytes_).subspan(page_size_, page_size_));
    store_le(bytes_.data() + page_size_, PageId{1});
    return std::move(bytes_);
  }

 private:
  static std::string number(PageId id) {
    std::string text(8, '\0');
    store_le(reinterpret_cast<std::uint8_t*>(text.data()), id);
    return text;
  }

  static Bytes branch_image(const std::vector<Item>& children) {
    Bytes image(kPageHeaderSize + children.size() * kElementSize);
    write_page_header({.flags = kBranchPage, .count = static_cast<std::uint16_t>(children.size())}, image);
    for (std::size_t i = 0; i < children.size(); ++i) {
      const std::size_t at = kPageHeaderSize + i * kElementSize;
      store_le(image.data() + at, static_cast<std::uint32_t>(image.size() - at));
      store_le(image.data() + at + 4, static_cast<std::uint32_t>(children[i].key.size()));
      std::copy(children[i].value.begin(), children[i].value.end(),
                image.begin() + static_cast<std::ptrdiff_t>(at + 8));
      image.insert(image.end(), children[i].key.begin(), children[i].key.end());
    }
    return image;
  }

  PageId append(Bytes image) {
    const PageId id = bytes_.size() / page_size_;
    const std::size_t pages = (image.size() + page_size_ - 1) / page_size_;
    PageHeader header = read_page_header(image);
    header.id = id;
    header.overflow = static_cast<std::uint32_t>(pages - 1);
    write_page_header(header, image);
    image.resize(pages * page_size_);
    bytes_.insert(bytes_.end(), image.begin(), image.end());
    return id;
  }

  const std::uint32_t page_size_;
  const std::size_t children_per_branch_;
  Bytes bytes_;
};

std::string bucket_value(PageId root, const Bytes& inline_image) {
  Bytes value(kBucketHeaderSize);
  store_le(value.data(), root);
  value.insert(value.end(), inline_image.begin(), inline_image.end());
  return {value.begin(), value.end()};
}

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U)
    out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

}  // namespace

DatabaseBuilder& DatabaseBuilder::put(const std::string& name, const std::string& key, const std::string& value) {
  buckets_[name].items[key] = value;
  return *this;
}

DatabaseBuilder& DatabaseBuilder::bucket(const std::string& name) {
  buckets_[name];
  return *this;
}

DatabaseBuilder& DatabaseBuilder::as_tree(const std::string& name) {
  buckets_[name].tree = true;
  return *this;
}

DatabaseBuilder& DatabaseBuilder::like_etcd(std::size_t records) {
  for (const char* name :
       {"alarm", "auth", "authRoles", "authUsers", "cluster", "key", "lease", "members", "members_removed", "meta"}) {
    bucket(name);
  }
  for (std::size_t i = 0; i < records; ++i) {
    const std::string key = "/registry/pods/pod-" + std::to_string(i);
    put("key", revision_bytes(i + 2), record_bytes(key, std::string(100, 'v'), i + 2, i + 2, 1));
  }
  put("cluster", "clusterVersion", "3.5.0");
  put("members", "8e9e05c52164694d",
      R"({"id":10276657743932975437,"peerURLs":["http://localhost:2380"],"name":"old"})");
  put("members_removed", "1234", "removed");
  put("meta", "consistent_index", be64(4711));
  put("meta", "term", be64(9));
  put("meta", "confState", R"({"voters":[10276657743932975437],"auto_leave":false})");
  return put("auth", "authRevision", be64(1));
}

Bytes DatabaseBuilder::build() const {
  PageWriter writer(page_size, children_per_branch);
  writer.add_junk(free_pages);
  std::vector<Item> root;
  for (const auto& [name, bucket] : buckets_) {
    std::vector<Item> items;
    for (const auto& [key, value] : bucket.items)
      items.push_back({.key = key, .value = value});
    const Bytes image = PageWriter::leaf_image(items);
    const bool fits = !bucket.tree && image.size() <= page_size / 4;
    const std::string value =
        fits ? bucket_value(0, image) : bucket_value(writer.write_tree(items, items_per_leaf), {});
    root.push_back({.key = name, .value = value, .flags = kBucketLeafFlag});
  }
  const std::size_t root_items_per_leaf = root_as_branch ? 1 : std::max<std::size_t>(root.size(), 1);
  return writer.finish(writer.write_tree(root, root_items_per_leaf), txid);
}

Bytes DatabaseBuilder::build_snapshot() const {
  Bytes bytes = build();
  const Sha256Digest digest = Sha256::of(bytes);
  bytes.insert(bytes.end(), digest.begin(), digest.end());
  return bytes;
}

std::string be64(std::uint64_t value) {
  std::string text(8, '\0');
  store_be64(reinterpret_cast<std::uint8_t*>(text.data()), value);
  return text;
}

std::string revision_bytes(std::uint64_t main, std::uint64_t sub) {
  return be64(main) + "_" + be64(sub);
}

std::string record_bytes(const std::string& key, const std::string& value, std::uint64_t create, std::uint64_t mod,
                         std::uint64_t version) {
  std::string out;
  const auto text = [&](int field, const std::string& content) {
    append_varint(out, static_cast<std::uint64_t>(field) << 3U | 2U);
    append_varint(out, content.size());
    out += content;
  };
  const auto number = [&](int field, std::uint64_t content) {
    append_varint(out, static_cast<std::uint64_t>(field) << 3U);
    append_varint(out, content);
  };
  text(1, key);
  number(2, create);
  number(3, mod);
  number(4, version);
  text(5, value);
  return out;
}

}  // namespace holdfast::test
