// Looks at every record of bucket "key": does it decode, does it belong to its revision, does it follow from the key's
// last one. Private to snapshot/.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "snapshot/findings.h"
#include "snapshot/key_hash.h"
#include "snapshot/key_history.h"
#include "snapshot/tree_checker.h"

namespace holdfast::snapshot {

class RecordChecker {
 public:
  RecordChecker(Findings& findings, const HashSeed& seed, KeyHistory history)
      : findings_(findings), seed_(seed), history_(std::move(history)) {}

  // The next item of the bucket.
  void take(const TreeItem& item);
  // The same in another pass over the bucket, for another part of the keys: only histories are checked, and nothing is
  // reported of the first `followed` items.
  void take_again(const TreeItem& item, std::uint64_t followed);
  // Items taken while the histories of all keys had room.
  std::uint64_t followed() const { return followed_; }

  std::int64_t last_revision() const { return last_revision_; }
  std::uint64_t records() const { return records_; }
  // A restore with a bumped revision leaves a record without a key; etcd counts it as one key.
  std::uint64_t live_keys(bool with_marker) const { return history_.live() + (with_marker && marker_ ? 1 : 0); }
  const KeyHistory& history() const { return history_; }

 private:
  struct Decoded {
    Record record;
    std::uint64_t key_hash = 0;
  };

  // What a restore with a bumped revision leaves behind: a revision without a record.
  static bool is_marker(const RecordKey& key, const TreeItem& item);
  std::optional<Decoded> decode(const TreeItem& item) const;
  void check_fields(const RecordKey& key, const TreeItem& item, const Record& record);
  // What is wrong with the record after the ones before it of the same key, or nothing.
  std::string_view follow(const RecordKey& key, const TreeItem& item, const Decoded& decoded);
  void report(const RecordKey& key, const TreeItem& item, const Record& record, std::string_view wrong);

  Findings& findings_;
  const HashSeed seed_;
  KeyHistory history_;
  std::int64_t last_revision_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t followed_ = 0;
  bool marker_ = false;
};

}  // namespace holdfast::snapshot
