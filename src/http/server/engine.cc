#include "http/server/engine.h"

#include <fmt/format.h>

#include "http/server/connection.h"
#include "http/server/responder.h"
#include "http/server/response_head.h"
#include "http/server/tls_wire.h"

namespace holdfast::http {
namespace {

constexpr auto kTick = std::chrono::milliseconds(100);

}  // namespace

Engine::Engine(const ServerOptions& options, Handler handler, os::Clock& clock)
    : options_(options),
      clock_(clock),
      loop_(make_event_loop()),
      mailbox_(std::make_shared<Mailbox>([this] { loop_->post([this] { read_mail(); }); })),
      pool_(std::make_shared<HandlerPool>(std::move(handler), options.handler_threads, options.pending_limit)) {}

Engine::~Engine() = default;

Result<std::uint16_t> Engine::listen(TlsContext tls) {
  tls_ = std::move(tls);
  return loop_->listen(options_.address, options_.port,
                       [this](std::unique_ptr<Socket> socket) { accept(std::move(socket)); });
}

void Engine::run() {
  loop_->run();
}

void Engine::replace_tls(TlsContext tls) {
  const std::scoped_lock lock(tls_mutex_);
  tls_ = std::move(tls);
}

ServerCounts Engine::counts() const {
  return {.connections = connection_count_,
          .streams = streams_,
          .pending = pool_->pending(),
          .slow_readers = mailbox_->slow_readers()};
}

void Engine::pulse(std::function<void()> done) {
  loop_->post([this, done = std::move(done)] { pool_->call(done); });
}

void Engine::accept(std::unique_ptr<Socket> socket) {
  if (stopping_ || connections_.size() >= options_.connection_limit) return;
  std::unique_ptr<Wire> wire;
  if (options_.tls) {
    const std::scoped_lock lock(tls_mutex_);
    wire = make_tls_wire(socket->fd(), *tls_);
  } else {
    wire = make_plain_wire(socket->fd());
  }
  if (!wire) return;
  const std::uint64_t id = ++last_connection_;
  const auto connection = std::make_shared<Connection>(*this, id, std::move(socket), std::move(wire));
  connections_.emplace(id, connection);
  connection_count_ = connections_.size();
  connection->start();
}

void Engine::remove(std::uint64_t connection) {
  connections_.erase(connection);
  connection_count_ = connections_.size();
  note_if_empty();
}

void Engine::note_if_empty() {
  if (stopping_ && connections_.empty()) empty_.request_stop();
}

void Engine::read_mail() {
  for (Message& message : mailbox_->take()) {
    const auto found = connections_.find(message.connection);
    if (found != connections_.end()) {
      const std::shared_ptr<Connection> connection = found->second;
      connection->handle(message);
    } else if (message.stream) {
      message.stream->close(true);
    }
  }
}

void Engine::look_at(std::uint64_t connection, os::SteadyTime at) {
  deadlines_.add({.at = at, .connection = connection});
  if (!std::exchange(ticking_, true)) loop_->after(kTick, [this] { tick(); });
}

void Engine::tick() {
  const os::SteadyTime at = now();
  for (const Deadlines::Entry& entry : deadlines_.take_due(at)) {
    const auto found = connections_.find(entry.connection);
    if (found == connections_.end()) continue;
    const std::shared_ptr<Connection> connection = found->second;
    connection->look(entry.at, at);
  }
  ticking_ = !deadlines_.empty();
  if (ticking_) loop_->after(kTick, [this] { tick(); });
}

std::vector<std::shared_ptr<Connection>> Engine::all() const {
  std::vector<std::shared_ptr<Connection>> connections;
  for (const auto& [id, connection] : connections_)
    connections.push_back(connection);
  return connections;
}

void Engine::begin_stop() {
  loop_->post([this] {
    stopping_ = true;
    loop_->stop_listening();
    for (const auto& connection : all())
      connection->retire();
    note_if_empty();
  });
}

void Engine::break_off() {
  loop_->post([this] {
    stopping_ = true;
    for (const auto& connection : all())
      connection->break_off();
    loop_->stop();
  });
}

void Engine::close() {
  for (const Message& message : mailbox_->close()) {
    if (message.stream) message.stream->close(true);
  }
  pool_->stop();
}

std::string_view Engine::date() {
  const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now());
  if (second.time_since_epoch().count() != date_second_) {
    date_ = http_date(second);
    date_second_ = second.time_since_epoch().count();
  }
  return date_;
}

std::unique_ptr<Responder> Engine::responder(std::uint64_t connection, std::uint64_t request, bool head_only) const {
  return make_responder({.connection = connection,
                         .request = request,
                         .head_only = head_only,
                         .stream_backlog = options_.stream_backlog,
                         .mailbox = mailbox_,
                         .pool = pool_});
}

ServerResponse Engine::error_answer(int status, std::string_view message) const {
  ServerResponse answer{.status = status,
                        .headers = {{.name = "Content-Type", .value = "text/plain; charset=utf-8"}},
                        .body = fmt::format("{}\n", message)};
  if (options_.error_answer) {
    answer = options_.error_answer(status, message);
    if (!check_response(answer)) answer = {.status = status, .headers = {}, .body = {}};
  }
  if (status == 429) answer.headers.push_back({.name = "Retry-After", .value = "1"});
  return answer;
}

bool Engine::account(std::size_t before, std::size_t after) {
  requests_bytes_ += after - before;  // wraps back
  return after <= before || requests_bytes_ <= options_.requests_limit;
}

}  // namespace holdfast::http
