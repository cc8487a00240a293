#include "snapshot/tree_checker.h"

#include <algorithm>
#include <optional>

#include "base/crc32c.h"

namespace holdfast::snapshot {
namespace {

// Longer leaves are read item by item, longer values piece by piece.
constexpr std::uint64_t kMaxImage = 16 * kMiB;
constexpr std::size_t kPiece = kMiB;
// bbolt's own limit for a key is half of it; its branch pages have at most four keys when they are longer than a page.
constexpr std::size_t kMaxKey = 64 * kKiB;
constexpr std::uint64_t kMaxBranch = 512 * kKiB;

// Either may be empty, without an address.
bool less(ByteView a, ByteView b) {
  return as_text(a) < as_text(b);
}

}  // namespace

Result<TreeTotals> TreeChecker::check(std::string_view bucket, PageId root, const ItemVisitor& visit) {
  bucket_ = bucket;
  visit_ = &visit;
  totals_ = {};
  has_last_key_ = false;
  HF_TRY(visit_page(root, {}));
  while (!path_.empty()) {
    Branch& branch = path_.back();
    if (branch.next == branch.children.size()) {
      path_.pop_back();
      continue;
    }
    const Child& child = branch.children[branch.next++];
    const ByteView keys(branch.keys);
    Bounds bounds{.least = keys.subspan(child.key_at, child.key_size), .limit = branch.limit};
    if (branch.next < branch.children.size()) {
      const Child& after = branch.children[branch.next];
      bounds.limit = keys.subspan(after.key_at, after.key_size);
    }
    HF_TRY(visit_page(child.page, bounds));
  }
  return totals_;
}

TreeTotals TreeChecker::check_inline(std::string_view bucket, PageId page, ByteView image, const ItemVisitor& visit) {
  bucket_ = bucket;
  visit_ = &visit;
  totals_ = {};
  has_last_key_ = false;
  if (image.size() < kPageHeaderSize) {
    findings_.error("structure", where(page), "the inline bucket is cut off");
    return totals_;
  }
  const PageHeader header = read_page_header(image);
  if (header.flags != kLeafPage || header.overflow != 0) {
    findings_.error("structure", where(page), "the inline bucket is not a leaf (flags 0x{:x}, overflow {})",
                    header.flags, header.overflow);
    return totals_;
  }
  check_image(page, image, header.count, {});
  return totals_;
}

// Marks pages even when one of them was met before: so each page is looked at once, however often it is referred to.
bool TreeChecker::meet(PageId page, std::uint64_t count) {
  for (PageId next = page; next < page + count; ++next) {
    if (met_.contains(next)) {
      findings_.error("reachability", where(page), "page {} belongs to more than one page or bucket", next);
      return false;
    }
    met_.insert(next);
  }
  return true;
}

// Empty when the page cannot be used.
Result<std::optional<PageHeader>> TreeChecker::read_header(PageId page) {
  const std::optional<PageHeader> unusable;
  if (page < 2 || page >= meta_.high_water_mark) {
    findings_.error("reachability", where(page), "the tree refers to a page that does not exist");
    return unusable;
  }
  HF_ASSIGN(const ByteView bytes, reader_.read(page * meta_.page_size, kPageHeaderSize));
  const PageHeader header = read_page_header(bytes);
  if (header.id != page) {
    findings_.error("page-header", where(page), "it carries the number {}", header.id);
    return unusable;
  }
  if (header.flags != kBranchPage && header.flags != kLeafPage) {
    findings_.error("page-header", where(page), "it is neither branch nor leaf (flags 0x{:x})", header.flags);
    return unusable;
  }
  if (header.overflow >= meta_.high_water_mark - page) {
    findings_.error("page-header", where(page), "its {} overflow pages reach beyond the end of the database",
                    header.overflow);
    return unusable;
  }
  const std::uint64_t pages = std::uint64_t{header.overflow} + 1;
  if (!meet(page, pages)) return unusable;
  on_pages_(pages);
  if (header.count > (pages * meta_.page_size - kPageHeaderSize) / kElementSize) {
    findings_.error("structure", where(page), "its {} elements do not fit", header.count);
    return unusable;
  }
  return std::optional(header);
}

Status TreeChecker::visit_page(PageId page, const Bounds& bounds) {
  HF_ASSIGN(const std::optional<PageHeader> header, read_header(page));
  if (!header) return {};
  if (header->flags == kLeafPage) return visit_leaf(page, *header, bounds);
  if (path_.size() < kMaxTreeDepth) return push_branch(page, *header, bounds);
  findings_.error("structure", where(page), "the tree is deeper than {} pages", kMaxTreeDepth);
  return {};
}

Status TreeChecker::push_branch(PageId page, const PageHeader& header, const Bounds& bounds) {
  const std::uint64_t size = (std::uint64_t{header.overflow} + 1) * meta_.page_size;
  if (size > kMaxBranch) {
    findings_.error("structure", where(page), "a branch page of {} bytes is too large to be true", size);
    return {};
  }
  HF_ASSIGN(const ByteView image, reader_.read(page * meta_.page_size, static_cast<std::size_t>(size)));
  Branch branch;
  if (read_branch(page, image, header, bounds, branch)) path_.push_back(std::move(branch));
  return {};
}

bool TreeChecker::read_branch(PageId page, ByteView image, const PageHeader& header, const Bounds& bounds,
                              Branch& branch) {
  if (header.count == 0) findings_.error("structure", where(page), "a branch page without children");
  branch.limit.assign(bounds.limit.begin(), bounds.limit.end());
  ByteView previous = bounds.least;
  const std::size_t keys_at = kPageHeaderSize + header.count * kElementSize;
  bool packed = true;
  for (std::uint16_t i = 0; i < header.count; ++i) {
    const auto item = branch_item(image, i);
    if (!item || item->key.empty()) {
      findings_.error("structure", where(page), "the key of child {} lies outside the page or is empty", i);
      return false;
    }
    packed = packed && item->key.data() == image.data() + keys_at + branch.keys.size();
    if (i == 0) check_first_key(page, item->key, bounds);
    const bool in_order = i == 0 || less(previous, item->key);
    if (!in_order) findings_.error("key-order", where(page), "the key of child {} does not follow the one before", i);
    if (!bounds.limit.empty() && !less(item->key, bounds.limit)) {
      findings_.error("key-order", where(page), "the key of child {} belongs behind this page", i);
    }
    previous = item->key;
    branch.children.push_back({.page = item->child, .key_at = branch.keys.size(), .key_size = item->key.size()});
    branch.keys.insert(branch.keys.end(), item->key.begin(), item->key.end());
    // Hostile keys may overlap and so be longer than the page together.
    if (branch.keys.size() > image.size()) {
      findings_.error("structure", where(page), "its keys lie over each other");
      return false;
    }
  }
  if (!packed) report_gap(page);
  return true;
}

Status TreeChecker::visit_leaf(PageId page, const PageHeader& header, const Bounds& bounds) {
  if (header.count == 0 && !path_.empty()) {
    findings_.error("structure", where(page), "a leaf page without items below a branch page: items are missing");
  }
  const std::uint64_t size = (std::uint64_t{header.overflow} + 1) * meta_.page_size;
  if (size > kMaxImage) return check_long_leaf(page, header, bounds);
  HF_ASSIGN(const ByteView image, reader_.read(page * meta_.page_size, static_cast<std::size_t>(size)));
  check_image(page, image, header.count, bounds);
  return {};
}

// Readers do not mind gaps, but nobody writes them: a smaller number of elements would leave one.
void TreeChecker::report_gap(PageId page) {
  findings_.error("structure", where(page), "its items do not follow its elements without gaps: items are missing");
}

void TreeChecker::check_image(PageId page, ByteView image, std::uint16_t count, const Bounds& bounds) {
  std::uint64_t used = kPageHeaderSize + count * kElementSize;
  bool packed = true;
  for (std::uint16_t i = 0; i < count; ++i) {
    const auto item = used <= image.size() ? leaf_item(image, i) : std::nullopt;
    if (!item) {
      findings_.error("structure", where(page), "item {} lies outside the page", i);
      return;
    }
    packed = packed && item->key.data() == image.data() + used;
    used += item->key.size() + item->value.size();
    if (used > image.size()) {
      findings_.error("structure", where(page), "its items lie over each other");
      return;
    }
    if (i == 0) check_first_key(page, item->key, bounds);
    if (!check_key(page, item->key, bounds)) return;
    totals_.crc = crc32c(crc32c(totals_.crc, item->key), item->value);
    totals_.bytes += item->key.size() + item->value.size();
    ++totals_.items;
    (*visit_)({.page = page, .key = item->key, .value = item->value, .is_bucket = item->is_bucket()});
  }
  if (!packed) report_gap(page);
}

// Readers only need the branch page's key not to be greater. But bbolt keeps it equal, and finds by it which entry of
// the branch page to change: after the next write under an entry with another key the tree would be broken.
void TreeChecker::check_first_key(PageId page, ByteView key, const Bounds& bounds) {
  if (bounds.least.empty() || as_text(key) == as_text(bounds.least)) return;
  findings_.error("key-order", where(page), "it begins with key {}, the branch page above says {}", readable(key),
                  readable(bounds.least));
}

// False when there is no use in going on with this page.
bool TreeChecker::check_key(PageId page, ByteView key, const Bounds& bounds) {
  if (key.empty()) {
    findings_.error("structure", where(page), "an item has an empty key");
    return false;
  }
  if (has_last_key_ && !less(last_key_, key)) {
    findings_.error("key-order", where(page), "key {} does not follow key {}", readable(key), readable(last_key_));
  }
  if (less(key, bounds.least) || (!bounds.limit.empty() && !less(key, bounds.limit))) {
    findings_.error("key-order", where(page), "key {} is not among those the branch page above expects here",
                    readable(key));
  }
  last_key_.assign(key.begin(), key.end());
  has_last_key_ = true;
  return true;
}

Status TreeChecker::check_long_leaf(PageId page, const PageHeader& header, const Bounds& bounds) {
  const std::uint64_t offset = page * meta_.page_size;
  const std::uint64_t size = (std::uint64_t{header.overflow} + 1) * meta_.page_size;
  const std::size_t elements_size = kPageHeaderSize + header.count * kElementSize;
  HF_ASSIGN(const ByteView view, reader_.read(offset, elements_size));
  const Bytes elements(view.begin(), view.end());
  std::uint64_t used = elements_size;
  bool packed = true;
  for (std::uint16_t i = 0; i < header.count; ++i) {
    const std::uint64_t at = kPageHeaderSize + i * kElementSize;
    const std::uint8_t* const element = elements.data() + at;
    const std::uint64_t key_at = at + load_le<std::uint32_t>(element + 4);
    const LeafSizes sizes{.flags = load_le<std::uint32_t>(element),
                          .key = load_le<std::uint32_t>(element + 8),
                          .value = load_le<std::uint32_t>(element + 12)};
    packed = packed && key_at == used;
    used += std::uint64_t{sizes.key} + sizes.value;
    if (key_at + sizes.key + sizes.value > size || used > size || sizes.key > kMaxKey) {
      findings_.error("structure", where(page), "item {} lies outside the page or over another one", i);
      return {};
    }
    HF_TRY(check_long_item(page, offset + key_at, sizes, bounds, i == 0));
  }
  if (!packed) report_gap(page);
  return {};
}

Status TreeChecker::check_long_item(PageId page, std::uint64_t key_at, const LeafSizes& sizes, const Bounds& bounds,
                                    bool first) {
  const bool whole = sizes.value <= kMaxImage;
  HF_ASSIGN(const ByteView view, reader_.read(key_at, sizes.key + (whole ? sizes.value : 0)));
  const ByteView key = view.first(sizes.key);
  if (first) check_first_key(page, key, bounds);
  if (!check_key(page, key, bounds)) return {};
  totals_.crc = crc32c(totals_.crc, view);
  totals_.bytes += std::uint64_t{sizes.key} + sizes.value;
  ++totals_.items;
  TreeItem item{.page = page, .key = last_key_, .is_bucket = (sizes.flags & kBucketLeafFlag) != 0};
  if (!whole) return check_huge_value(item, key_at + sizes.key, sizes.value);
  item.value = view.subspan(sizes.key);
  (*visit_)(item);
  return {};
}

Status TreeChecker::check_huge_value(TreeItem& item, std::uint64_t value_at, std::uint64_t size) {
  RecordStream record(seed_, size);
  while (record.left() > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, record.left()));
    HF_ASSIGN(const ByteView bytes, reader_.read(value_at + (size - record.left()), piece));
    totals_.crc = crc32c(totals_.crc, bytes);
    record.feed(bytes);
  }
  item.record = &record;
  (*visit_)(item);
  return {};
}

}  // namespace holdfast::snapshot
