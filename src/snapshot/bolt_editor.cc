#include "snapshot/bolt_editor.h"

#include "snapshot/bolt_right_edge.h"

namespace holdfast::snapshot {
namespace {

// bbolt keeps a bucket inside its parent up to this part of a page.
constexpr std::uint32_t kInlineFraction = 4;

tl::unexpected<Error> in_bucket(Error error, std::string_view name) {
  return in_context(std::move(error), "bucket {}", name);
}

}  // namespace

Result<BoltEditor> BoltEditor::open(os::File& file, std::uint64_t size) {
  HF_ASSIGN(const BoltFile database, BoltFile::open(file, size));
  BoltEditor editor(database);
  auto root = load_items(database, database.meta().root);
  if (!root) return in_bucket(std::move(root).error(), "list");
  editor.root_ = std::move(*root);
  return editor;
}

Result<std::optional<BucketHeader>> BoltEditor::find_bucket(std::string_view name) const {
  const auto it = root_.find(name);
  if (it == root_.end()) return std::optional<BucketHeader>();
  const auto header = read_bucket_header(as_bytes(it->second.value));
  if ((it->second.flags & kBucketLeafFlag) == 0 || !header) {
    return fail(Code::corrupt, "{} is in the list of buckets but is not a bucket", name);
  }
  return header;
}

ByteView BoltEditor::inline_image(std::string_view name) const {
  return as_bytes(root_.find(name)->second.value).subspan(kBucketHeaderSize);
}

void BoltEditor::set_bucket(std::string_view name, const BucketHeader& header, ByteView image) {
  Bytes value(kBucketHeaderSize);
  store_le(value.data(), header.root);
  store_le(value.data() + 8, header.sequence);
  value.insert(value.end(), image.begin(), image.end());
  root_.insert_or_assign(std::string(name), StoredItem{.value = std::string(as_text(value)), .flags = kBucketLeafFlag});
}

Result<std::optional<ItemMap>> BoltEditor::read_bucket(std::string_view name) const {
  HF_ASSIGN(const auto header, find_bucket(name));
  if (!header) return std::optional<ItemMap>();
  auto items = header->root == 0 ? parse_leaf(inline_image(name)) : load_items(database_, header->root);
  if (!items) return in_bucket(std::move(items).error(), name);
  return std::optional<ItemMap>(std::move(*items));
}

Status BoltEditor::write_bucket(std::string_view name, const ItemMap& items) {
  HF_ASSIGN(const auto found, find_bucket(name));
  BucketHeader header = found.value_or(BucketHeader{});
  HF_ASSIGN(Bytes image, encode_leaf(items, 0));
  if (image.size() <= meta().page_size / kInlineFraction) {
    header.root = 0;
    set_bucket(name, header, image);
    return {};
  }
  HF_ASSIGN(header.root, append_leaf(std::move(image)));
  set_bucket(name, header, {});
  return {};
}

Result<std::optional<std::string>> BoltEditor::last_key(std::string_view name) const {
  HF_ASSIGN(const auto header, find_bucket(name));
  if (!header) return std::optional<std::string>();
  if (header->root == 0) {
    HF_ASSIGN(const auto items, read_bucket(name));
    return items->empty() ? std::optional<std::string>() : std::optional<std::string>(items->rbegin()->first);
  }
  auto edge = find_right_edge(database_, header->root);
  if (!edge) return in_bucket(std::move(edge).error(), name);
  auto key = snapshot::last_key(database_, *edge);
  if (!key) return in_bucket(std::move(key).error(), name);
  return key;
}

Status BoltEditor::append_item(std::string_view name, std::string_view key, std::string_view value) {
  HF_ASSIGN(const auto last, last_key(name));
  if (last && key <= *last) return fail(Code::usage, "the item is not greater than the last of bucket {}", name);
  HF_ASSIGN(const auto header, find_bucket(name));
  if (!header || header->root == 0) {
    HF_ASSIGN(auto items, read_bucket(name));
    ItemMap all = std::move(items).value_or(ItemMap{});
    all.emplace(key, StoredItem{.value = std::string(value)});
    return write_bucket(name, all);
  }
  HF_ASSIGN(const RightEdge edge, find_right_edge(database_, header->root));
  const PageId leaf = database_.page_limit();
  auto pages = copy_leaf_with(database_, edge, leaf, as_bytes(key), as_bytes(value));
  if (!pages) return in_bucket(std::move(pages).error(), name);
  database_.extend(*pages);
  if (edge.parent != 0) return redirect_parent(database_, edge, leaf);
  set_bucket(name, {.root = leaf, .sequence = header->sequence}, {});
  return {};
}

Result<PageId> BoltEditor::append_leaf(Bytes image) {
  const PageId id = database_.page_limit();
  const std::uint64_t pages = (image.size() + meta().page_size - 1) / meta().page_size;
  PageHeader header = read_page_header(image);
  header.id = id;
  header.overflow = static_cast<std::uint32_t>(pages - 1);
  write_page_header(header, image);
  image.resize(static_cast<std::size_t>(pages * meta().page_size));
  HF_TRY(database_.file().write_at(database_.offset_of(id), image));
  database_.extend(pages);
  return id;
}

Result<Meta> BoltEditor::commit() {
  HF_ASSIGN(Bytes image, encode_leaf(root_, 0));
  Meta next = meta();
  HF_ASSIGN(next.root, append_leaf(std::move(image)));
  next.high_water_mark = database_.page_limit();
  next.freelist = kNoFreelist;  // etcd finds the free pages again when it opens the file
  Bytes page(meta().page_size);
  for (int i = 0; i < 2; ++i) {
    if (++next.txid == 0) return fail(Code::corrupt, "the database has run out of transaction numbers");
    write_meta(next, page);
    HF_TRY(database_.file().write_at(next.txid % 2 * meta().page_size, page));
  }
  HF_TRY(database_.file().truncate(database_.offset_of(next.high_water_mark)));
  return next;
}

}  // namespace holdfast::snapshot
