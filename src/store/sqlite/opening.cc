#include "store/sqlite/opening.h"

#include <algorithm>

#include <fmt/format.h>

#include "store/sqlite/queries.h"
#include "store/sqlite/schema.h"

namespace holdfast::store::sqlite {
namespace {

// More revisions than any store gives in its life: the jump when nobody remembers how far the numbers got.
constexpr Revision kBlindJump = 1'000'000'000;

Status check_file_info(const std::string& path, const os::FileInfo& info) {
  if (info.kind != os::FileKind::file) return fail(Code::usage, "{} is not a file", path);
  if ((info.mode & 077U) == 0) return {};
  return with_hint(fail(Code::refused, "{} may be used by others (mode {:04o})", path, info.mode),
                   fmt::format("chmod 600 {}", path));
}

// Looks before anything is changed, also before what an earlier process left in the log is moved into the file.
Status look_at(const std::string& path) {
  HF_ASSIGN(Connection connection, Connection::open(path, Connection::Access::read_write));
  HF_TRY(connection.keep_log_on_close());
  return check_identity(connection);
}

Status limit_size(Connection& database, std::uint64_t max_bytes) {
  if (max_bytes == 0) return {};
  HF_ASSIGN(const std::int64_t page, database.number("PRAGMA page_size"));
  const std::uint64_t pages = std::max<std::uint64_t>(max_bytes / static_cast<std::uint64_t>(page), 1);
  return database.execute(fmt::format("PRAGMA max_page_count = {}", pages));
}

Status go_on(Connection& database, RevisionFloor& floor) {
  HF_ASSIGN(const RevisionFloor::Floor known, floor.load());
  HF_ASSIGN(const Horizon horizon, read_horizon(database));
  HF_ASSIGN(const std::int64_t copied, database.number("SELECT copied FROM state"));
  const Revision revision = go_on_from(horizon.revision, copied != 0, known);
  HF_TRY(floor.reserve(revision));
  if (revision != horizon.revision) {
    HF_TRY(database.execute(
        fmt::format("UPDATE state SET revision = {}, forgotten = {}, copied = 0", revision, revision)));
  }
  floor.note(revision);
  return {};
}

Status fill_copy(Connection& source, const std::string& path) {
  HF_ASSIGN(Connection copy, Connection::open(path, Connection::Access::read_write));
  HF_TRY(source.copy_to(copy));
  HF_TRY(copy.execute("PRAGMA journal_mode = DELETE; UPDATE state SET copied = 1"));
  HF_ASSIGN(const std::string found, copy.text("PRAGMA quick_check(1)"));
  if (found != "ok") return fail(Code::corrupt, "{}: {}", source.path(), found);
  return {};
}

Status sync_file(os::FileSystem& files, const std::string& path) {
  HF_ASSIGN(const auto file, files.open(path, os::OpenMode::append));
  return file->sync();
}

}  // namespace

Status prepare_file(os::FileSystem& files, const std::string& path) {
  HF_ASSIGN(const auto info, files.stat(path));
  if (info) return check_file_info(path, *info);
  const auto made = files.open(path, os::OpenMode::create, 0600);
  if (!made && made.error().code != Code::exists) return in_context(made.error(), "make the store");
  return files.sync_directory(os::parent_path(path));
}

Result<Connection> lock_store(os::FileSystem& files, const std::string& database) {
  const std::string path = database + ".lock";
  HF_TRY(prepare_file(files, path));
  HF_ASSIGN(Connection lock, Connection::open(path, Connection::Access::read_write));
  HF_TRY(lock.execute("PRAGMA busy_timeout = 0"));
  const Status locked = lock.execute("BEGIN EXCLUSIVE");
  if (locked) return lock;
  if (locked.error().code != Code::unavailable) return in_context(locked.error(), "lock the store");
  return with_hint(fail(Code::refused, "{} is in use by another server", database),
                   "one server at a time can use it; several servers share an etcd");
}

Revision go_on_from(Revision revision, bool copied, const RevisionFloor::Floor& floor) {
  const bool floor_is_lost = !floor.found && revision > kFirstRevision;
  if (!copied && !floor_is_lost && revision >= floor.reached) return revision;
  const bool floor_is_ours = floor.found && floor.reserved >= revision;
  return floor_is_ours ? floor.reserved + 1 : revision + kBlindJump;
}

Result<Connection> open_for_writing(const std::string& path, std::uint64_t max_bytes, RevisionFloor& floor) {
  HF_TRY(look_at(path));
  HF_ASSIGN(Connection database, Connection::open(path, Connection::Access::read_write));
  HF_TRY(configure(database));
  HF_TRY(migrate(database));
  HF_TRY(limit_size(database, max_bytes));
  HF_TRY(go_on(database, floor));
  return database;
}

Status copy_store(Connection& source, os::FileSystem& files, const std::string& target) {
  const std::string part = target + ".part";
  HF_TRY(files.remove(part));
  HF_ASSIGN(auto made, files.open(part, os::OpenMode::create, 0600));
  made.reset();
  Status done = fill_copy(source, part);
  if (done) done = sync_file(files, part);
  if (done) done = files.rename(part, target, false);
  if (done) return files.sync_directory(os::parent_path(target));
  for (const char* left : {"", "-journal", "-wal", "-shm"}) {
    if (const Status gone = files.remove(part + left); !gone) return gone;
  }
  return in_context(std::move(done).error(), "copy the store to {}", target);
}

}  // namespace holdfast::store::sqlite
