#include "store/sqlite/reader_pool.h"

namespace holdfast::store::sqlite {

ReaderPool::Reader::~Reader() {
  if (pool_ != nullptr) pool_->give_back(std::move(connection_));
}

Result<ReaderPool::Reader> ReaderPool::borrow() {
  std::unique_lock lock(mutex_);
  given_back_.wait(lock, [this] { return !idle_.empty() || opened_ < most_; });
  if (!idle_.empty()) {
    Reader reader(*this, std::move(idle_.back()));
    idle_.pop_back();
    return reader;
  }
  ++opened_;
  lock.unlock();
  auto connection = open();
  if (connection) return Reader(*this, std::move(*connection));
  lock.lock();
  --opened_;
  given_back_.notify_one();
  return tl::unexpected<Error>(std::move(connection).error());
}

Result<Connection> ReaderPool::open() {
  HF_ASSIGN(Connection connection, Connection::open(path_, Connection::Access::read_write));
  HF_TRY(connection.execute("PRAGMA query_only = ON"));
  return connection;
}

void ReaderPool::give_back(Connection connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
  given_back_.notify_one();
}

}  // namespace holdfast::store::sqlite
