// GET …/backups/NAME/download: the plain snapshot, as a stream.
#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "work/world.h"

#include "http/server/server.h"
#include "model/json.h"

namespace holdfast::server {

constexpr std::string_view kDownload = "download";  // the subresource

// One thread for each download under way, of which there are few. The world outlives it; the HTTP server must have
// stopped before it goes.
class Downloads {
 public:
  struct Parts {
    work::World world;
    std::size_t backlog;   // ServerOptions::stream_backlog
    std::size_t most = 4;  // at once; more are asked to come again
  };
  explicit Downloads(Parts parts) : parts_(std::move(parts)) {}
  ~Downloads();  // breaks off what runs

  // Begins to answer with the snapshot of `backup`, or answers with the error. What turns out to be damaged on the way
  // is broken off, so that nobody takes it for whole. False: there are too many, and 429 was answered.
  bool open(const json::Value& backup, std::vector<http::Header> headers, std::unique_ptr<http::Responder> responder);

 private:
  struct Job {
    std::atomic<bool> done{false};
    std::jthread thread;
  };
  void answer(const json::Value& backup, std::vector<http::Header> headers, http::Responder& responder,
              const std::stop_token& stop);

  Parts parts_;
  std::mutex mutex_;
  std::list<Job> jobs_;  // protected by mutex_
};

}  // namespace holdfast::server
