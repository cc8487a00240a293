// SQLite as the rest of this folder uses it: connections, statements and transactions that clean up after themselves,
// and errors as ours. Nothing else includes SQLite's header.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace holdfast::store::sqlite {

// A prepared statement in use: bind the parameters in order, then step. Ready for its next use when it goes.
class Statement {
 public:
  Statement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // A failure shows in the next step.
  Statement& bind(std::int64_t number);
  Statement& bind(std::string_view bytes);  // must live until the statement is done

  Result<bool> step();  // true: a row can be read
  Status run();         // to the end, rows are ignored
  // Of the row, columns from 0.
  std::int64_t integer(int column) const;
  std::string bytes(int column) const;
  bool is_null(int column) const;

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_;
  int parameters_ = 0;
  int failed_ = 0;
};

// One connection. One thread at a time. Errors: busy or locked Code::unavailable; full disk or quota Code::no_space;
// corrupt or no database Code::corrupt; read-only or no permission Code::refused; disk errors Code::unavailable; they
// name the file.
class Connection {
 public:
  enum class Access { read_only, read_write };

  // The file must be there. Waits up to 5 s for locks.
  static Result<Connection> open(const std::string& path, Access access);
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  ~Connection();

  // Prepared once, kept for the next time. A text must not be in use twice at the same time.
  Result<Statement> prepare(std::string_view sql);
  Status execute(const std::string& sql);             // statements without parameters, rows are ignored
  Result<std::int64_t> number(std::string_view sql);  // the one number it selects
  Result<std::string> text(std::string_view sql);     // the one text it selects

  bool in_transaction() const;
  // The file was removed, or another one has its name: what is written now would be lost.
  bool has_moved() const;
  std::string path() const;  // absolute, without symbolic links
  // Leaves the write-ahead log as it is when the last connection closes.
  Status keep_log_on_close();
  // Copies everything, as it is at one moment, into `target`.
  Status copy_to(Connection& target);

 private:
  explicit Connection(sqlite3* database) : database_(database) {}
  void close();

  sqlite3* database_ = nullptr;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

// Rolled back unless it was committed.
class ReadTransaction {
 public:
  static Result<ReadTransaction> begin(Connection& connection);
  ReadTransaction(ReadTransaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ~ReadTransaction();

 private:
  explicit ReadTransaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace holdfast::store::sqlite
