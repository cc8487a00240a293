// What etcd keeps in its database, as a model: puts, deletes, compactions, leases and members give the buckets and
// records that a real server would write. Deterministic and small.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/bolt_writer.h"

namespace holdfast::test {

class EtcdModel {
 public:
  EtcdModel();

  // Each call is one transaction, unless it is made between begin() and commit().
  void put(const std::string& key, const std::string& value, std::int64_t lease = 0);
  void remove(const std::string& key);  // the key exists
  void begin();
  void commit();

  // Drops what a compaction at `revision` drops, in the way of etcd 3.5.16 and newer (a tombstone at `revision` itself
  // stays).
  void compact(std::int64_t revision);
  // The state while such a compaction is under way: scheduled, and done for revisions up to `done_to`.
  void compact_partly(std::int64_t revision, std::int64_t done_to);
  // What a restore with --bump-revision adds.
  void bump(std::int64_t by);

  void grant(std::int64_t lease);
  void raise_alarm(std::uint64_t member);
  void enable_auth();
  void add_user(const std::string& name);
  void add_member(std::uint64_t id, const std::string& name);
  void remove_member(std::uint64_t id);
  void set_storage_version(const std::string& version);  // 3.6: "3.6.0"

  std::int64_t revision() const { return revision_; }
  std::uint64_t live_keys() const;
  std::uint64_t total_items() const;
  std::uint32_t hash() const { return status_hash(buckets()); }

  // All ten buckets.
  std::vector<BoltBucket> buckets() const;
  // One of them, to be changed.
  std::map<std::string, std::string>& bucket(const std::string& name) { return buckets_[name]; }

 private:
  struct Key {
    std::int64_t created = 0;
    std::int64_t version = 0;  // 0: does not exist
  };
  std::int64_t next_main();
  void keep_newest(std::int64_t revision, std::int64_t up_to);

  std::map<std::string, std::map<std::string, std::string>> buckets_;
  std::map<std::string, Key> keys_;
  std::int64_t revision_ = 1;
  std::int64_t sub_ = 0;
  bool in_transaction_ = false;
};

std::string revision_key(std::int64_t main, std::int64_t sub, bool tombstone = false);
std::string big_endian(std::uint64_t value);

// A record's value. Fields that are zero are left out.
struct RecordFields {
  std::string key;
  std::int64_t create_revision = 0;
  std::int64_t mod_revision = 0;
  std::int64_t version = 0;
  std::string value;
  std::int64_t lease = 0;
};
std::string encode_record(const RecordFields& fields);

}  // namespace holdfast::test
