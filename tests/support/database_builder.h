// Makes small bbolt databases for tests, page by page, the way etcd's own look: buckets as trees or inside the root
// page, free pages with junk in them, any page size.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/bytes.h"
#include "snapshot/bolt_format.h"

namespace holdfast::test {

class DatabaseBuilder {
 public:
  std::uint32_t page_size = 4096;
  std::size_t items_per_leaf = 20;      // of buckets that are trees
  std::size_t children_per_branch = 4;  // so that trees get several levels
  bool root_as_branch = false;          // the list of buckets itself is a tree, one bucket per leaf
  std::size_t free_pages = 0;           // in front of everything else, filled with 0xEE
  std::uint64_t txid = 7;

  // Adds an item, and the bucket when it is new.
  DatabaseBuilder& put(const std::string& bucket, const std::string& key, const std::string& value);
  // Adds an empty bucket.
  DatabaseBuilder& bucket(const std::string& name);
  // Stores this bucket as a tree even when it would fit into its parent.
  DatabaseBuilder& as_tree(const std::string& name);
  // Everything that a server of 3.5 writes, for the given number of records in bucket "key" (revisions 2, 3, …).
  DatabaseBuilder& like_etcd(std::size_t records);

  // high water mark times page size bytes.
  Bytes build() const;
  // With the SHA-256 behind it.
  Bytes build_snapshot() const;

 private:
  struct Bucket {
    std::map<std::string, std::string> items;
    bool tree = false;
  };
  std::map<std::string, Bucket> buckets_;
};

// 17 bytes of bucket "key".
std::string revision_bytes(std::uint64_t main, std::uint64_t sub = 0);
// A record of bucket "key": mvccpb.KeyValue.
std::string record_bytes(const std::string& key, const std::string& value, std::uint64_t create, std::uint64_t mod,
                         std::uint64_t version);
std::string be64(std::uint64_t value);

}  // namespace holdfast::test
