// A model of keys as etcd's Range shows them, beside the database that the same changes make.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "snapshot/keys/key_listing.h"
#include "support/bolt_writer.h"
#include "support/etcd_model.h"
#include "support/memory_file.h"

namespace holdfast::test {

constexpr snapshot::DigestSeed kSeed{.low = 1, .high = 2};

inline std::string text_of(const snapshot::KeyState& key) {
  return fmt::format("{} create {} mod {} version {} lease {} size {} digest {:x}", key.key, key.create_revision,
                     key.mod_revision, key.version, key.lease, key.value_size, key.value_digest);
}

inline std::vector<std::string> texts_of(const std::vector<snapshot::KeyState>& keys) {
  std::vector<std::string> texts;
  for (const snapshot::KeyState& key : keys)
    texts.push_back(text_of(key));
  return texts;
}

// The changes go to both.
class ModelledKeys {
 public:
  void put(const std::string& key, const std::string& value, std::int64_t lease = 0) {
    database.put(key, value, lease);
    snapshot::KeyState& state = keys_[key];
    if (state.version == 0) state.create_revision = last();
    state.key = key;
    state.mod_revision = last();
    ++state.version;
    state.lease = lease;
    state.value_size = value.size();
    state.value_digest = snapshot::value_digest(kSeed, value);
  }
  void remove(const std::string& key) {
    database.remove(key);
    keys_.erase(key);
  }
  bool has(const std::string& key) const { return keys_.contains(key); }
  void begin() { database.begin(); }
  void commit() { database.commit(); }

  std::vector<snapshot::KeyState> keys() const {
    std::vector<snapshot::KeyState> all;
    for (const auto& [key, state] : keys_)
      all.push_back(state);
    return all;
  }

  EtcdModel database;

 private:
  std::int64_t last() const { return database.revision(); }  // of the change that was just made

  std::map<std::string, snapshot::KeyState> keys_;
};

class VectorCursor final : public snapshot::KeyCursor {
 public:
  explicit VectorCursor(std::vector<snapshot::KeyState> keys) : keys_(std::move(keys)) {}
  Result<bool> next(snapshot::KeyState& into) override {
    if (next_ == keys_.size()) return false;
    into = keys_[next_++];
    return true;
  }

 private:
  std::vector<snapshot::KeyState> keys_;
  std::size_t next_ = 0;
};

inline Result<std::vector<snapshot::KeyState>> read_all_keys(snapshot::KeyCursor& cursor) {
  std::vector<snapshot::KeyState> keys;
  snapshot::KeyState key;
  while (true) {
    HF_ASSIGN(const bool more, cursor.next(key));
    if (!more) return keys;
    keys.push_back(key);
  }
}

inline Result<std::vector<snapshot::KeyState>> keys_of(const snapshot::KeyListing& listing) {
  HF_ASSIGN(const auto cursor, listing.open());
  return read_all_keys(*cursor);
}

inline Result<snapshot::KeyListing> list_bytes(Bytes bytes, os::FileSystem& files,
                                               const snapshot::ListOptions& options) {
  MemoryFile file(std::move(bytes));
  return snapshot::list_keys(file, files, options);
}

}  // namespace holdfast::test
