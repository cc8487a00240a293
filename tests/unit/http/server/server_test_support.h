// What the server's tests share.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/http/server/raw_client.h"

#include "http/server/server.h"

namespace holdfast::http::test {

// Answers with what it was asked: method, path, parameters and body, each on a line.
void echo(ServerRequest request, std::unique_ptr<Responder> responder);

std::unique_ptr<Server> start(const ServerOptions& options, Handler handler, os::Clock& clock = os::real_clock());
inline std::unique_ptr<Server> start(Handler handler) {
  return start(ServerOptions{}, std::move(handler));
}

// "GET <target>" with a Host field, and further lines each ended by CRLF.
std::string get_request(const std::string& target, const std::string& more = "");

// Asks again and again, a minute long.
bool eventually(const std::function<bool()>& condition);

// Streams that a handler opened, for the test to use.
class OpenStreams {
 public:
  Handler handler(ServerResponse head = {});
  std::shared_ptr<ResponseStream> next();  // waits for it
  std::vector<std::shared_ptr<ResponseStream>> take(std::size_t count);

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::shared_ptr<ResponseStream>> streams_;
};

// Something that happens on another thread and that a test waits for.
class Event {
 public:
  void happen();
  void wait();
  int times() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int times_ = 0;
};

// Raises the process's limit of open files as far as it goes; returns how many there may be.
std::size_t raise_file_limit();
std::size_t resident_bytes();  // of this process

}  // namespace holdfast::http::test
