// The pinned read: a snapshot whose bytes come from the member's own db file, on the member's host, while a Snapshot
// call that is not read on holds their pages. Private to repository/.
//
// Why that is right. A Snapshot call sends what a bbolt read transaction sees: two meta pages made for the occasion,
// then the pages of the file as they lie there. As long as the transaction is open, bbolt puts no page that can be
// reached from those meta pages to new use, and neither defragmentation nor a stop of etcd can close the file. The
// transaction ends when the member has taken the last byte for sending; a member sends no further ahead than the call's
// window (etcd::Client::kHeldWindow) and its own buffers, about 200 KiB in all. So the call is opened and its first
// kHeadSize bytes are taken (they are the beginning of the snapshot), the rest is read from the file, and then the call
// has to go on: a member that still sends bytes it cannot have sent before, when the last byte of the file was read,
// has kept its transaction open all the time. Pages that are free may hold anything, as they may in a stream.
//
// What has to hold, or the read ends with an error and its bytes are to be thrown away:
//   before  the database has kSmallestDatabase bytes at least: of a smaller one the member might have sent everything
//   before  the member that answers is the one whose directory it is, asked on the call's own connection
//   before  the file is held (flock) by a running process, as etcd's is: a copy is not
//   before  one of the file's meta pages is the one the call shows: transaction, root, size; looked for kPinAttempts
//           times, since a busy member may have written both again
//   during  the call gives a little more now and then
//   after   the call gives kProofSize bytes more
//   after   the path leads to the same file (device, inode), which is long enough and still held
// Whose directory it is (cluster and member) is known to the caller. The trailer is the SHA-256 of what was
// read. Whether the pages form a database is for whoever takes the bytes, as with a stream.
//
// The call has to go to etcd itself: a proxy that understands gRPC may have buffers of any size.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "etcd/client.h"
#include "os/file_system.h"
#include "snapshot/bolt_format.h"

namespace holdfast::repository {

constexpr std::size_t kHeadSize = 2 * snapshot::kMaxPageSize;  // both meta pages, whatever the size of a page
constexpr std::size_t kProofSize = 8 * kMiB;  // many times what a member can be ahead; 50 ms of its stream
constexpr std::uint64_t kSmallestDatabase = 32 * kMiB;
constexpr int kPinAttempts = 3;

// Opens call and file of `member`, whose directory it is. Every doubt is an error that says which; Code::cancelled on
// stop. `client` and `files` must outlive the stream. Its reads return bytes, the trailer last, only as SnapshotStream
// says; the call is closed as soon as it is not needed any more, which is before the trailer is given.
Result<std::unique_ptr<etcd::SnapshotStream>> open_pinned_stream(etcd::Client& client, const etcd::MemberStatus& member,
                                                                 os::FileSystem& files, const std::string& database,
                                                                 const std::stop_token& stop);

}  // namespace holdfast::repository
