#include "snapshot/keys/key_listing.h"

#include <algorithm>
#include <utility>

#include "model/json.h"
#include "snapshot/item_form.h"
#include "snapshot/keys/item_sorter.h"
#include "snapshot/page_walk.h"
#include "snapshot/record_sink.h"
#include "snapshot/sequential_read.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/trailer_hash.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kMaxLeases = std::size_t{1} << 20U;
constexpr std::size_t kMaxListedMembers = 1000;
constexpr std::size_t kMaxMemberText = 16 * kKiB;

// The pages that belong to the tree of each bucket that is listed.
class UsedPages {
 public:
  void use(BucketName bucket, PageId page, std::uint64_t pages) {
    PageSet* const set = of(bucket);
    if (set == nullptr) return;
    if (!counted_) *this = UsedPages(pages);
    of(bucket)->insert(page);
  }
  bool has(const Item& item) const {
    if (!counted_) return false;
    switch (item.kind) {
      case ItemKind::member:
        return members_.contains(item.page);
      case ItemKind::lease:
        return leases_.contains(item.page);
      default:
        return keys_.contains(item.page);
    }
  }

  UsedPages() = default;

 private:
  explicit UsedPages(std::uint64_t pages) : counted_(true), keys_(pages), leases_(pages), members_(pages) {}
  PageSet* of(BucketName bucket) {
    if (bucket == BucketName::key) return &keys_;
    if (bucket == BucketName::lease) return &leases_;
    return bucket == BucketName::members ? &members_ : nullptr;
  }

  bool counted_ = false;
  PageSet keys_{0};
  PageSet leases_{0};
  PageSet members_{0};
};

// The last record of each key, if it is not a tombstone.
class LiveKeys final : public KeyCursor {
 public:
  LiveKeys(std::unique_ptr<ItemSource> items, const UsedPages& used) : items_(std::move(items)), used_(used) {}

  // Moves to the first record that counts, past everything that stands before.
  Status start() { return advance(); }

  Result<bool> next(KeyState& into) override {
    while (ahead_) {
      bool exists = false;
      do {
        exists = !items_->item().tombstone;
        take(into);
        HF_TRY(advance());
      } while (ahead_ && as_text(items_->item().key) == into.key);
      if (exists) return true;
    }
    return false;
  }

 private:
  void take(KeyState& into) const {
    const Item& item = items_->item();
    into.key.assign(as_text(item.key));
    into.create_revision = item.create_revision;
    into.mod_revision = item.revision.main;
    into.version = item.version;
    into.lease = item.lease;
    into.value_size = item.value_size;
    into.value_digest = item.value_digest;
  }

  Status advance() {
    while (true) {
      HF_ASSIGN(ahead_, items_->next());
      if (!ahead_) return {};
      const Item& item = items_->item();
      if (item.kind == ItemKind::long_key && used_.has(item)) {
        return fail(Code::unsupported, "page {}: a key is longer than {} bytes, too long to be listed", item.page,
                    kMaxListedKey);
      }
      if (item.kind == ItemKind::record && used_.has(item)) return {};
    }
  }

  std::unique_ptr<ItemSource> items_;
  const UsedPages& used_;
  bool ahead_ = false;  // items_ stands at a record that was not given out yet
};

// Empty when etcd itself would not understand it, which verify() tells.
std::optional<ListedMember> read_member(std::string_view text) {
  const auto value = json::parse(text, kMaxMemberText);
  if (!value || !value->is_object()) return std::nullopt;
  const json::Object& object = value->as_object();
  ListedMember member;
  const auto id = json::get_uint(object, "id");
  if (!id) return std::nullopt;
  member.id = *id;
  if (json::has(object, "name")) member.name = json::get_string(object, "name").value_or("");
  const auto urls = json::get_array(object, "peerURLs");
  for (const json::Value& url : urls ? *urls : json::Array()) {
    if (url.is_string()) member.peer_urls.emplace_back(std::string_view(url.as_string()));
  }
  return member;
}

}  // namespace

class KeyListing::State {
 public:
  // Reads what stands before the records.
  Status read_small() {
    HF_ASSIGN(const auto items, items_.open());
    while (true) {
      HF_ASSIGN(const bool more, items->next());
      if (!more || items->item().kind == ItemKind::record) break;
      if (used_.has(items->item())) take(items->item());
    }
    std::ranges::sort(members_, {}, &ListedMember::id);
    return {};
  }

  PageFacts facts_;
  SortedItems items_;
  UsedPages used_;
  std::vector<std::int64_t> leases_;
  std::vector<ListedMember> members_;

 private:
  void take(const Item& item) {
    if (item.kind == ItemKind::lease && leases_.size() < kMaxLeases) {
      leases_.push_back(static_cast<std::int64_t>(load_be64(item.key.data())));
    } else if (item.kind == ItemKind::member && members_.size() < kMaxListedMembers) {
      if (auto member = read_member(as_text(item.key))) members_.push_back(std::move(*member));
    }
  }
};

KeyListing::KeyListing(std::unique_ptr<State> state) : state_(std::move(state)) {}
KeyListing::KeyListing(KeyListing&&) noexcept = default;
KeyListing& KeyListing::operator=(KeyListing&&) noexcept = default;
KeyListing::~KeyListing() = default;

const PageFacts& KeyListing::facts() const {
  return state_->facts_;
}

std::int64_t KeyListing::revision() const {
  const PageFacts& facts = state_->facts_;
  return std::max({facts.revision, facts.compact_revision, facts.scheduled_compact_revision, std::int64_t{1}});
}

const std::vector<std::int64_t>& KeyListing::leases() const {
  return state_->leases_;
}

const std::vector<ListedMember>& KeyListing::members() const {
  return state_->members_;
}

bool KeyListing::spilled() const {
  return state_->items_.spilled();
}

Result<std::unique_ptr<KeyCursor>> KeyListing::open() const {
  HF_ASSIGN(auto items, state_->items_.open());
  auto cursor = std::make_unique<LiveKeys>(std::move(items), state_->used_);
  HF_TRY(cursor->start());
  return cursor;
}

// Hands what passes to the sorter, until that fails.
class KeyLister::Sorting final : public RecordSink {
 public:
  Sorting(os::FileSystem& files, const ListOptions& options)
      : seed_(options.digest_seed), sorter_(files, options.spool_directory, options.memory) {}

  const HashSeed& digest_seed() const override { return seed_; }
  void take_record(PageId page, const ListedRecord& record) override {
    add({.key = record.key,
         .kind = ItemKind::record,
         .tombstone = record.revision.tombstone,
         .page = static_cast<std::uint32_t>(page),
         .revision = record.revision.revision,
         .create_revision = record.create_revision,
         .version = record.version,
         .lease = record.lease,
         .value_size = record.value_size,
         .value_digest = record.value_digest});
  }
  void take_long_key(PageId page) override { add_small(ItemKind::long_key, page, {}); }
  void take_lease(PageId page, std::int64_t id) override {
    std::uint8_t key[8];
    store_be64(key, static_cast<std::uint64_t>(id));
    add_small(ItemKind::lease, page, key);
  }
  void take_member(PageId page, ByteView json) override {
    if (json.size() <= kMaxMemberText) add_small(ItemKind::member, page, json);
  }
  void use_page(BucketName bucket, PageId page) override {
    used_.use(bucket, page, scanner_->database_size().value_or(0) / kMinPageSize + 1);
  }

  const Status& status() const { return status_; }
  void set_scanner(const PageScanner& scanner) { scanner_ = &scanner; }
  Result<SortedItems> finish() { return sorter_.finish(); }
  UsedPages take_used() { return std::move(used_); }

 private:
  void add_small(ItemKind kind, PageId page, ByteView key) {
    add({.key = key, .kind = kind, .page = static_cast<std::uint32_t>(page), .revision = {}});
  }
  void add(const Item& item) {
    if (status_) status_ = sorter_.add(item);
  }

  const HashSeed seed_;
  ItemSorter sorter_;
  Status status_;
  UsedPages used_;
  const PageScanner* scanner_ = nullptr;  // whose sink this is
};

KeyLister::KeyLister(os::FileSystem& files, const ListOptions& options)
    : sorting_(std::make_unique<Sorting>(files, options)), scanner_({.max_records = 0, .sink = sorting_.get()}) {
  sorting_->set_scanner(scanner_);
}
KeyLister::~KeyLister() = default;

Status KeyLister::write(ByteView bytes) {
  HF_TRY(scanner_.write(bytes));
  return sorting_->status();
}

std::optional<std::uint64_t> KeyLister::database_size() const {
  return scanner_.database_size();
}

Result<KeyListing> KeyLister::finish() {
  auto state = std::make_unique<KeyListing::State>();
  HF_ASSIGN(state->facts_, scanner_.finish());
  HF_TRY(sorting_->status());  // a small database passes whole in finish()
  HF_ASSIGN(state->items_, sorting_->finish());
  state->used_ = sorting_->take_used();
  HF_TRY(state->read_small());
  return KeyListing(std::move(state));
}

Result<KeyListing> list_keys(os::File& file, os::FileSystem& files, const ListOptions& options) {
  HF_ASSIGN(const SnapshotFile layout, read_snapshot_file(file));
  if (!layout.complete()) {
    return fail(Code::corrupt, "the snapshot is cut off: its database has {} bytes, {} are there", layout.database_size,
                layout.data_size);
  }
  std::optional<TrailerHash> hash;
  if (layout.trailer) hash.emplace(file, layout.data_size);
  KeyLister lister(files, options);
  std::uint64_t done = 0;
  const auto take = [&](ByteView block) -> Status {
    HF_TRY(lister.write(block));
    done += block.size();
    if (options.on_progress) options.on_progress(done, layout.database_size);
    return {};
  };
  HF_TRY(read_sequentially(file, layout.database_size, take));
  HF_ASSIGN(KeyListing listing, lister.finish());
  if (!hash) return listing;
  HF_ASSIGN(const Sha256Digest digest, hash->finish());
  HF_ASSIGN(const Sha256Digest trailer, read_trailer(file, layout));
  if (digest != trailer) {
    return fail(Code::corrupt, "the SHA-256 of the database is {}, its trailer says {}", to_hex(digest),
                to_hex(trailer));
  }
  HF_TRY(check_snapshot_facts(listing.facts()));
  return listing;
}

}  // namespace holdfast::snapshot
