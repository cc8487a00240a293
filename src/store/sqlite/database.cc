#include "store/sqlite/database.h"

#include <array>
#include <cerrno>
#include <utility>

#include <sqlite3.h>

namespace holdfast::store::sqlite {
namespace {

constexpr int kWaitForLocks = 5000;  // milliseconds

bool is_out_of_space(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

Code code_of(int result, int system_error) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
      return Code::unavailable;
    case SQLITE_IOERR:
      return is_out_of_space(system_error) ? Code::no_space : Code::unavailable;
    case SQLITE_CANTOPEN:
      if (system_error == ENOENT) return Code::not_found;
      if (system_error == EACCES || system_error == EPERM || system_error == EROFS) return Code::refused;
      return Code::unavailable;
    case SQLITE_FULL:
      return Code::no_space;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::corrupt;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Code::refused;
    default:
      return Code::internal;
  }
}

std::string_view file_of(sqlite3* database) {
  const char* name = sqlite3_db_filename(database, "main");
  return name == nullptr ? "database" : name;
}

// Why the log could not be written: SQLite itself tells only a full disk, not a used-up quota or file size limit.
int errno_of_log(sqlite3* database) {
  sqlite3_file* log = nullptr;
  int number = 0;
  if (sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK) return 0;
  if (log == nullptr || log->pMethods == nullptr) return 0;
  return log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number) == SQLITE_OK ? number : 0;
}

tl::unexpected<Error> failure(sqlite3* database, int result) {
  const int reason = result == SQLITE_IOERR_WRITE ? errno_of_log(database) : sqlite3_system_errno(database);
  const Code code = code_of(result, reason);
  auto error = fail(code, "{}: {} (SQLite {})", file_of(database), sqlite3_errmsg(database), result);
  if (code == Code::no_space) return with_hint(std::move(error), "make room on the disk of the store");
  return error;
}

Status check(sqlite3* database, int result) {
  if (result == SQLITE_OK) return {};
  return failure(database, result);
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      parameters_(other.parameters_),
      failed_(other.failed_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(std::int64_t number) {
  const int result = sqlite3_bind_int64(statement_, ++parameters_, number);
  if (failed_ == SQLITE_OK) failed_ = result;
  return *this;
}

Statement& Statement::bind(std::string_view bytes) {
  // An empty view may have no address, which would bind NULL.
  const char* data = bytes.empty() ? "" : bytes.data();
  const int result = sqlite3_bind_blob64(statement_, ++parameters_, data, bytes.size(), SQLITE_STATIC);
  if (failed_ == SQLITE_OK) failed_ = result;
  return *this;
}

Result<bool> Statement::step() {
  if (failed_ != SQLITE_OK) return failure(database_, failed_);
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return failure(database_, result);
}

Status Statement::run() {
  while (true) {
    HF_ASSIGN(const bool row, step());
    if (!row) return {};
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return size == 0 ? std::string() : std::string(data, size);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<Connection> Connection::open(const std::string& path, Access access) {
  const int flags = (access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX |
                    SQLITE_OPEN_EXRESCODE;
  sqlite3* database = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  if (database == nullptr) return fail(Code::unavailable, "open {}: out of memory", path);
  Connection connection(database);
  if (result != SQLITE_OK) {
    const Code code = code_of(result, sqlite3_system_errno(database));
    return fail(code, "open {}: {} (SQLite {})", path, sqlite3_errmsg(database), result);
  }
  if (access == Access::read_write && sqlite3_db_readonly(database, "main") == 1) {
    return fail(Code::refused, "open {}: no permission to write it", path);
  }
  sqlite3_busy_timeout(database, kWaitForLocks);
  // A file from elsewhere must not make SQLite do more than read tables.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  HF_TRY(connection.execute("PRAGMA cell_size_check = ON"));
  return connection;
}

Connection::Connection(Connection&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)), statements_(std::move(other.statements_)) {
  other.statements_.clear();
}

Connection& Connection::operator=(Connection&& other) noexcept {
  if (this == &other) return *this;
  close();
  database_ = std::exchange(other.database_, nullptr);
  statements_ = std::exchange(other.statements_, {});
  return *this;
}

Connection::~Connection() {
  close();
}

void Connection::close() {
  for (const auto& [sql, statement] : statements_)
    sqlite3_finalize(statement);
  statements_.clear();
  sqlite3_close(database_);
  database_ = nullptr;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return Statement(database_, known->second);
  sqlite3_stmt* statement = nullptr;
  HF_TRY(check(database_, sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                             SQLITE_PREPARE_PERSISTENT, &statement, nullptr)));
  statements_.emplace(sql, statement);
  return Statement(database_, statement);
}

Status Connection::execute(const std::string& sql) {
  return check(database_, sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr));
}

Result<std::int64_t> Connection::number(std::string_view sql) {
  HF_ASSIGN(Statement statement, prepare(sql));
  HF_ASSIGN(const bool row, statement.step());
  if (!row) return fail(Code::corrupt, "{}: a row that is always there is missing", file_of(database_));
  return statement.integer(0);
}

Result<std::string> Connection::text(std::string_view sql) {
  HF_ASSIGN(Statement statement, prepare(sql));
  HF_ASSIGN(const bool row, statement.step());
  if (!row) return fail(Code::corrupt, "{}: a row that is always there is missing", file_of(database_));
  return statement.bytes(0);
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_) == 0;
}

bool Connection::has_moved() const {
  int moved = 0;
  const int result = sqlite3_file_control(database_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return result != SQLITE_OK || moved != 0;
}

std::string Connection::path() const {
  return std::string(file_of(database_));
}

Status Connection::keep_log_on_close() {
  return check(database_, sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr));
}

Status Connection::copy_to(Connection& target) {
  sqlite3_backup* backup = sqlite3_backup_init(target.database_, "main", database_, "main");
  if (backup == nullptr) return failure(target.database_, sqlite3_errcode(target.database_));
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped == SQLITE_DONE) return {};
  return failure(target.database_, finished == SQLITE_OK ? stepped : finished);
}

Result<ReadTransaction> ReadTransaction::begin(Connection& connection) {
  HF_ASSIGN(Statement statement, connection.prepare("BEGIN"));
  HF_TRY(statement.run());
  return ReadTransaction(connection);
}

ReadTransaction::~ReadTransaction() {
  if (connection_ == nullptr || !connection_->in_transaction()) return;
  auto statement = connection_->prepare("ROLLBACK");
  const Status ended = statement ? statement->run() : Status();
  if (!ended) return;  // nothing was written; the next use of the connection shows what is wrong with it
}

}  // namespace holdfast::store::sqlite
