#include "http/server/handler_pool.h"

#include <exception>

#include "base/log.h"

namespace holdfast::http {
namespace {

// What a handler throws is its own affair: the responder it lets go of answers 500.
template <class Work>
void run_guarded(Work&& work) {
  try {
    work();
  } catch (const std::exception& thrown) {
    log::event(log::Level::error, "http.handler_threw", {{"what", thrown.what()}});
  }
}

}  // namespace

HandlerPool::HandlerPool(Handler handler, std::size_t threads, std::size_t pending_limit)
    : handler_(std::move(handler)), pending_limit_(pending_limit) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i)
    threads_.emplace_back([this] { run(); });
}

HandlerPool::~HandlerPool() {
  stop();
}

bool HandlerPool::offer(ServerRequest& request, std::unique_ptr<Responder>& responder) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || jobs_.size() >= pending_limit_) return false;
    jobs_.push_back({.request = std::move(request), .responder = std::move(responder)});
  }
  wake_.notify_one();
  return true;
}

void HandlerPool::call(std::function<void()> callback) {
  {
    const std::scoped_lock lock(mutex_);
    if (!stopped_) {
      callbacks_.push_back(std::move(callback));
      wake_.notify_one();
      return;
    }
  }
  run_guarded(callback);
}

std::size_t HandlerPool::pending() const {
  const std::scoped_lock lock(mutex_);
  return jobs_.size();
}

void HandlerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !callbacks_.empty() || !jobs_.empty(); });
    if (!callbacks_.empty()) {
      std::function<void()> callback = std::move(callbacks_.front());
      callbacks_.pop_front();
      lock.unlock();
      run_guarded(callback);
      callback = nullptr;  // what it holds goes before the lock is taken
      lock.lock();
    } else if (stopping_) {
      return;
    } else {
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      run_guarded([&] { handler_(std::move(job.request), std::move(job.responder)); });
      job = {};
      lock.lock();
    }
  }
}

void HandlerPool::stop() {
  std::deque<Job> dropped;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    dropped.swap(jobs_);
  }
  wake_.notify_all();
  threads_.clear();
  dropped.clear();
  std::deque<std::function<void()>> late;  // posted by what ran last
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    late.swap(callbacks_);
  }
  for (const auto& callback : late)
    run_guarded(callback);
}

}  // namespace holdfast::http
