// Where resources live: a revisioned key-value space with compare-and-swap transactions, a log of changes to watch, and
// leases. Implementations: sqlite/ (one process) and etcd/ (several servers on one etcd). One contract suite
// (tests/contract/store_contract.cc) holds for both; nothing above may tell which one it has.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace holdfast::store {

// Counts committed transactions (and lease expiries) of the whole store: greater than 0, strictly growing, never used
// twice and never smaller than a number handed out before: not after a restart, not after the store was put back from
// an older copy of itself (then it jumps ahead of the highest number ever given, see RevisionFloor).
using Revision = std::int64_t;
using LeaseId = std::int64_t;  // 0: no lease

struct Entry {
  std::string key;
  std::string value;
  Revision created = 0;   // revision of the transaction that made the key
  Revision modified = 0;  // revision of the transaction that wrote this value
  LeaseId lease = 0;
};

// Keys are 1 to 1,024 bytes of any kind; values at most 3 MiB; a transaction holds at most 128 conditions and writes
// together, and 4 MiB of keys and values. Code::usage otherwise (limits.h).
struct ListRequest {
  std::string prefix;       // empty: everything
  std::string start;        // first key, inclusive; empty: the prefix's first
  std::size_t limit = 0;    // most entries to return; 0: all
  Revision revision = 0;    // 0: now; otherwise the state right after that revision
  bool count_rest = false;  // fill Page::remaining
};
struct Page {
  Revision revision = 0;        // the state shown is the one right after this revision; a watch from it misses nothing
  std::vector<Entry> entries;   // ascending by key
  std::string next;             // start of the next page; empty: that was the last one
  std::uint64_t remaining = 0;  // entries after this page, when count_rest was asked
};

// Holds when the key's `modified` equals this; 0: the key does not exist.
struct Condition {
  std::string key;
  Revision modified = 0;
};
struct Write {
  std::string key;
  std::optional<std::string> value;  // absent: remove the key (nothing happens when it is not there)
  LeaseId lease = 0;                 // the key goes away with the lease; Code::not_found when there is no such lease
};
// All or nothing. At most one write per key (Code::usage). Conditions are judged first: a transaction that does not
// hold is no error, whatever its writes say.
struct Transaction {
  std::vector<Condition> conditions;
  std::vector<Write> writes;
};
struct Outcome {
  bool committed = false;
  Revision revision = 0;  // of the commit; when it was not committed or changed nothing: the revision it was judged at
  std::vector<Entry> current;  // when not committed: the entries of the conditions' keys that exist, ascending by key
};

// One key changed by one transaction. Events come in the order of revisions, and by key within one.
struct Event {
  Revision revision = 0;
  std::string key;
  std::optional<Entry> entry;     // absent: the key was removed
  std::optional<Entry> previous;  // what was there before; absent: the key was made
};
struct EventRequest {
  std::string prefix;  // empty: everything
  Revision after = 0;  // events with greater revisions
  // Most events to return, at least 1 (all events of one revision come together, even past the limit).
  std::size_t limit = 1000;
};
struct Events {
  std::vector<Event> events;
  // Everything up to here (of the prefix) has been given: ask again with `after` = this. Never smaller than `after`.
  Revision through = 0;
  // The log no longer reaches back to `after`, or `after` is greater than the store's revision: list again. No events
  // then. So it is after the store was put back from an older copy, for every number from before.
  bool expired = false;
};

struct StoreHealth {
  Revision revision = 0;
  Revision oldest_event = 0;     // events after this revision, and lists at it and later ones, are possible
  std::uint64_t size_bytes = 0;  // on disk
};

// Safe for any number of threads. Errors that pass by themselves (the database is locked, no leader) are
// Code::unavailable or Code::timeout and retryable; a commit that failed this way may still have happened unless it
// had a condition that tells on the next try.
class Store {
 public:
  virtual ~Store() = default;

  // Code::not_found when there is no such key.
  virtual Result<Entry> get(const std::string& key) = 0;
  // Code::not_found when `revision` lies before the kept history or was not reached yet.
  virtual Result<Page> list(const ListRequest& request) = 0;
  virtual Result<Revision> revision() = 0;
  virtual Result<Outcome> commit(const Transaction& transaction) = 0;

  // Waits until there are events after `request.after` (or expired), at most `wait`, and returns them; empty after
  // `wait`. Code::cancelled when stopped. A reader costs nothing while it is not asking.
  virtual Result<Events> events(const EventRequest& request, Duration wait, const std::stop_token& stop) = 0;

  // A lease lives for `ttl` (whole seconds, 1 to 3,600) after its grant or last keep_alive, longer when the store was
  // down meanwhile; then its keys are removed, as events like any others of one revision. Granting and keeping are no
  // revisions. Code::usage for another ttl.
  virtual Result<LeaseId> grant(Duration ttl) = 0;
  virtual Status keep_alive(LeaseId lease) = 0;  // Code::not_found: it has expired
  virtual Status revoke(LeaseId lease) = 0;      // fine when it is gone

  // Forgets events up to `through` and states before it. The state at `through`, later ones and events after it stay
  // readable. Fine when that was forgotten before; Code::usage when it is greater than the store's revision.
  virtual Status compact(Revision through) = 0;

  // Succeeds when the store can read and write now.
  virtual Result<StoreHealth> health() = 0;
};

}  // namespace holdfast::store
