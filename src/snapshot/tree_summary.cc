#include "snapshot/tree_summary.h"

#include <limits>
#include <vector>

#include "base/crc32c.h"
#include "snapshot/bolt_file.h"
#include "snapshot/branch_keys.h"
#include "snapshot/item_form.h"

namespace holdfast::snapshot {
namespace {

// Pages of the tree that were met so far.
class PageSet {
 public:
  explicit PageSet(std::uint64_t pages) : words_(static_cast<std::size_t>((pages + 63) / 64)), pages_(pages) {}

  // False when one of them was met before or lies outside.
  bool add(PageId first, std::uint64_t count) {
    if (count > pages_ || first > pages_ - count) return false;
    for (PageId page = first; page < first + count; ++page) {
      std::uint64_t& word = words_[static_cast<std::size_t>(page / 64)];
      const std::uint64_t bit = std::uint64_t{1} << (page % 64);
      if ((word & bit) != 0) return false;
      word |= bit;
    }
    size_ += count;
    return true;
  }
  bool contains(PageId page) const { return (words_[static_cast<std::size_t>(page / 64)] >> (page % 64) & 1U) != 0; }
  std::uint64_t size() const { return size_; }

 private:
  std::vector<std::uint64_t> words_;
  std::uint64_t pages_;
  std::uint64_t size_ = 0;
};

class TreeSummary {
 public:
  explicit TreeSummary(const PagePass& pass) : pass_(pass), met_(pass.meta().high_water_mark) {}

  Result<PageFacts> run() {
    met_.add(0, 2);
    HF_TRY(walk("the root bucket", pass_.meta().root,
                [this](PageId page, std::size_t, const PageSummary& leaf) { return visit_root_leaf(page, leaf); }));
    HF_TRY(check_free_list());
    HF_TRY(check_compactions());
    facts_.total_size = pass_.meta().high_water_mark * pass_.meta().page_size;
    facts_.size_in_use = met_.size() * pass_.meta().page_size;
    facts_.page_size = pass_.meta().page_size;
    take_bucket_facts();
    take_missing_bucket();
    count_live_keys();
    return std::move(facts_);
  }

 private:
  Status check_free_list() {
    const PageId page = pass_.meta().freelist;
    if (page == kNoFreelist) return {};
    const FreeList& list = pass_.free_list();
    if (!list.sound()) return fail(Code::corrupt, "page {}: there is no sound free list", page);
    if (!met_.add(page, list.pages())) return fail(Code::corrupt, "page {}: the free list lies in pages in use", page);
    std::size_t next = 0;
    for (PageId id = 2; id < pass_.meta().high_water_mark; ++id) {
      const bool listed = next < list.ids().size() && list.ids()[next] == id;
      if (listed) ++next;
      if (listed && met_.contains(id)) return fail(Code::corrupt, "page {}: it is listed as free but in use", id);
      if (!listed && !met_.contains(id)) {
        return fail(Code::corrupt, "page {}: it is neither in use nor listed as free", id);
      }
    }
    return {};
  }

  Status check_compactions() const {
    if (bucket_facts_.finished_compact_revision <= bucket_facts_.scheduled_compact_revision) return {};
    return fail(Code::corrupt, "bucket meta: the finished compaction {} is newer than the scheduled one {}",
                bucket_facts_.finished_compact_revision, bucket_facts_.scheduled_compact_revision);
  }

  // A branch page on the way to the current leaf. Its keys have to be the first ones of its children, which are those
  // of the first leaves below them.
  struct Branch {
    PageId page;
    PageTable::Children children;
    std::uint64_t keys;          // as the page has them
    BranchKeys seen;             // as its children have them
    std::uint64_t position = 0;  // of the child behind the current one
  };
  // The tree that is being walked.
  struct Walk {
    std::string_view bucket;
    std::vector<Branch> path;
    Bytes last_key;  // of the leaves so far
  };

  // Calls visit(page, index, summary) for each leaf of the tree under `root`, in key order.
  template <class Visit>
  Status walk(std::string_view bucket, PageId root, Visit visit) {
    Walk walk{.bucket = bucket, .path = {}, .last_key = {}};
    std::optional<PageId> page = root;
    while (page || !walk.path.empty()) {
      if (!page) {
        page = walk.path.back().children.next();
        if (page) {
          ++walk.path.back().position;
        } else {
          HF_TRY(leave_branch(walk));
        }
        continue;
      }
      HF_ASSIGN(const std::size_t index, meet(bucket, *page));
      const PageSummary summary = pass_.table().at(index);
      if (!summary.has(kIsBranch)) {
        HF_TRY(visit(*page, index, summary));
        HF_TRY(compare_keys(walk, *page, summary));
      } else if (walk.path.size() == kMaxTreeDepth) {
        return fail(Code::corrupt, "bucket {}, page {}: the tree is too deep", bucket, *page);
      } else {
        walk.path.push_back(
            {.page = *page, .children = {pass_.table(), *page, summary}, .keys = summary.keys, .seen = {}});
      }
      page.reset();
    }
    return {};
  }

  static Status leave_branch(Walk& walk) {
    const Branch& branch = walk.path.back();
    if (branch.seen.value() != branch.keys) {
      return fail(Code::corrupt, "bucket {}, page {}: its keys are not the first ones of its children", walk.bucket,
                  branch.page);
    }
    walk.path.pop_back();
    return {};
  }

  // Compares the keys of a leaf with those of the leaf before, and hands its first one to the branches above.
  Status compare_keys(Walk& walk, PageId page, const PageSummary& leaf) const {
    if (leaf.count == 0) {
      if (walk.path.empty()) return {};
      return fail(Code::corrupt, "bucket {}, page {}: a leaf page without items below a branch page", walk.bucket,
                  page);
    }
    const Bytes first = first_key(leaf);
    if (!walk.last_key.empty() && as_text(walk.last_key) >= as_text(first)) {
      return fail(Code::corrupt, "bucket {}, page {}: its keys do not follow those of the page before", walk.bucket,
                  page);
    }
    walk.last_key = last_key(leaf);
    const std::uint64_t hash = KeyHash::of(pass_.log().seed(), first);
    for (auto branch = walk.path.rbegin(); branch != walk.path.rend(); ++branch) {
      branch->seen.add(hash);
      if (branch->position > 1) break;
    }
    return {};
  }

  static Bytes bytes_of(const RecordKey& key) {
    Bytes bytes(kRevisionKeySize);
    write_revision(key.revision, bytes.data());
    if (key.tombstone) bytes.push_back('t');
    return bytes;
  }
  Bytes first_key(const PageSummary& leaf) const {
    return leaf.has(kRecordKeys) ? bytes_of(leaf.first) : pass_.table().edges().first(leaf.edges);
  }
  Bytes last_key(const PageSummary& leaf) const {
    return leaf.has(kRecordKeys) ? bytes_of(leaf.last) : pass_.table().edges().last(leaf.edges);
  }

  Result<std::size_t> meet(std::string_view bucket, PageId page) {
    const auto index = pass_.table().find(page);
    if (!index)
      return fail(Code::corrupt, "bucket {}, page {}: it is not a page of a tree with that number", bucket, page);
    const PageSummary summary = pass_.table().at(*index);
    if (summary.has(kBroken)) return fail(Code::corrupt, "bucket {}, page {}: its elements are damaged", bucket, page);
    if (summary.has(kUnread)) return unsupported(bucket, page);
    if (summary.has(kUnordered))
      return fail(Code::corrupt, "bucket {}, page {}: its keys are not in order", bucket, page);
    if (!met_.add(page, std::uint64_t{summary.overflow} + 1)) {
      return fail(Code::corrupt, "bucket {}, page {}: it is referred to twice", bucket, page);
    }
    return *index;
  }

  static tl::unexpected<Error> unsupported(std::string_view bucket, PageId page) {
    return fail(Code::unsupported, "bucket {}, page {}: its layout cannot be judged in one pass", bucket, page);
  }

  Status visit_root_leaf(PageId page, const PageSummary& leaf) {
    if (leaf.count == 0) return {};
    if (!leaf.has(kBucketItems))
      return fail(Code::corrupt, "page {}: the root holds something that is not a bucket", page);
    const BucketLeaf* const details = pass_.bucket_leaf(page);
    if (details == nullptr) return unsupported("the root bucket", page);
    merge_all_facts(details->facts);
    for (const BucketEntry& entry : details->buckets)
      HF_TRY(visit_bucket(page, *details, entry));
    return {};
  }

  void merge_all_facts(const BucketFacts& facts) {
    for (const BucketName name : {BucketName::meta, BucketName::cluster, BucketName::auth}) {
      merge_facts(name, facts, bucket_facts_);
    }
  }

  Status visit_bucket(PageId page, const BucketLeaf& leaf, const BucketEntry& entry) {
    if (++bucket_count_ > kMaxBuckets) return fail(Code::corrupt, "page {}: too many buckets to be true", page);
    buckets_ |= bucket_bit(entry.name);
    facts_.hash = crc32c_combine(facts_.hash, entry.crc, entry.bytes);
    if (entry.root != 0) return visit_tree(entry);
    const std::string_view name = to_text(entry.name);
    if (entry.has(kBroken)) return fail(Code::corrupt, "bucket {} in page {}: its content is damaged", name, page);
    if (entry.has(kUnordered))
      return fail(Code::corrupt, "bucket {} in page {}: its keys are not in order", name, page);
    if (entry.name == BucketName::key && entry.items > 0) {
      if (!entry.has(kRecordKeys)) return fail(Code::corrupt, "bucket key in page {}: a key is not a revision", page);
      if (entry.has(kBadRecord)) return fail(Code::corrupt, "bucket key in page {}: a record does not decode", page);
      if (entry.has(kWrongRecord)) return wrong_record(page);
      facts_.revision = leaf.key_main;
      spans_.push_back(leaf.key_span);
    }
    if (entry.unfit) return unreadable_item(name, page);
    use_page(entry.name, page);
    count_items(entry.name, entry.items);
    return {};
  }

  static Status wrong_record(PageId page) {
    return fail(Code::corrupt, "bucket key, page {}: a record has no key or was made at another revision", page);
  }
  static Status unreadable_item(std::string_view bucket, PageId page) {
    return fail(Code::corrupt, "bucket {}, page {}: an item does not have the form that etcd gives it", bucket, page);
  }

  Status visit_tree(const BucketEntry& entry) {
    return walk(to_text(entry.name), entry.root,
                [&](PageId page, std::size_t index, const PageSummary& leaf) -> Status {
                  const std::string_view name = to_text(entry.name);
                  if (leaf.has(kBucketItems))
                    return fail(Code::corrupt, "bucket {}, page {}: a bucket inside it", name, page);
                  if (entry.name == BucketName::key) {
                    HF_TRY(visit_key_leaf(page, index, leaf));
                  } else {
                    HF_TRY(visit_small_leaf(entry.name, page, leaf));
                  }
                  use_page(entry.name, page);
                  facts_.hash = crc32c_combine(facts_.hash, leaf.crc, leaf.bytes);
                  count_items(entry.name, leaf.count);
                  return {};
                });
  }

  Status visit_key_leaf(PageId page, std::size_t index, const PageSummary& leaf) {
    if (leaf.count == 0) return {};
    if (leaf.has(kUnchecked)) return unsupported("key", page);
    if (!leaf.has(kRecordKeys)) return fail(Code::corrupt, "bucket key, page {}: a key is not a revision", page);
    if (leaf.has(kBadRecord)) return fail(Code::corrupt, "bucket key, page {}: a record does not decode", page);
    if (leaf.has(kWrongRecord)) return wrong_record(page);
    facts_.revision = leaf.last.revision.main;
    spans_.push_back(pass_.log().span(index));
    return {};
  }

  Status visit_small_leaf(BucketName name, PageId page, const PageSummary& leaf) {
    if (leaf.has(kOnlyRecords)) return unsupported(to_text(name), page);
    if ((leaf.unfit & bucket_bit(name)) != 0) return unreadable_item(to_text(name), page);
    return take_leaf_facts(name, page, leaf);
  }

  Status take_leaf_facts(BucketName name, PageId page, const PageSummary& leaf) {
    if (name != BucketName::meta && name != BucketName::cluster && name != BucketName::auth) return {};
    if (const BucketFacts* const found = pass_.fact_leaf(page)) {
      merge_facts(name, *found, bucket_facts_);
    } else if (leaf.has(kFactItems)) {
      return unsupported(to_text(name), page);
    }
    return {};
  }

  void use_page(BucketName name, PageId page) const {
    if (pass_.sink() != nullptr) pass_.sink()->use_page(name, page);
  }

  void count_items(BucketName name, std::uint64_t count) {
    facts_.total_items += count;
    if (name == BucketName::members) facts_.member_count += count;
    if (name == BucketName::lease) facts_.lease_count += count;
    if (name == BucketName::alarm) facts_.alarm_count += count;
  }

  void take_bucket_facts() {
    facts_.compact_revision = bucket_facts_.finished_compact_revision;
    facts_.scheduled_compact_revision = bucket_facts_.scheduled_compact_revision;
    facts_.consistent_index = bucket_facts_.consistent_index;
    facts_.term = bucket_facts_.term;
    facts_.storage_version = bucket_facts_.storage_version.str();
    facts_.cluster_version = bucket_facts_.cluster_version.str();
    facts_.auth_enabled = bucket_facts_.auth_enabled;
  }

  void take_missing_bucket() {
    for (const BucketName name : {BucketName::lease, BucketName::meta, BucketName::key}) {
      if ((buckets_ & bucket_bit(name)) == 0) facts_.missing_bucket = to_text(name);
    }
  }

  void count_live_keys() {
    if (pass_.log().gave_up()) return;
    std::uint64_t records = 0;
    for (std::size_t i = 0; i < spans_.size(); ++i)
      records += spans_[i].count;
    LiveKeyCounter counter(records);
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      for (std::uint32_t at = 0; at < spans_[i].count; ++at)
        counter.replay(pass_.log().entry(spans_[i].start + at));
    }
    facts_.live_keys = counter.live();
  }

  const PagePass& pass_;
  PageSet met_;
  PageFacts facts_;
  BucketFacts bucket_facts_;
  std::uint32_t buckets_ = 0;  // which ones were met, a bit each
  std::size_t bucket_count_ = 0;
  ChunkedVector<KeyLog::Span> spans_;  // of the records in key order
};

}  // namespace

Result<PageFacts> summarise_tree(const PagePass& pass) {
  return TreeSummary(pass).run();
}

}  // namespace holdfast::snapshot
