#include "store/sqlite/schema.h"

#include <array>

#include <fmt/format.h>

namespace holdfast::store::sqlite {
namespace {

// versions  every value that was ever written and is still needed; a row never changes
// entries   the present: key -> its version
// past      versions that are no longer present, by key and the revision that ended them: older states of a range
// changes   the log: what each revision did to a key (version: NULL, removed) and what was there (previous: NULL, made)
// leases    granted ones; leased: present keys that go away with one
constexpr std::string_view kVersion1 = R"(
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  revision INTEGER NOT NULL,   -- last one given to a transaction
  forgotten INTEGER NOT NULL,  -- events up to it, and states before it, are gone
  copied INTEGER NOT NULL,     -- 1: this file is a copy that was never opened as a store
  probes INTEGER NOT NULL      -- counts checks that the file can be written
);
INSERT INTO state VALUES (1, 1, 0, 0, 0);
CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  lease INTEGER NOT NULL,
  value BLOB NOT NULL
);
CREATE TABLE entries (key BLOB PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE past (
  key BLOB NOT NULL, ended INTEGER NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (key, ended)
) WITHOUT ROWID;
CREATE TABLE changes (
  revision INTEGER NOT NULL, key BLOB NOT NULL, version INTEGER, previous INTEGER,
  PRIMARY KEY (revision, key)
) WITHOUT ROWID;
CREATE TABLE leases (id INTEGER PRIMARY KEY, seconds INTEGER NOT NULL);
CREATE TABLE leased (lease INTEGER NOT NULL, key BLOB NOT NULL, PRIMARY KEY (lease, key)) WITHOUT ROWID;
)";

// The n-th brings version n to n + 1.
constexpr std::array<std::string_view, kSchemaVersion> kSteps{kVersion1};

}  // namespace

Status check_identity(Connection& database) {
  HF_ASSIGN(const std::int64_t application, database.number("PRAGMA application_id"));
  HF_ASSIGN(const std::int64_t version, database.number("PRAGMA user_version"));
  HF_ASSIGN(const std::int64_t objects, database.number("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && objects == 0) return {};
  if (application != kApplicationId) {
    return with_hint(fail(Code::refused, "{} is a database of another program", database.path()),
                     "name a file of its own for the store");
  }
  if (version > kSchemaVersion || version < 1) {
    return with_hint(fail(Code::unsupported, "{} has format {}, this program knows formats up to {}", database.path(),
                          version, kSchemaVersion),
                     "it was written by a newer version: start that one, or put back a copy from before the upgrade");
  }
  return {};
}

Status migrate(Connection& database) {
  HF_ASSIGN(const std::int64_t found, database.number("PRAGMA user_version"));
  for (auto version = static_cast<std::size_t>(found); version < kSteps.size(); ++version) {
    const Status done =
        database.execute(fmt::format("BEGIN IMMEDIATE;{}PRAGMA application_id = {};PRAGMA user_version = {};COMMIT;",
                                     kSteps[version], kApplicationId, version + 1));
    if (!done && database.in_transaction()) HF_TRY(database.execute("ROLLBACK"));
    if (!done) return in_context(done.error(), "bring the store to format {}", version + 1);
  }
  return {};
}

Status configure(Connection& database) {
  HF_ASSIGN(const std::string mode, database.text("PRAGMA journal_mode = WAL"));
  if (mode != "wal") {
    return fail(Code::unsupported, "{} cannot have a write-ahead log (its mode stays \"{}\")", database.path(), mode);
  }
  return database.execute(
      "PRAGMA synchronous = FULL;"
      "PRAGMA journal_size_limit = 67108864;");  // what a long read let grow is cut back to 64 MiB
}

}  // namespace holdfast::store::sqlite
