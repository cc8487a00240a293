// Small databases item by item, for tests that name exact buckets, keys and values; etcd_model.h makes databases of
// servers. Written by bolt_writer.h: free pages first, then every bucket, the root last.
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

}  // namespace holdfast::test
