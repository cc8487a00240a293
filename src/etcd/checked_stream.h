// Turns the messages of a snapshot call into the SnapshotStream others read: checks every message, hashes, remembers
// the end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "etcd/client.h"
#include "etcd/snapshot_check.h"

namespace holdfast::etcd {

// Where messages come from: a gRPC call, an HTTP/2 connection, a script. One thread at a time.
class SnapshotMessages {
 public:
  virtual ~SnapshotMessages() = default;
  // Gives the next message, waiting for it; false when the call ended with success. Silence is Code::timeout, a broken
  // call Code::unavailable, a requested stop Code::cancelled.
  virtual Result<bool> next(SnapshotMessage& message) = 0;
};

class CheckedSnapshotStream final : public SnapshotStream {
 public:
  // Reads the first message. Errors get the endpoint as context, here and in read().
  static Result<std::unique_ptr<SnapshotStream>> open(std::string endpoint, std::unique_ptr<SnapshotMessages> messages);

  // Fills `into` completely except at the end. Bytes in front of an error are delivered first, the error by the next
  // call.
  Result<std::size_t> read(ByteSpan into) override;

  std::uint64_t database_size() const override { return check_.database_size(); }
  const std::string& storage_version() const override { return storage_version_; }
  const std::string& endpoint() const override { return endpoint_; }
  const Sha256Digest& database_digest() const override { return check_.database_digest(); }
  const Sha256Digest& file_digest() const override { return check_.file_digest(); }

 private:
  CheckedSnapshotStream(std::string endpoint, std::unique_ptr<SnapshotMessages> messages)
      : endpoint_(std::move(endpoint)), messages_(std::move(messages)) {}

  // Makes blob_ the next message's bytes; false at the checked end.
  Result<bool> advance();
  Result<bool> next_checked();

  std::string endpoint_;
  std::unique_ptr<SnapshotMessages> messages_;
  std::string storage_version_;
  SnapshotCheck check_;
  ByteView blob_;  // what the last message still has to give
  bool ended_ = false;
  std::optional<Error> error_;  // every later call repeats it
};

}  // namespace holdfast::etcd
