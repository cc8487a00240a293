#include "unit/http/server/server_test_support.h"

#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

namespace holdfast::http::test {

void echo(ServerRequest request, std::unique_ptr<Responder> responder) {
  std::string text = fmt::format("{} {}\n", request.method, request.path);
  for (const auto& [name, value] : request.query)
    text += fmt::format("{}={}\n", name, value);
  responder->send({.headers = {{.name = "Content-Type", .value = "text/plain"}}, .body = text + request.body});
}

std::unique_ptr<Server> start(const ServerOptions& options, Handler handler, os::Clock& clock) {
  auto server = start_server(options, std::move(handler), clock);
  if (!server) {
    ADD_FAILURE() << server.error().to_string();
    std::abort();
  }
  return std::move(*server);
}

std::string get_request(const std::string& target, const std::string& more) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", target, more);
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 6'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

Handler OpenStreams::handler(ServerResponse head) {
  return [this, head](const ServerRequest&, std::unique_ptr<Responder> responder) {
    auto stream = responder->stream(head);
    const std::scoped_lock lock(mutex_);
    streams_.push_back(std::move(stream));
    arrived_.notify_all();
  };
}

std::vector<std::shared_ptr<ResponseStream>> OpenStreams::take(std::size_t count) {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return streams_.size() >= count; });
  return std::exchange(streams_, {});
}

std::shared_ptr<ResponseStream> OpenStreams::next() {
  return take(1).front();
}

void Event::happen() {
  const std::scoped_lock lock(mutex_);
  ++times_;
  changed_.notify_all();
}

void Event::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return times_ > 0; });
}

int Event::times() const {
  const std::scoped_lock lock(mutex_);
  return times_;
}

std::size_t raise_file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace holdfast::http::test
