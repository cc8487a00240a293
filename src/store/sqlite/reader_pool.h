// Connections for reading in parallel, each used by one thread at a time.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite/database.h"

namespace holdfast::store::sqlite {

// Opened when first needed, at most `most`; more readers than that wait for each other. Safe for any thread.
class ReaderPool {
 public:
  ReaderPool(std::string path, std::size_t most) : path_(std::move(path)), most_(most) {}

  // Gives the connection back when it goes.
  class Reader {
   public:
    Reader(ReaderPool& pool, Connection connection) : pool_(&pool), connection_(std::move(connection)) {}
    Reader(Reader&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    Reader& operator=(Reader&&) = delete;
    ~Reader();
    Connection& operator*() { return connection_; }

   private:
    ReaderPool* pool_;
    Connection connection_;
  };
  Result<Reader> borrow();

 private:
  Result<Connection> open();
  void give_back(Connection connection);

  const std::string path_;
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<Connection> idle_;  // protected by mutex_, as everything below
  std::size_t opened_ = 0;
};

}  // namespace holdfast::store::sqlite
