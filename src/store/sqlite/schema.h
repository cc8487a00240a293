// What a database file of ours looks like, and how it is told from others.
#pragma once

#include <cstdint>

#include "store/sqlite/database.h"

namespace holdfast::store::sqlite {

constexpr std::int64_t kApplicationId = 0x48465354;  // "HFST", in the file's header
constexpr std::int64_t kSchemaVersion = 1;           // `user_version` in the file's header

constexpr std::int64_t kFirstRevision = 1;  // of a store in which nothing happened yet: 0 means "none" and "now"

// Code::refused for a database of another program, Code::unsupported for one of a newer version of this program, the
// latter with advice; both untouched. An empty file is fine.
Status check_identity(Connection& database);

// Brings an empty file or an older schema to kSchemaVersion, step by step, each step whole or not at all.
Status migrate(Connection& database);

// How every connection works: write-ahead log, a commit is on the disk when it returns.
Status configure(Connection& database);

}  // namespace holdfast::store::sqlite
