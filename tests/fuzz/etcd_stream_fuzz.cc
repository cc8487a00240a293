// Whatever a member sends as the body of its Snapshot call: no crash, bounded memory, and never a clean end without a
// database that matches its checksum.
#include <cstdlib>

#include "etcd/http2/message_inbox.h"
#include "etcd/snapshot_wire.h"

using namespace holdfast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  etcd::http2::MessageInbox inbox;
  etcd::SnapshotCheck check;
  Bytes database;
  ByteView rest(data, size);
  while (!rest.empty()) {
    const std::size_t count = std::min<std::size_t>(rest.size(), 61);  // as if it came in small pieces
    inbox.append(rest.first(count));
    rest = rest.subspan(count);
    while (true) {
      const auto taken = inbox.take();
      if (!taken) return 0;
      if (!*taken) break;
      const auto message = etcd::parse_snapshot_message(**taken);
      if (!message || !check.accept(*message)) return 0;
      database.insert(database.end(), message->blob.begin(), message->blob.end());
    }
  }
  if (!check.finish()) return 0;
  if (database.size() != check.database_size() + 32 || database.size() % 512 != 32) std::abort();
  if (check.file_digest() != Sha256::of(database)) std::abort();
  database.resize(check.database_size());
  if (check.database_digest() != Sha256::of(database)) std::abort();
  return 0;
}
