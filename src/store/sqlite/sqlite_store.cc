#include "store/sqlite/sqlite_store.h"

#include "store/limits.h"
#include "store/sqlite/opening.h"
#include "store/sqlite/queries.h"

namespace holdfast::store {
namespace {

using sqlite::Changer;
using sqlite::Connection;

tl::unexpected<Error> no_such_lease(LeaseId lease) {
  return fail(Code::not_found, "lease {:x} does not exist", lease);
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const SqliteOptions& options, RevisionFloor& floor,
                                                       os::FileSystem& files, os::Clock& clock, os::Random& random) {
  HF_TRY(sqlite::prepare_file(files, options.path));
  std::string path;
  {
    HF_ASSIGN(const Connection named, Connection::open(options.path, Connection::Access::read_write));
    path = named.path();
  }
  HF_ASSIGN(Connection lock, sqlite::lock_store(files, path));
  auto opened = sqlite::open_for_writing(path, options.max_bytes, floor);
  if (!opened) return in_context(std::move(opened).error(), "open the store");
  HF_ASSIGN(const sqlite::Horizon horizon, sqlite::read_horizon(*opened));
  SqliteOptions resolved = options;
  resolved.path = path;
  std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(lock), Changer(std::move(*opened), horizon.revision),
                                                     horizon.revision, resolved, floor, files, clock, random));
  HF_TRY(store->load_leases());
  return store;
}

SqliteStore::SqliteStore(Connection lock, Changer changer, Revision revision, const SqliteOptions& options,
                         RevisionFloor& floor, os::FileSystem& files, os::Clock& clock, os::Random& random)
    : path_(options.path),
      files_(files),
      clock_(clock),
      random_(random),
      lock_(std::move(lock)),
      tail_(clock, revision),
      readers_(options.path, std::max<std::size_t>(options.readers, 1)),
      writes_(std::move(changer), floor, tail_, files),
      leases_(clock, [this](const std::vector<LeaseId>& ended) {
        return writes_.run([&](Changer& tables) { return tables.remove_leases(ended); });
      }) {}

Status SqliteStore::load_leases() {
  HF_ASSIGN(auto reader, readers_.borrow());
  HF_ASSIGN(sqlite::Statement statement, (*reader).prepare("SELECT id, seconds FROM leases"));
  while (true) {
    HF_ASSIGN(const bool row, statement.step());
    if (!row) return {};
    leases_.add(statement.integer(0), statement.integer(1));
  }
}

Result<Entry> SqliteStore::get(const std::string& key) {
  HF_TRY(check_key(key));
  HF_ASSIGN(auto reader, readers_.borrow());
  HF_ASSIGN(auto entry, sqlite::read_entry(*reader, key));
  if (!entry) return fail(Code::not_found, "there is no such key");
  return std::move(*entry);
}

Result<Page> SqliteStore::list(const ListRequest& request) {
  HF_ASSIGN(auto reader, readers_.borrow());
  return sqlite::read_page(*reader, request);
}

Result<Revision> SqliteStore::revision() {
  HF_ASSIGN(auto reader, readers_.borrow());
  HF_ASSIGN(const sqlite::Horizon horizon, sqlite::read_horizon(*reader));
  return horizon.revision;
}

Result<Outcome> SqliteStore::commit(const Transaction& transaction) {
  HF_TRY(check_transaction(transaction));
  Outcome outcome;
  HF_TRY(writes_.run([&](Changer& changer) { return changer.apply(transaction, outcome); }));
  return outcome;
}

Result<Events> SqliteStore::events(const EventRequest& request, Duration wait, const std::stop_token& stop) {
  const os::SteadyTime begin = clock_.steady();
  EventRequest rest = request;
  while (!stop.stop_requested()) {
    auto found = tail_.read(rest);
    if (!found) {
      HF_ASSIGN(found, events_of_log(rest));
    }
    const Duration left = wait - (clock_.steady() - begin);
    if (!found->events.empty() || found->expired || left <= Duration::zero()) return std::move(*found);
    rest.after = found->through;
    tail_.wait_for_event(rest.prefix, rest.after, left, stop);
  }
  return fail(Code::cancelled, "waiting for events was stopped");
}

Result<Events> SqliteStore::events_of_log(const EventRequest& request) {
  HF_ASSIGN(auto reader, readers_.borrow());
  return sqlite::read_events(*reader, request);
}

Result<LeaseId> SqliteStore::grant(Duration ttl) {
  HF_ASSIGN(const std::int64_t seconds, lease_seconds(ttl));
  const auto lease = static_cast<LeaseId>((random_.next() >> 1U) | 1U);  // positive
  HF_TRY(writes_.run([&](Changer& changer) { return changer.add_lease(lease, seconds); }));
  leases_.add(lease, seconds);
  return lease;
}

Status SqliteStore::keep_alive(LeaseId lease) {
  if (!leases_.keep_alive(lease)) return no_such_lease(lease);
  return {};
}

Status SqliteStore::revoke(LeaseId lease) {
  HF_TRY(writes_.run([&](Changer& changer) { return changer.remove_leases({lease}); }));
  leases_.remove(lease);
  return {};
}

Status SqliteStore::compact(Revision through) {
  HF_TRY(writes_.run([&](Changer& changer) { return changer.forget(through); }));
  tail_.forget(through);
  bool more = true;
  while (more) {
    HF_TRY(writes_.run([&](Changer& changer) -> Status {
      HF_ASSIGN(more, changer.erase_forgotten());
      return {};
    }));
  }
  return {};
}

Result<StoreHealth> SqliteStore::health() {
  HF_TRY(writes_.run([](Changer& changer) { return changer.probe(); }));
  HF_ASSIGN(auto reader, readers_.borrow());
  HF_ASSIGN(const sqlite::Horizon horizon, sqlite::read_horizon(*reader));
  StoreHealth health{.revision = horizon.revision, .oldest_event = horizon.forgotten};
  for (const char* end : {"", "-wal"}) {
    HF_ASSIGN(const auto info, files_.stat(path_ + end));
    if (info) health.size_bytes += info->size;
  }
  return health;
}

Status SqliteStore::back_up(const std::string& path) {
  HF_ASSIGN(const auto there, files_.stat(path));
  if (there) return fail(Code::exists, "{} is already there", path);
  HF_ASSIGN(auto reader, readers_.borrow());
  return sqlite::copy_store(*reader, files_, path);
}

}  // namespace holdfast::store
