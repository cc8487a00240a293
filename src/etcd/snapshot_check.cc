#include "etcd/snapshot_check.h"

#include <algorithm>
#include <limits>

namespace holdfast::etcd {
namespace {

// etcd's files are told from plain databases by their length modulo this, so a database must be a multiple of it.
constexpr std::uint64_t kSectorSize = 512;
// A healthy member never sends even one; a few are forgiven, more mean that its copy of the database has failed for
// good.
constexpr int kMaxEmptyMessages = 8;

}  // namespace

Status SnapshotCheck::accept(const SnapshotMessage& message) {
  if (!begun_) HF_TRY(begin(message));
  if (complete_) return fail(Code::corrupt, "snapshot stream goes on after its checksum");
  return received_ < total_ ? accept_database(message) : accept_trailer(message);
}

Status SnapshotCheck::begin(const SnapshotMessage& message) {
  begun_ = true;
  const std::uint64_t blob_size = message.blob.size();
  if (message.remaining_bytes > std::numeric_limits<std::uint64_t>::max() - blob_size) {
    return fail(Code::corrupt, "snapshot stream announces an impossible {} bytes", message.remaining_bytes);
  }
  total_ = message.remaining_bytes + blob_size;
  if (total_ == 0) return fail(Code::corrupt, "snapshot stream announces an empty database");
  if (total_ % kSectorSize != 0) {
    return fail(Code::corrupt, "snapshot stream announces {} bytes, which is no multiple of {}", total_, kSectorSize);
  }
  return {};
}

Status SnapshotCheck::accept_database(const SnapshotMessage& message) {
  if (message.blob.empty()) {
    if (++empty_messages_ <= kMaxEmptyMessages) return {};
    return fail(Code::unavailable, "member sends messages without bytes at {} of {}: it cannot read its own database",
                received_, total_);
  }
  empty_messages_ = 0;
  if (message.blob.size() > total_ - received_) {
    return fail(Code::corrupt, "snapshot stream sends more than the {} bytes it announced", total_);
  }
  received_ += message.blob.size();
  if (message.remaining_bytes != total_ - received_) {
    return fail(Code::corrupt, "snapshot stream says {} bytes remain after {} of {}", message.remaining_bytes,
                received_, total_);
  }
  hash_.update(message.blob);
  return {};
}

Status SnapshotCheck::accept_trailer(const SnapshotMessage& message) {
  const Sha256Digest expected = hash_.so_far();
  if (message.blob.size() != expected.size() || message.remaining_bytes != 0) {
    return fail(Code::corrupt, "snapshot stream ends in {} bytes where its {}-byte checksum should be",
                message.blob.size(), expected.size());
  }
  if (!std::equal(expected.begin(), expected.end(), message.blob.begin())) {
    return fail(Code::corrupt, "snapshot does not match its checksum: sha-256 is {}, the stream's trailer says {}",
                to_hex(expected), to_hex(message.blob));
  }
  hash_.update(message.blob);
  database_digest_ = expected;
  file_digest_ = hash_.finish();
  complete_ = true;
  return {};
}

Status SnapshotCheck::finish() const {
  if (complete_) return {};
  if (!begun_) return fail(Code::corrupt, "snapshot stream ended before its first message");
  if (received_ < total_) {
    return fail(Code::corrupt, "snapshot stream ended early, after {} of {} bytes", received_, total_);
  }
  return fail(Code::corrupt, "snapshot stream ended without its checksum");
}

}  // namespace holdfast::etcd
