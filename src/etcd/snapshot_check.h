// The rules a snapshot stream must keep, as a pure state machine over its messages: no network, no clock.
//
// A member sends messages of {remaining_bytes, blob}: the database in order, then one message whose blob is the 32-byte
// SHA-256 of the database. remaining_bytes counts the database bytes still to come after the message's own blob, so the
// first message announces the whole length. (etcdserverpb.SnapshotResponse; the same in 3.4, 3.5 and 3.6.)
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"

namespace holdfast::etcd {

// Views are valid until the next message is asked for.
struct SnapshotMessage {
  std::uint64_t remaining_bytes = 0;
  ByteView blob;
  std::string_view version;  // storage version, servers >= 3.6
};

// One thread at a time. After an error it must not be used again.
class SnapshotCheck {
 public:
  // Takes the next message, hashing its bytes. Code::corrupt when it breaks a rule, Code::unavailable when the member
  // goes on sending messages without bytes (what etcd does for ever when it cannot read its own database).
  Status accept(const SnapshotMessage& message);

  // The stream ended without an error: Code::corrupt unless the trailer was there and right.
  Status finish() const;

  // Bytes of the database, known after the first message.
  std::uint64_t database_size() const { return total_; }
  // SHA-256 of the database, and of database and trailer together. Valid after the trailer.
  const Sha256Digest& database_digest() const { return database_digest_; }
  const Sha256Digest& file_digest() const { return file_digest_; }

 private:
  Status begin(const SnapshotMessage& message);
  Status accept_database(const SnapshotMessage& message);
  Status accept_trailer(const SnapshotMessage& message);

  bool begun_ = false;
  bool complete_ = false;
  std::uint64_t total_ = 0;
  std::uint64_t received_ = 0;
  int empty_messages_ = 0;  // in a row
  Sha256 hash_;
  Sha256Digest database_digest_{};
  Sha256Digest file_digest_{};
};

}  // namespace holdfast::etcd
