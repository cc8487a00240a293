// Reading the store's tables through one connection.
#pragma once

#include <optional>
#include <string>

#include "store/limits.h"
#include "store/sqlite/database.h"
#include "store/store.h"

namespace holdfast::store::sqlite {

// How far the history reaches. Part of the same read transaction as what is read with it.
struct Horizon {
  Revision revision = 0;
  Revision forgotten = 0;
};
Result<Horizon> read_horizon(Connection& database);

// The present entry; nothing when there is no such key.
Result<std::optional<Entry>> read_entry(Connection& database, const std::string& key);

// One consistent page, as Store::list() says.
Result<Page> read_page(Connection& database, const ListRequest& request);

// From the log, as Store::events() says, without waiting.
Result<Events> read_events(Connection& database, const EventRequest& request);

// An upper bound for SQL where a range has none: no key is that long.
std::string end_or_last(const KeyRange& range);

// The first columns of a row are key, created, modified, lease, value, from `column` on.
Entry entry_from(const Statement& row, int column);

}  // namespace holdfast::store::sqlite
