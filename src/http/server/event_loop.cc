#include "http/server/event_loop.h"

#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/log.h"

namespace holdfast::http {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // when descriptors or memory are short

// A peer that vanished without a word (power, cable, NAT) is noticed within a minute, also on an idle stream.
void watch_for_silence(int fd) {
  const auto set = [fd](int level, int name, int value) { ::setsockopt(fd, level, name, &value, sizeof value); };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_NODELAY, 1);
}

std::string text_of(const Tcp::endpoint& endpoint) {
  const asio::ip::address address = endpoint.address();
  return fmt::format(fmt::runtime(address.is_v6() ? "[{}]:{}" : "{}:{}"), address.to_string(), endpoint.port());
}

class AsioSocket final : public Socket {
 public:
  AsioSocket(Tcp::socket socket, const Tcp::endpoint& peer) : socket_(std::move(socket)), peer_(text_of(peer)) {
    error_code ignored;
    static_cast<void>(socket_.non_blocking(true, ignored));
    watch_for_silence(socket_.native_handle());
  }

  int fd() const override { return const_cast<Tcp::socket&>(socket_).native_handle(); }
  std::string peer() const override { return peer_; }

  void notify(Direction direction, std::shared_ptr<SocketWatcher> watcher) override {
    const auto wait = direction == Direction::readable ? Tcp::socket::wait_read : Tcp::socket::wait_write;
    socket_.async_wait(wait, [direction, watcher = std::move(watcher)](const error_code& error) {
      if (error != asio::error::operation_aborted) watcher->on_ready(direction);
    });
  }

  void end_sending() override {
    error_code ignored;
    static_cast<void>(socket_.shutdown(Tcp::socket::shutdown_send, ignored));
  }

  void close(bool reset) override {
    error_code ignored;
    if (reset) static_cast<void>(socket_.set_option(asio::socket_base::linger(true, 0), ignored));
    static_cast<void>(socket_.close(ignored));
  }

 private:
  Tcp::socket socket_;
  const std::string peer_;
};

Error listen_error(const std::string& address, std::uint16_t port, const error_code& error) {
  const Code code = error == asio::error::address_in_use ? Code::exists : Code::refused;
  auto failure = fail(code, "cannot listen on {} port {}: {}", address, port, error.message());
  if (code != Code::exists) return failure.value();
  return with_hint(std::move(failure), "another program has it, perhaps another server: choose another address or port")
      .value();
}

class AsioLoop final : public EventLoop {
 public:
  Result<std::uint16_t> listen(const std::string& address, std::uint16_t port, Accept accept) override {
    error_code error;
    const auto where = asio::ip::make_address(address, error);
    if (error) return fail(Code::usage, "{} is not a numeric address", address);
    const Tcp::endpoint endpoint(where, port);
    static_cast<void>(acceptor_.open(endpoint.protocol(), error));
    if (!error) static_cast<void>(acceptor_.set_option(asio::socket_base::reuse_address(true), error));
    if (!error) static_cast<void>(acceptor_.bind(endpoint, error));
    if (!error) static_cast<void>(acceptor_.listen(asio::socket_base::max_listen_connections, error));
    if (error) return tl::unexpected<Error>(listen_error(address, port, error));
    accept_ = std::move(accept);
    accept_next();
    return acceptor_.local_endpoint(error).port();
  }

  void run() override {
    const auto work = asio::make_work_guard(context_);
    context_.run();
  }

  void post(Task task) override { asio::post(context_, std::move(task)); }
  void stop() override { context_.stop(); }

  void stop_listening() override {
    error_code ignored;
    static_cast<void>(acceptor_.close(ignored));
    pause_.cancel();
  }

  void after(Duration delay, Task task) override {
    timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(delay));
    timer_.async_wait([task = std::move(task)](const error_code& error) {
      if (!error) task();
    });
  }

 private:
  void accept_next() {
    acceptor_.async_accept(peer_, [this](const error_code& error, Tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
          error == asio::error::no_memory || error == error_code(ENFILE, boost::system::system_category())) {
        log::event(log::Level::warning, "http.cannot_accept", {{"error", error.message()}});
        return accept_later();
      }
      if (!error) accept_(std::make_unique<AsioSocket>(std::move(socket), peer_));
      accept_next();
    });
  }

  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](const error_code& error) {
      if (!error) accept_next();
    });
  }

  asio::io_context context_{1};
  Tcp::acceptor acceptor_{context_};
  Tcp::endpoint peer_;
  asio::steady_timer pause_{context_};
  asio::steady_timer timer_{context_};
  Accept accept_;
};

}  // namespace

std::unique_ptr<EventLoop> make_event_loop() {
  return std::make_unique<AsioLoop>();
}

Result<bool> is_loopback(const std::string& address) {
  error_code error;
  const auto where = asio::ip::make_address(address, error);
  if (error) return fail(Code::usage, "{} is not a numeric address", address);
  return where.is_loopback();
}

}  // namespace holdfast::http
