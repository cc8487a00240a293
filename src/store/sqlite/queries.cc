#include "store/sqlite/queries.h"

#include <limits>

namespace holdfast::store::sqlite {
namespace {

constexpr std::string_view kHorizon = "SELECT revision, forgotten FROM state";

constexpr std::string_view kEntry =
    "SELECT v.key, v.created, v.modified, v.lease, v.value FROM entries e JOIN versions v ON v.id = e.version "
    "WHERE e.key = ?1";

constexpr std::string_view kPresent =
    "SELECT v.key, v.created, v.modified, v.lease, v.value FROM entries e CROSS JOIN versions v ON v.id = e.version "
    "WHERE e.key >= ?1 AND e.key < ?2 ORDER BY e.key LIMIT ?3";
constexpr std::string_view kCountPresent = "SELECT count(*) FROM entries WHERE key >= ?1 AND key < ?2";

// What was there right after revision ?4: what is there since then, and what was there then and ended later.
constexpr std::string_view kEarlier =
    "SELECT e.key AS k, v.created, v.modified, v.lease, v.value FROM entries e CROSS JOIN versions v ON v.id = "
    "e.version "
    "WHERE e.key >= ?1 AND e.key < ?2 AND v.modified <= ?4 "
    "UNION ALL "
    "SELECT p.key AS k, v.created, v.modified, v.lease, v.value FROM past p CROSS JOIN versions v ON v.id = p.version "
    "WHERE p.key >= ?1 AND p.key < ?2 AND p.ended > ?4 AND v.modified <= ?4 "
    "ORDER BY k LIMIT ?3";
constexpr std::string_view kCountEarlier =
    "SELECT (SELECT count(*) FROM entries e CROSS JOIN versions v ON v.id = e.version "
    "WHERE e.key >= ?1 AND e.key < ?2 AND v.modified <= ?3) + "
    "(SELECT count(*) FROM past p CROSS JOIN versions v ON v.id = p.version "
    "WHERE p.key >= ?1 AND p.key < ?2 AND p.ended > ?3 AND v.modified <= ?3)";

constexpr std::string_view kChanges =
    "SELECT c.revision, c.key, c.version, c.previous, "
    "n.key, n.created, n.modified, n.lease, n.value, o.key, o.created, o.modified, o.lease, o.value "
    "FROM changes c LEFT JOIN versions n ON n.id = c.version LEFT JOIN versions o ON o.id = c.previous "
    "WHERE c.revision > ?1 AND c.key >= ?2 AND c.key < ?3 ORDER BY c.revision, c.key";

Result<std::uint64_t> count(Connection& database, const KeyRange& range, Revision revision) {
  const std::string end = end_or_last(range);
  HF_ASSIGN(Statement statement, database.prepare(revision == 0 ? kCountPresent : kCountEarlier));
  statement.bind(range.first).bind(end);
  if (revision != 0) statement.bind(revision);
  HF_ASSIGN(const bool row, statement.step());
  if (!row) return fail(Code::internal, "a count gave no row");
  return static_cast<std::uint64_t>(statement.integer(0));
}

// At most request.limit entries, and whether there are more.
Result<bool> read_range(Connection& database, const KeyRange& range, const ListRequest& request, Revision revision,
                        std::vector<Entry>& entries) {
  const std::string end = end_or_last(range);
  const bool bounded = request.limit != 0 && request.limit < (std::size_t{1} << 40U);
  const std::int64_t limit =
      bounded ? static_cast<std::int64_t>(request.limit) + 1 : std::numeric_limits<std::int64_t>::max();
  HF_ASSIGN(Statement statement, database.prepare(revision == 0 ? kPresent : kEarlier));
  statement.bind(range.first).bind(end).bind(limit);
  if (revision != 0) statement.bind(revision);
  while (true) {
    HF_ASSIGN(const bool row, statement.step());
    if (!row) return false;
    if (bounded && entries.size() == request.limit) return true;
    entries.push_back(entry_from(statement, 0));
  }
}

Event event_from(const Statement& row) {
  Event event{.revision = row.integer(0), .key = row.bytes(1), .entry = {}, .previous = {}};
  if (!row.is_null(2)) event.entry = entry_from(row, 4);
  if (!row.is_null(3)) event.previous = entry_from(row, 9);
  return event;
}

}  // namespace

std::string end_or_last(const KeyRange& range) {
  return range.end.empty() ? std::string(kMostKeyBytes + 1, '\xff') : range.end;
}

Entry entry_from(const Statement& row, int column) {
  return {.key = row.bytes(column),
          .value = row.bytes(column + 4),
          .created = row.integer(column + 1),
          .modified = row.integer(column + 2),
          .lease = row.integer(column + 3)};
}

Result<Horizon> read_horizon(Connection& database) {
  HF_ASSIGN(Statement statement, database.prepare(kHorizon));
  HF_ASSIGN(const bool row, statement.step());
  if (!row) return fail(Code::corrupt, "{}: the row that counts revisions is missing", database.path());
  return Horizon{.revision = statement.integer(0), .forgotten = statement.integer(1)};
}

Result<std::optional<Entry>> read_entry(Connection& database, const std::string& key) {
  HF_ASSIGN(Statement statement, database.prepare(kEntry));
  statement.bind(key);
  HF_ASSIGN(const bool row, statement.step());
  if (!row) return std::optional<Entry>();
  return std::optional<Entry>(entry_from(statement, 0));
}

Result<Page> read_page(Connection& database, const ListRequest& request) {
  HF_ASSIGN(const ReadTransaction transaction, ReadTransaction::begin(database));
  HF_ASSIGN(const Horizon horizon, read_horizon(database));
  if (request.revision != 0 && request.revision < horizon.forgotten) {
    return fail(Code::not_found, "revision {} is no longer kept, the oldest is {}", request.revision,
                horizon.forgotten);
  }
  if (request.revision > horizon.revision) {
    return fail(Code::not_found, "revision {} was not reached yet, the newest is {}", request.revision,
                horizon.revision);
  }
  const bool now = request.revision == 0 || request.revision == horizon.revision;
  Page page{.revision = now ? horizon.revision : request.revision, .entries = {}, .next = {}};
  KeyRange range = key_range(request.prefix, request.start);
  if (range.empty()) return page;
  HF_ASSIGN(const bool more, read_range(database, range, request, now ? 0 : page.revision, page.entries));
  if (!more) return page;
  range.first = page.next = key_after(page.entries.back().key);
  if (request.count_rest) {
    HF_ASSIGN(page.remaining, count(database, range, now ? 0 : page.revision));
  }
  return page;
}

Result<Events> read_events(Connection& database, const EventRequest& request) {
  HF_ASSIGN(const ReadTransaction transaction, ReadTransaction::begin(database));
  HF_ASSIGN(const Horizon horizon, read_horizon(database));
  if (request.after < horizon.forgotten || request.after > horizon.revision) {
    return Events{.events = {}, .through = request.after, .expired = true};
  }
  Events found{.events = {}, .through = horizon.revision};
  const KeyRange range = key_range(request.prefix);
  const std::string end = end_or_last(range);
  HF_ASSIGN(Statement statement, database.prepare(kChanges));
  statement.bind(request.after).bind(range.first).bind(end);
  const std::size_t limit = std::max<std::size_t>(request.limit, 1);
  while (true) {
    HF_ASSIGN(const bool row, statement.step());
    if (!row) return found;
    if (found.events.size() >= limit && statement.integer(0) != found.events.back().revision) break;
    found.events.push_back(event_from(statement));
  }
  found.through = found.events.back().revision;
  return found;
}

}  // namespace holdfast::store::sqlite
