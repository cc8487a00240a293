#include "snapshot/raft_snapshot.h"

#include <fmt/core.h>

#include "base/crc32c.h"
#include "snapshot/proto_writer.h"
#include "snapshot/raft_messages.h"
#include "snapshot/v2_store.h"

namespace holdfast::snapshot {

std::string raft_snapshot_name(const Membership& membership) {
  return fmt::format("{:016x}-{:016x}.snap", kRestoredTerm, restored_index(membership));
}

Bytes encode_raft_snapshot(const Membership& membership) {
  ProtoWriter metadata;
  metadata.message(1, conf_state(membership)).number(2, restored_index(membership)).number(3, kRestoredTerm);
  ProtoWriter snapshot;
  snapshot.text(1, v2_store_json(membership)).message(2, metadata);
  ProtoWriter file;
  file.number(1, crc32c(0, snapshot.encoded())).message(2, snapshot);
  return file.encoded();
}

Status write_raft_snapshot(os::FileSystem& files, const std::string& directory, const Membership& membership) {
  HF_ASSIGN(const auto file,
            files.open(os::join_path(directory, raft_snapshot_name(membership)), os::OpenMode::create));
  HF_TRY(file->write_at(0, encode_raft_snapshot(membership)));
  return file->sync();
}

}  // namespace holdfast::snapshot
