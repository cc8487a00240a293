// Changes a few items of a bbolt database without touching what it holds: new pages are appended, the old ones stay
// where they are and become free, and both metas are written anew. Not safe against a crash in between: the file must
// not be in anybody's use yet. docs/formats/etcd-data-dir.md says why etcd accepts the result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/bolt_file.h"
#include "snapshot/bolt_items.h"

namespace holdfast::snapshot {

// One thread. Borrows the file. Nothing counts before commit(); after an error the file is useless.
class BoltEditor {
 public:
  // Reads the metas and the names of all buckets. `size`: bytes of the database.
  static Result<BoltEditor> open(os::File& file, std::uint64_t size);

  const Meta& meta() const { return database_.meta(); }  // as it was found

  // All items of a small bucket; empty optional when there is no such bucket.
  Result<std::optional<ItemMap>> read_bucket(std::string_view name) const;
  // Makes these the bucket's items; makes the bucket when there is none.
  Status write_bucket(std::string_view name, const ItemMap& items);

  // The greatest key of a bucket of any size; empty optional when it has none or there is no such bucket.
  Result<std::optional<std::string>> last_key(std::string_view name) const;
  // Adds an item behind all others. Code::usage unless `key` is greater than last_key().
  Status append_item(std::string_view name, std::string_view key, std::string_view value);

  // Writes the root and the metas, cuts the file behind the last page and returns the new meta.
  Result<Meta> commit();

 private:
  explicit BoltEditor(const BoltFile& database) : database_(database) {}

  Result<std::optional<BucketHeader>> find_bucket(std::string_view name) const;
  ByteView inline_image(std::string_view name) const;
  void set_bucket(std::string_view name, const BucketHeader& header, ByteView image);
  // Appends a leaf image that carries no page number yet, and returns its number.
  Result<PageId> append_leaf(Bytes image);

  BoltFile database_;
  ItemMap root_;  // bucket names and their values
};

}  // namespace holdfast::snapshot
