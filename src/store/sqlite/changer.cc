#include "store/sqlite/changer.h"

#include <algorithm>

namespace holdfast::store::sqlite {
namespace {

constexpr std::int64_t kErasedAtOnce = 500;  // changes; so that commits do not wait long behind them

// Runs a text with these parameters.
template <class... Parameters>
Status run(Connection& database, std::string_view sql, const Parameters&... parameters) {
  HF_ASSIGN(Statement statement, database.prepare(sql));
  (statement.bind(parameters), ...);
  return statement.run();
}

}  // namespace

Status Changer::begin() {
  revision_ = committed_;
  events_.clear();
  return run(database_, "BEGIN IMMEDIATE");
}

Status Changer::mark() {
  marked_ = revision_;
  marked_events_ = events_.size();
  return run(database_, "SAVEPOINT job");
}

Status Changer::keep() {
  return run(database_, "RELEASE job");
}

void Changer::undo() {
  const Status back = run(database_, "ROLLBACK TO job");
  if (!back || !keep()) return roll_back();
  revision_ = marked_;
  events_.resize(marked_events_);
}

void Changer::roll_back() {
  revision_ = committed_;
  events_.clear();
  if (!database_.in_transaction()) return;
  const Status done = run(database_, "ROLLBACK");
  if (!done) return;  // the next begin() says what is wrong
}

Status Changer::commit() {
  if (revision_ != committed_) HF_TRY(run(database_, "UPDATE state SET revision = ?", revision_));
  HF_TRY(run(database_, "COMMIT"));
  committed_ = revision_;
  return {};
}

Status Changer::apply(const Transaction& transaction, Outcome& outcome) {
  outcome = {.committed = false, .revision = revision_, .current = {}};
  HF_ASSIGN(const bool holding, holds(transaction.conditions));
  if (!holding) return collect(transaction.conditions, outcome.current);
  HF_TRY(check_leases(transaction.writes));
  bool changed = false;
  for (const Write* each : by_key(transaction.writes))
    HF_TRY(write(*each, revision_ + 1, changed));
  if (changed) ++revision_;
  outcome.committed = true;
  outcome.revision = revision_;
  return {};
}

Result<bool> Changer::holds(const std::vector<Condition>& conditions) {
  for (const Condition& condition : conditions) {
    HF_ASSIGN(
        Statement statement,
        database_.prepare("SELECT modified FROM versions WHERE id = (SELECT version FROM entries WHERE key = ?)"));
    statement.bind(condition.key);
    HF_ASSIGN(const bool row, statement.step());
    if (condition.modified != (row ? statement.integer(0) : 0)) return false;
  }
  return true;
}

Status Changer::collect(const std::vector<Condition>& conditions, std::vector<Entry>& entries) {
  for (const Condition& condition : conditions) {
    HF_ASSIGN(auto entry, read_entry(database_, condition.key));
    if (entry) entries.push_back(std::move(*entry));
  }
  const auto before = [](const Entry& left, const Entry& right) { return left.key < right.key; };
  const auto same = [](const Entry& left, const Entry& right) { return left.key == right.key; };
  std::sort(entries.begin(), entries.end(), before);
  entries.erase(std::unique(entries.begin(), entries.end(), same), entries.end());
  return {};
}

Status Changer::check_leases(const std::vector<Write>& writes) {
  for (const Write& write : writes) {
    if (write.lease == 0 || !write.value) continue;
    HF_ASSIGN(Statement statement, database_.prepare("SELECT 1 FROM leases WHERE id = ?"));
    statement.bind(write.lease);
    HF_ASSIGN(const bool row, statement.step());
    if (!row) return fail(Code::not_found, "lease {:x} does not exist", write.lease);
  }
  return {};
}

Result<Changer::Current> Changer::current(const std::string& key) {
  HF_ASSIGN(Statement statement,
            database_.prepare("SELECT v.key, v.created, v.modified, v.lease, v.value, v.id FROM entries e "
                              "JOIN versions v ON v.id = e.version WHERE e.key = ?"));
  statement.bind(key);
  HF_ASSIGN(const bool row, statement.step());
  if (!row) return Current{};
  return Current{.version = statement.integer(5), .entry = entry_from(statement, 0)};
}

Status Changer::write(const Write& write, Revision revision, bool& changed) {
  HF_ASSIGN(Current before, current(write.key));
  if (!write.value && before.version == 0) return {};
  changed = true;
  Event event{.revision = revision, .key = write.key, .entry = {}, .previous = {}};
  if (before.version != 0) {
    HF_TRY(run(database_, "INSERT INTO past VALUES (?, ?, ?)", write.key, revision, before.version));
    if (before.entry.lease != 0) {
      HF_TRY(run(database_, "DELETE FROM leased WHERE lease = ? AND key = ?", before.entry.lease, write.key));
    }
    event.previous = before.entry;
  }
  return write.value ? put(write, before, event) : remove(before, event);
}

Status Changer::put(const Write& write, const Current& before, Event& event) {
  const Revision created = before.version == 0 ? event.revision : before.entry.created;
  HF_TRY(run(database_, "INSERT INTO versions (key, created, modified, lease, value) VALUES (?, ?, ?, ?, ?)", write.key,
             created, event.revision, write.lease, *write.value));
  HF_ASSIGN(const std::int64_t version, database_.number("SELECT last_insert_rowid()"));
  HF_TRY(run(database_, "INSERT OR REPLACE INTO entries VALUES (?, ?)", write.key, version));
  if (write.lease != 0) HF_TRY(run(database_, "INSERT INTO leased VALUES (?, ?)", write.lease, write.key));
  event.entry = Entry{
      .key = write.key, .value = *write.value, .created = created, .modified = event.revision, .lease = write.lease};
  return log(std::move(event), version, before.version);
}

Status Changer::remove(const Current& before, Event& event) {
  HF_TRY(run(database_, "DELETE FROM entries WHERE key = ?", event.key));
  return log(std::move(event), 0, before.version);
}

Status Changer::log(Event event, std::int64_t version, std::int64_t previous) {
  HF_TRY(run(database_, "INSERT INTO changes VALUES (?1, ?2, nullif(?3, 0), nullif(?4, 0))", event.revision, event.key,
             version, previous));
  events_.push_back(std::move(event));
  return {};
}

Status Changer::add_lease(LeaseId lease, std::int64_t seconds) {
  return run(database_, "INSERT INTO leases VALUES (?, ?)", lease, seconds);
}

Result<std::vector<std::string>> Changer::keys_of(LeaseId lease) {
  HF_ASSIGN(Statement statement, database_.prepare("SELECT key FROM leased WHERE lease = ? ORDER BY key"));
  statement.bind(lease);
  std::vector<std::string> keys;
  while (true) {
    HF_ASSIGN(const bool row, statement.step());
    if (!row) return keys;
    keys.push_back(statement.bytes(0));
  }
}

Status Changer::remove_leases(const std::vector<LeaseId>& leases) {
  for (const LeaseId lease : leases) {
    HF_ASSIGN(const std::vector<std::string> keys, keys_of(lease));
    bool changed = false;
    for (const std::string& key : keys)
      HF_TRY(write({.key = key, .value = {}}, revision_ + 1, changed));
    if (changed) ++revision_;
    HF_TRY(run(database_, "DELETE FROM leases WHERE id = ?", lease));
  }
  return {};
}

Status Changer::forget(Revision through) {
  if (through > revision_) {
    return fail(Code::usage, "revision {} cannot be forgotten, the newest is {}", through, revision_);
  }
  return run(database_, "UPDATE state SET forgotten = ?1 WHERE forgotten < ?1", through);
}

// A change's `previous` is in the past since that change: with the change goes what it ended.
Result<bool> Changer::erase_forgotten() {
  constexpr std::string_view kSome =
      "SELECT revision, key, previous FROM changes WHERE revision <= (SELECT forgotten FROM state) "
      "ORDER BY revision, key LIMIT ?";
  std::vector<Event> some;
  std::vector<std::int64_t> versions;
  {
    HF_ASSIGN(Statement statement, database_.prepare(kSome));
    statement.bind(kErasedAtOnce);
    while (true) {
      HF_ASSIGN(const bool row, statement.step());
      if (!row) break;
      some.push_back({.revision = statement.integer(0), .key = statement.bytes(1), .entry = {}, .previous = {}});
      versions.push_back(statement.integer(2));
    }
  }
  for (std::size_t i = 0; i < some.size(); ++i) {
    if (versions[i] != 0) {
      HF_TRY(run(database_, "DELETE FROM versions WHERE id = ?", versions[i]));
      HF_TRY(run(database_, "DELETE FROM past WHERE key = ? AND ended = ?", some[i].key, some[i].revision));
    }
    HF_TRY(run(database_, "DELETE FROM changes WHERE revision = ? AND key = ?", some[i].revision, some[i].key));
  }
  return some.size() == static_cast<std::size_t>(kErasedAtOnce);
}

Status Changer::probe() {
  return run(database_, "UPDATE state SET probes = probes + 1");
}

}  // namespace holdfast::store::sqlite
