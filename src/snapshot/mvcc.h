// Records of etcd's bucket "key": the key is a revision, the value a protobuf message with the user's key and value.
// Source: docs/formats/etcd-snapshot.md, "Records".
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace holdfast::snapshot {

// main: the transaction; sub: the change within it, from 0.
struct Revision {
  std::int64_t main = 0;
  std::int64_t sub = 0;
  auto operator<=>(const Revision&) const = default;
};

std::string to_string(const Revision& revision);  // "88_0"

constexpr std::size_t kRevisionKeySize = 17;   // main, '_', sub; both 8 bytes, big endian
constexpr std::size_t kTombstoneKeySize = 18;  // and a 't': the user's key was deleted

// A later version of etcd may add fields, but not hundreds: the limit keeps hostile records as cheap as honest ones.
constexpr int kMaxRecordFields = 64;

struct RecordKey {
  Revision revision;
  bool tombstone = false;
};

// Empty when `key` is not a key of that bucket.
std::optional<RecordKey> read_record_key(ByteView key);

// Writes the 17 bytes of a revision.
void write_revision(const Revision& revision, std::uint8_t* at);

// Value of a record. Views point into the value. A tombstone has only `key`; the marker that a restore with a bumped
// revision leaves behind has nothing at all.
struct Record {
  ByteView key;
  std::int64_t create_revision = 0;
  std::int64_t mod_revision = 0;
  std::int64_t version = 0;  // changes since the key was created, from 1
  ByteView value;
  std::int64_t lease = 0;
};

// Empty when `value` is not such a message: a length beyond the end, a wrong wire type, too many fields.
std::optional<Record> decode_record(ByteView value);

}  // namespace holdfast::snapshot
