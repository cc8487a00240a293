// A few threads that run handlers, and a bounded queue of requests in front of them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "http/server/server.h"

namespace holdfast::http {

// Safe for any thread.
class HandlerPool {
 public:
  HandlerPool(Handler handler, std::size_t threads, std::size_t pending_limit);
  ~HandlerPool();  // stop()
  HandlerPool(const HandlerPool&) = delete;
  HandlerPool& operator=(const HandlerPool&) = delete;

  // False, and nothing is taken, when `pending_limit` requests wait or the pool has stopped.
  bool offer(ServerRequest& request, std::unique_ptr<Responder>& responder);
  // Runs a callback, before the requests that wait. After stop(): now, on the caller's thread.
  void call(std::function<void()> callback);
  std::size_t pending() const;
  // Runs the callbacks that wait, drops the requests, waits for what runs. Once; not from a thread of the pool.
  void stop();

 private:
  struct Job {
    ServerRequest request;
    std::unique_ptr<Responder> responder;
  };
  void run();

  const Handler handler_;
  const std::size_t pending_limit_;
  mutable std::mutex mutex_;  // guards everything below but threads_
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::deque<std::function<void()>> callbacks_;
  bool stopping_ = false;
  bool stopped_ = false;  // nobody looks at callbacks_ any more
  std::vector<std::jthread> threads_;
};

}  // namespace holdfast::http
