#include "snapshot/key_history.h"

#include <algorithm>
#include <bit>

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kFirstSlots = 4096;

}  // namespace

// While the table grows, the old one and one of twice its size are there together.
std::size_t KeyHistory::max_slots(std::size_t memory_limit) {
  return std::bit_floor(std::max(kFirstSlots, memory_limit * 2 / 3 / sizeof(Key)));
}

std::uint64_t KeyHistory::capacity(std::size_t memory_limit) {
  return max_slots(memory_limit) / 4 * 3;
}

KeyHistory::KeyHistory(std::int64_t compacted, std::size_t memory_limit, std::uint32_t part, std::uint32_t parts)
    : compacted_(compacted), max_slots_(max_slots(memory_limit)), part_(part), parts_(parts), slots_(kFirstSlots) {}

std::string_view KeyHistory::take(const RecordKey& key, std::uint64_t key_hash, const Record& record) {
  if (gave_up_ || ((key_hash >> 32U) * parts_) >> 32U != part_) return {};
  Key* const state = find(key_hash == 0 ? 1 : key_hash);
  if (state == nullptr) return {};
  const bool known = state->hash != 0;
  if (!known) {
    state->hash = key_hash == 0 ? 1 : key_hash;
    ++used_;
  }
  const bool was_live = known && state->version != 0;
  const std::string_view wrong =
      key.tombstone ? take_tombstone(key, *state, known) : take_change(key, record, *state, known);
  if (!was_live && state->version != 0) ++live_;
  if (was_live && state->version == 0) --live_;
  return wrong;
}

std::string_view KeyHistory::take_tombstone(const RecordKey& key, Key& state, bool known) {
  const bool existed = state.version != 0;
  state.version = 0;
  state.lease = 0;
  if (known && !existed) return "it deletes a key that was deleted already";
  if (!known && key.revision.main > compacted_) return "it deletes a key that was never created";
  return {};
}

std::string_view KeyHistory::take_change(const RecordKey& key, const Record& record, Key& state, bool known) {
  const Key before = state;
  state.created = record.create_revision;
  // A wrong version must not make the key look deleted.
  state.version = std::max<std::int64_t>(record.version, 1);
  state.lease = record.lease;
  if (record.version < 1 || record.create_revision < 1) return "its version or create revision is not positive";
  if (record.create_revision > record.mod_revision) return "it was created after it was changed";
  if ((record.version == 1) != (record.create_revision == record.mod_revision)) {
    return "its version does not fit its create revision";
  }
  if (known && before.version != 0) {
    if (record.create_revision != before.created) return "its create revision differs from that of the record before";
    if (record.version != before.version + 1) return "its version does not follow that of the record before";
  } else if (record.version != 1 && (known || key.revision.main > compacted_)) {
    return "its version is not 1, but no record is before it";
  }
  return {};
}

KeyHistory::Key* KeyHistory::find(std::uint64_t hash) {
  if (used_ * 4 >= slots_.size() * 3 && !grow()) return nullptr;
  std::size_t at = static_cast<std::size_t>(hash) & (slots_.size() - 1);
  while (slots_[at].hash != 0 && slots_[at].hash != hash)
    at = (at + 1) & (slots_.size() - 1);
  return &slots_[at];
}

bool KeyHistory::grow() {
  if (slots_.size() >= max_slots_) {
    gave_up_ = true;
    slots_ = {};
    return false;
  }
  std::vector<Key> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Key& key : old) {
    if (key.hash == 0) continue;
    std::size_t at = static_cast<std::size_t>(key.hash) & (slots_.size() - 1);
    while (slots_[at].hash != 0)
      at = (at + 1) & (slots_.size() - 1);
    slots_[at] = key;
  }
  return true;
}

void KeyHistory::for_each_lease(const std::function<void(std::int64_t)>& each) const {
  for (const Key& key : slots_) {
    if (key.version != 0 && key.lease != 0) each(key.lease);
  }
}

}  // namespace holdfast::snapshot
