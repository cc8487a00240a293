// Private to this folder: everything that the connections of one server share, and the table of them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/server/deadlines.h"
#include "http/server/event_loop.h"
#include "http/server/handler_pool.h"
#include "http/server/mailbox.h"
#include "http/server/stream_queue.h"
#include "http/server/tls_context.h"

namespace holdfast::http {

class Connection;

class Engine {
 public:
  Engine(const ServerOptions& options, Handler handler, os::Clock& clock);
  ~Engine();  // after run() has returned
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Result<std::uint16_t> listen(TlsContext tls);  // no TLS when empty
  void run();                                    // until break_off()

  // From any thread:
  void replace_tls(TlsContext tls);
  ServerCounts counts() const;
  void pulse(std::function<void()> done);                               // see Server
  void begin_stop();                                                    // no new connections; those that can end, end
  std::stop_token without_connections() { return empty_.get_token(); }  // after begin_stop()
  void break_off();                                                     // ends the rest, and run()
  void close();  // after run(): whoever still waits for the connections is told

  // For the connections, on the loop's thread:
  const ServerOptions& options() const { return options_; }
  os::SteadyTime now() { return clock_.steady(); }
  std::string_view date();
  EventLoop& loop() { return *loop_; }
  HandlerPool& pool() { return *pool_; }
  std::unique_ptr<Responder> responder(std::uint64_t connection, std::uint64_t request, bool head_only) const;
  ServerResponse error_answer(int status, std::string_view message) const;
  std::span<char> scratch() { return scratch_; }  // until the next call
  std::vector<StreamQueue::Chunk>& chunks() { return chunks_; }
  bool stopping() const { return stopping_; }
  // A connection's share of all requests' memory was `before` and is now `after`. False when all are too much.
  bool account(std::size_t before, std::size_t after);
  void count_stream(int change) { streams_ += static_cast<std::uint64_t>(change); }
  void look_at(std::uint64_t connection, os::SteadyTime at);  // calls Connection::look() then
  void remove(std::uint64_t connection);

 private:
  void accept(std::unique_ptr<Socket> socket);
  void read_mail();
  void tick();
  std::vector<std::shared_ptr<Connection>> all() const;
  void note_if_empty();

  const ServerOptions options_;
  os::Clock& clock_;
  const std::unique_ptr<EventLoop> loop_;
  const std::shared_ptr<Mailbox> mailbox_;
  const std::shared_ptr<HandlerPool> pool_;
  std::stop_source empty_;

  std::mutex tls_mutex_;
  TlsContext tls_;  // guarded by tls_mutex_

  std::atomic<std::uint64_t> connection_count_ = 0;
  std::atomic<std::uint64_t> streams_ = 0;

  // Of the loop's thread:
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::uint64_t last_connection_ = 0;
  std::size_t requests_bytes_ = 0;
  bool stopping_ = false;
  bool ticking_ = false;
  Deadlines deadlines_;
  std::string date_;
  std::int64_t date_second_ = -1;
  std::array<char, 16 * 1024> scratch_;
  std::vector<StreamQueue::Chunk> chunks_;
};

}  // namespace holdfast::http
