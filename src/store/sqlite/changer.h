// Changing the store's tables: one SQLite transaction, in which any number of the store's own transactions happen, each
// with its own revision.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite/database.h"
#include "store/sqlite/queries.h"
#include "store/store.h"

namespace holdfast::store::sqlite {

// Owned and used by the thread that writes.
class Changer {
 public:
  explicit Changer(Connection database, Revision revision) : database_(std::move(database)), committed_(revision) {}

  const Connection& database() const { return database_; }

  // One SQLite transaction: begin(), then any number of jobs between mark() and keep() or undo(), then commit().
  Status begin();
  Status mark();
  Status keep();
  void undo();                                                 // what was done since mark()
  void roll_back();                                            // everything since begin()
  bool broken() const { return !database_.in_transaction(); }  // SQLite itself gave up on the transaction
  // The last revision given since begin(), to be reserved before write_revision() and commit().
  Revision revision() const { return revision_; }
  Status commit();
  // What happened since begin(), ascending.
  std::vector<Event> take_events() { return std::exchange(events_, {}); }

  // The jobs.
  Status apply(const Transaction& transaction, Outcome& outcome);
  Status add_lease(LeaseId lease, std::int64_t seconds);
  Status remove_leases(const std::vector<LeaseId>& leases);  // each with its keys, each a revision if it has any
  Status forget(Revision through);                           // from now on nobody gets to see it
  Result<bool> erase_forgotten();                            // some of it; false: nothing is left
  Status probe();

 private:
  struct Current {
    std::int64_t version = 0;  // 0: there is none
    Entry entry;
  };
  Result<bool> holds(const std::vector<Condition>& conditions);
  Status collect(const std::vector<Condition>& conditions, std::vector<Entry>& entries);
  Status check_leases(const std::vector<Write>& writes);
  Result<Current> current(const std::string& key);
  Status write(const Write& write, Revision revision, bool& changed);
  Status put(const Write& write, const Current& before, Event& event);
  Status remove(const Current& before, Event& event);
  Status log(Event event, std::int64_t version, std::int64_t previous);
  Result<std::vector<std::string>> keys_of(LeaseId lease);

  Connection database_;
  Revision committed_;     // of the last commit()
  Revision revision_ = 0;  // given since begin()
  Revision marked_ = 0;
  std::size_t marked_events_ = 0;
  std::vector<Event> events_;
};

}  // namespace holdfast::store::sqlite
