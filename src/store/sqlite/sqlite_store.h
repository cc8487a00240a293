// The store in one SQLite file, for one server: docs/store.md describes tables, files and guarantees.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "store/event_tail.h"
#include "store/revision_floor.h"
#include "store/sqlite/lease_deadlines.h"
#include "store/sqlite/reader_pool.h"
#include "store/sqlite/write_queue.h"
#include "store/store.h"

namespace holdfast::store {

struct SqliteOptions {
  std::string path;             // made when it is not there; its directory must exist, on a local disk
  std::uint64_t max_bytes = 0;  // of the file: commits beyond are Code::no_space; 0: the disk is the limit
  std::size_t readers = 8;      // reads that run at the same time
};

class SqliteStore final : public Store {
 public:
  // Code::refused when another server uses the file, when others may read it, or when it belongs to another program;
  // Code::unsupported when a newer version wrote it; Code::corrupt when it is no database. `floor`, of a file of its
  // own, and the rest must outlive the store.
  static Result<std::unique_ptr<SqliteStore>> open(const SqliteOptions& options, RevisionFloor& floor,
                                                   os::FileSystem& files, os::Clock& clock, os::Random& random);

  Result<Entry> get(const std::string& key) override;
  Result<Page> list(const ListRequest& request) override;
  Result<Revision> revision() override;
  Result<Outcome> commit(const Transaction& transaction) override;
  Result<Events> events(const EventRequest& request, Duration wait, const std::stop_token& stop) override;
  Result<LeaseId> grant(Duration ttl) override;
  Status keep_alive(LeaseId lease) override;
  Status revoke(LeaseId lease) override;
  Status compact(Revision through) override;
  Result<StoreHealth> health() override;

  // A copy of everything as it is at one moment, while the store is in use: one file, mode 0600, complete and on the
  // disk when this returns. Code::exists when something is there. Put back in place of the store, it is told from the
  // original and goes on with greater revisions.
  Status back_up(const std::string& path);

 private:
  SqliteStore(sqlite::Connection lock, sqlite::Changer changer, Revision revision, const SqliteOptions& options,
              RevisionFloor& floor, os::FileSystem& files, os::Clock& clock, os::Random& random);
  Status load_leases();
  Result<Events> events_of_log(const EventRequest& request);

  const std::string path_;
  os::FileSystem& files_;
  os::Clock& clock_;
  os::Random& random_;
  sqlite::Connection lock_;
  EventTail tail_;
  sqlite::ReaderPool readers_;
  sqlite::WriteQueue writes_;
  sqlite::LeaseDeadlines leases_;  // last: its thread uses the queue
};

}  // namespace holdfast::store
