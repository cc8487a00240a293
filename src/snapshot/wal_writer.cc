#include "snapshot/wal_writer.h"

#include "base/crc32c.h"
#include "snapshot/member_json.h"
#include "snapshot/proto_writer.h"
#include "snapshot/raft_messages.h"

namespace holdfast::snapshot {
namespace {

enum class RecordType : std::uint64_t { metadata = 1, entry = 2, state = 3, crc = 4, snapshot = 5 };

constexpr std::uint64_t kConfChangeEntry = 1;  // raftpb.EntryType
constexpr std::uint64_t kAddNode = 0;          // raftpb.ConfChangeType
constexpr std::size_t kFrameAlignment = 8;
constexpr std::size_t kFrameHeaderSize = 8;

// Appends records: a frame is the record's length (padding in the top byte), the record, zeros up to a multiple of 8.
class RecordLog {
 public:
  // Each record carries the checksum of the data of all records up to and including itself.
  void append(RecordType type, const ProtoWriter& data) {
    crc_ = crc32c(crc_, data.encoded());
    ProtoWriter record;
    record.number(1, static_cast<std::uint64_t>(type)).number(2, crc_).message(3, data);
    append_frame(record.encoded());
  }

  // Opens a segment: the checksum so far, without data.
  void append_seed() {
    ProtoWriter record;
    record.number(1, static_cast<std::uint64_t>(RecordType::crc)).number(2, crc_);
    append_frame(record.encoded());
  }

  Bytes take() { return std::move(bytes_); }

 private:
  void append_frame(const Bytes& record) {
    const std::size_t padding = (kFrameAlignment - record.size() % kFrameAlignment) % kFrameAlignment;
    std::uint64_t length = record.size();
    if (padding > 0) length |= std::uint64_t{0x80 | padding} << 56U;
    const std::size_t at = bytes_.size();
    bytes_.resize(at + kFrameHeaderSize + record.size() + padding);
    store_le(bytes_.data() + at, length);
    std::copy(record.begin(), record.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at + kFrameHeaderSize));
  }

  std::uint32_t crc_ = 0;
  Bytes bytes_;
};

ProtoWriter identity(const Membership& membership, const MemberSpec& member) {
  ProtoWriter message;
  message.number(1, member.id).number(2, membership.cluster_id);
  return message;
}

ProtoWriter add_member_entry(const MemberSpec& member, std::uint64_t index) {
  ProtoWriter change;
  change.number(1, 0).number(2, kAddNode).number(3, member.id).text(4, member_json(member));
  ProtoWriter entry;
  entry.number(1, kConfChangeEntry).number(2, kRestoredTerm).number(3, index).message(4, change);
  return entry;
}

ProtoWriter hard_state(const Membership& membership) {
  ProtoWriter message;
  message.number(1, kRestoredTerm).number(2, membership.members.front().id).number(3, restored_index(membership));
  return message;
}

}  // namespace

Bytes encode_wal(const Membership& membership, const MemberSpec& member) {
  RecordLog log;
  log.append_seed();
  log.append(RecordType::metadata, identity(membership, member));
  ProtoWriter beginning;
  beginning.number(1, 0).number(2, 0);
  log.append(RecordType::snapshot, beginning);
  std::uint64_t index = 0;
  for (const MemberSpec& each : membership.members)
    log.append(RecordType::entry, add_member_entry(each, ++index));
  log.append(RecordType::state, hard_state(membership));
  ProtoWriter snapshot;
  snapshot.number(1, restored_index(membership)).number(2, kRestoredTerm).message(3, conf_state(membership));
  log.append(RecordType::snapshot, snapshot);
  return log.take();
}

Status write_wal(os::FileSystem& files, const std::string& directory, const Membership& membership,
                 const MemberSpec& member) {
  HF_ASSIGN(const auto file, files.open(os::join_path(directory, kWalFileName), os::OpenMode::create));
  HF_TRY(file->allocate(kWalSegmentSize));
  HF_TRY(file->write_at(0, encode_wal(membership, member)));
  return file->sync();
}

}  // namespace holdfast::snapshot
