#include "snapshot/keys/item_sorter.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kWriteBuffer = 128 * kKiB;
constexpr std::size_t kMinReadBuffer = 8 * kKiB;
constexpr std::size_t kMaxReadBuffer = 256 * kKiB;

// Several sources as one.
class Merge final : public ItemSource {
 public:
  static Result<std::unique_ptr<ItemSource>> open(std::vector<std::unique_ptr<ItemSource>> sources) {
    auto merge = std::make_unique<Merge>();
    for (auto& source : sources) {
      HF_ASSIGN(const bool more, source->next());
      if (more) merge->sources_.push_back(std::move(source));
    }
    std::make_heap(merge->sources_.begin(), merge->sources_.end(), later);
    return merge;
  }

  Result<bool> next() override {
    if (started_ && !sources_.empty()) {
      std::pop_heap(sources_.begin(), sources_.end(), later);
      HF_ASSIGN(const bool more, sources_.back()->next());
      if (more) {
        std::push_heap(sources_.begin(), sources_.end(), later);
      } else {
        sources_.pop_back();
      }
    }
    started_ = true;
    return !sources_.empty();
  }
  const Item& item() const override { return sources_.front()->item(); }

 private:
  static bool later(const std::unique_ptr<ItemSource>& a, const std::unique_ptr<ItemSource>& b) {
    return precedes(b->item(), a->item());
  }

  std::vector<std::unique_ptr<ItemSource>> sources_;  // a heap, the first item in front
  bool started_ = false;
};

class ArenaSource final : public ItemSource {
 public:
  explicit ArenaSource(const ItemArena& arena) : arena_(arena) {}
  Result<bool> next() override { return ++next_ <= arena_.count(); }
  const Item& item() const override { return arena_.at(next_ - 1); }

 private:
  const ItemArena& arena_;
  std::size_t next_ = 0;
};

Result<std::unique_ptr<ItemSource>> open_runs(os::File& file, const std::vector<Run>& runs, std::size_t count,
                                              std::size_t buffer_size) {
  std::vector<std::unique_ptr<ItemSource>> sources;
  for (std::size_t i = 0; i < count; ++i)
    sources.push_back(std::make_unique<RunReader>(file, runs[i], buffer_size));
  return Merge::open(std::move(sources));
}

}  // namespace

ItemArena::ItemArena(std::size_t size) : size_(size), block_(std::make_unique_for_overwrite<std::uint8_t[]>(size)) {
  offsets_.reserve(size / (sizeof(Item) + 32));  // untouched, it costs nothing
}

bool ItemArena::add(const Item& item) {
  const std::size_t at = (used_ + alignof(Item) - 1) / alignof(Item) * alignof(Item);
  if (at + sizeof(Item) + item.key.size() > size_) return false;
  std::uint8_t* const key = block_.get() + at + sizeof(Item);
  std::copy(item.key.begin(), item.key.end(), key);
  Item* const placed = new (block_.get() + at) Item(item);
  placed->key = {key, item.key.size()};
  used_ = at + sizeof(Item) + item.key.size();
  offsets_.push_back(static_cast<std::uint32_t>(at));
  return true;
}

const Item& ItemArena::at(std::size_t index) const {
  return *std::launder(reinterpret_cast<const Item*>(block_.get() + offsets_[index]));
}

void ItemArena::sort() {
  const auto item = [this](std::uint32_t offset) -> const Item& {
    return *std::launder(reinterpret_cast<const Item*>(block_.get() + offset));
  };
  std::sort(offsets_.begin(), offsets_.end(),
            [&](std::uint32_t a, std::uint32_t b) { return precedes(item(a), item(b)); });
}

void ItemArena::clear() {
  offsets_.clear();
  used_ = 0;
}

Result<std::unique_ptr<ItemSource>> SortedItems::open() const {
  if (arena_) return std::make_unique<ArenaSource>(*arena_);
  return open_runs(*file_, runs_, runs_.size(), buffer_size_);
}

ItemSorter::ItemSorter(os::FileSystem& files, std::string directory, std::size_t memory)
    : files_(files),
      directory_(std::move(directory)),
      memory_(std::clamp(memory, kMinMemory, kMaxMemory)),
      arena_(std::make_unique<ItemArena>(memory_)) {}

Status ItemSorter::in_spool(Status status) const {
  if (status) return status;
  Error error = std::move(status).error();
  if (error.code == Code::no_space && error.hint.empty())
    error.hint = "make room there, or name another directory for temporary files";
  return in_context(std::move(error), "sort the keys in {}", directory_);
}

Status ItemSorter::add(const Item& item) {
  if (arena_->add(item)) return {};
  HF_TRY(in_spool(spill()));
  if (arena_->add(item)) return {};
  return fail(Code::internal, "an item of {} bytes is larger than the memory for all", item.key.size());
}

Status ItemSorter::spill() {
  if (!file_) {
    HF_ASSIGN(file_, files_.open_anonymous(directory_));
  }
  arena_->sort();
  RunWriter writer(*file_, runs_.empty() ? 0 : runs_.back().end, kWriteBuffer);
  for (std::size_t i = 0; i < arena_->count(); ++i)
    HF_TRY(writer.add(arena_->at(i)));
  HF_ASSIGN(const Run run, writer.finish());
  runs_.push_back(run);
  arena_->clear();
  return {};
}

// The first ones become a new last one.
Status ItemSorter::merge_some(std::size_t count) {
  HF_ASSIGN(const auto merge, open_runs(*file_, runs_, count, kMinReadBuffer));
  RunWriter writer(*file_, runs_.back().end, kWriteBuffer);
  while (true) {
    HF_ASSIGN(const bool more, merge->next());
    if (!more) break;
    HF_TRY(writer.add(merge->item()));
  }
  HF_ASSIGN(const Run run, writer.finish());
  file_->discard(runs_.front().begin, runs_[count - 1].end - runs_.front().begin);
  runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(count));
  runs_.push_back(run);
  return {};
}

Result<SortedItems> ItemSorter::finish() {
  SortedItems sorted;
  if (runs_.empty()) {
    arena_->sort();
    sorted.arena_ = std::move(arena_);
    return sorted;
  }
  if (!arena_->empty()) HF_TRY(in_spool(spill()));
  arena_.reset();
  const std::size_t most = memory_ / kMinReadBuffer;
  while (runs_.size() > most)
    HF_TRY(in_spool(merge_some(std::min(most, runs_.size() - most + 1))));
  sorted.buffer_size_ = std::clamp(memory_ / runs_.size(), kMinReadBuffer, kMaxReadBuffer);
  sorted.file_ = std::move(file_);
  sorted.runs_ = std::move(runs_);
  return sorted;
}

}  // namespace holdfast::snapshot
