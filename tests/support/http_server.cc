#include "support/http_server.h"

#include <cctype>
#include <charconv>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <signal.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/http_connection.h"
#include "support/http_script.h"

namespace holdfast::test {
namespace {

constexpr int kBacklog = 64;
constexpr int kStallPollMs = 20;

// A client that goes away must not end the test program. Inherited by the threads made after it.
void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int listen_on(const std::string& host, std::size_t receive_buffer) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer > 0) {
    const int size = static_cast<int>(receive_buffer);
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);  // accepted sockets inherit it
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const bool valid = ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1;
  if (!valid || fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd, kBacklog) != 0) {
    throw std::runtime_error("cannot listen on " + host);
  }
  return fd;
}

int port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

SSL_CTX* make_tls(const HttpServerOptions& options) {
  if (options.certificate_file.empty()) return nullptr;
  SSL_CTX* tls = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(tls, options.certificate_file.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(tls, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("cannot use the test certificate " + options.certificate_file);
  }
  return tls;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

// "GET /x HTTP/1.1\r\nHost: y\r\n…", without the empty line. False when it is not a request.
bool parse_head(std::string_view text, HttpRequest& request) {
  const auto line_end = std::min(text.find("\r\n"), text.size());
  const std::string_view first = text.substr(0, line_end);
  const auto space = first.find(' ');
  const auto last_space = first.rfind(' ');
  if (space == std::string_view::npos || last_space == space || first.substr(last_space) != " HTTP/1.1") return false;
  request.method = first.substr(0, space);
  request.target = first.substr(space + 1, last_space - space - 1);
  text.remove_prefix(std::min(line_end + 2, text.size()));
  while (!text.empty()) {
    const auto end = std::min(text.find("\r\n"), text.size());
    const auto colon = text.substr(0, end).find(':');
    if (colon == std::string_view::npos) return false;
    request.headers.emplace_back(text.substr(0, colon), trimmed(text.substr(colon + 1, end - colon - 1)));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return true;
}

std::size_t body_length(const HttpRequest& request) {
  const std::string text = request.header("Content-Length").value_or("0");
  std::size_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

std::string reply_head(const HttpReply& reply) {
  std::string head = fmt::format("HTTP/1.1 {} Scripted\r\n", reply.status);
  for (const auto& [name, value] : reply.headers)
    head += name + ": " + value + "\r\n";
  const bool has_no_body = reply.status == 204 || reply.status == 304;
  if (reply.chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (reply.until_close) {
    head += "Connection: close\r\n";
  } else if (!has_no_body) {
    head += fmt::format("Content-Length: {}\r\n", reply.content_length.value_or(reply.body.size()));
  }
  return head + "\r\n";
}

bool breaks_body(Fault fault) {
  return fault == Fault::reset_in_body || fault == Fault::end_in_body || fault == Fault::stall_in_body;
}

}  // namespace

std::optional<std::string> HttpRequest::header(const std::string& name) const {
  for (const auto& [key, value] : headers) {
    if (::strcasecmp(key.c_str(), name.c_str()) == 0) return value;
  }
  return std::nullopt;
}

struct HttpServer::State {
  explicit State(HttpServerOptions given)
      : options(std::move(given)),
        script(options.any_order),
        listener(listen_on(options.address, options.receive_buffer)),
        tls(make_tls(options)) {}

  const HttpServerOptions options;
  mutable std::mutex mutex;  // guards everything down to `connections`
  std::condition_variable wake;
  bool stopping = false;
  HttpScript script;
  std::vector<HttpRequest> requests;
  std::list<HttpConnection> connections;  // a list: threads keep references

  int listener;
  SSL_CTX* const tls;
  std::vector<std::jthread> threads;  // one per connection; only touched by `acceptor` and, after it, by the destructor
  std::jthread acceptor;

  void accept_all();
  void serve(HttpConnection& connection, int number);
  bool serve_one(HttpConnection& connection, std::string& unread, int number);
  bool read_head(HttpConnection& connection, std::string& unread, HttpRequest& request);
  bool read_body(HttpConnection& connection, std::string& unread, HttpRequest& request, const HttpReply* fault);
  bool answer(HttpConnection& connection, const HttpRequest& request, const HttpReply& reply);
  bool send_body(HttpConnection& connection, const HttpReply& reply);
  void strike(HttpConnection& connection, Fault fault);
  void pause(Duration duration);
  void stall(HttpConnection& connection);
};

void HttpServer::State::accept_all() {
  block_sigpipe();
  while (true) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard guard(mutex);
    if (stopping || fd < 0) {
      if (fd >= 0) ::close(fd);
      return;
    }
    HttpConnection& connection = connections.emplace_back(fd, tls);
    const int number = static_cast<int>(connections.size());
    threads.emplace_back([this, &connection, number] { serve(connection, number); });
  }
}

void HttpServer::State::serve(HttpConnection& connection, int number) {
  if (!connection.accept_tls()) return connection.end();
  std::string unread;
  while (serve_one(connection, unread, number)) {
  }
}

// True when the connection is still good for another request.
bool HttpServer::State::serve_one(HttpConnection& connection, std::string& unread, int number) {
  HttpRequest request{.connection = number};
  if (!read_head(connection, unread, request)) return false;
  const Exchange* exchange = nullptr;
  {
    const std::lock_guard guard(mutex);
    exchange = script.begin(request);
  }
  const bool whole = read_body(connection, unread, request, exchange == nullptr ? nullptr : &exchange->reply);
  HttpReply reply;
  {
    const std::lock_guard guard(mutex);
    requests.push_back(request);
    if (whole) reply = script.finish(exchange, request);
  }
  return whole && answer(connection, request, reply);
}

bool HttpServer::State::read_head(HttpConnection& connection, std::string& unread, HttpRequest& request) {
  std::size_t end = 0;
  while ((end = unread.find("\r\n\r\n")) == std::string::npos) {
    if (!connection.read_some(unread)) {
      connection.end();
      return false;
    }
    if (std::isupper(static_cast<unsigned char>(unread.front())) == 0) break;  // TLS, most likely
  }
  const bool good = end != std::string::npos && parse_head(std::string_view(unread).substr(0, end), request);
  unread.erase(0, end == std::string::npos ? end : end + 4);
  if (good && !request.header("Transfer-Encoding")) return true;
  const std::lock_guard guard(mutex);
  script.complain(good ? "a request of unknown length" : "not a request " + request.method);
  connection.write_all("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  connection.end();
  return false;
}

bool HttpServer::State::read_body(HttpConnection& connection, std::string& unread, HttpRequest& request,
                                  const HttpReply* fault) {
  const bool breaks =
      fault != nullptr && (fault->fault == Fault::reset_in_request || fault->fault == Fault::stall_in_request);
  const std::size_t length = body_length(request);
  const std::size_t wanted = breaks ? std::min(length, fault->fault_after) : length;
  while (unread.size() < wanted) {
    if (!connection.read_some(unread)) {
      connection.end();
      break;
    }
  }
  const std::size_t got = std::min(unread.size(), wanted);
  request.body = unread.substr(0, got);
  unread.erase(0, got);
  if (breaks) strike(connection, fault->fault);
  return !breaks && got == length;
}

bool HttpServer::State::answer(HttpConnection& connection, const HttpRequest& request, const HttpReply& reply) {
  pause(reply.delay);
  if (reply.raw) {
    connection.write_all(*reply.raw);
    connection.end();
    return false;
  }
  const bool in_body = breaks_body(reply.fault);
  if (reply.fault != Fault::none && !in_body && reply.fault != Fault::end_after_reply) {
    strike(connection, reply.fault);
    return false;
  }
  if (!connection.write_all(reply_head(reply))) return false;
  if (request.method != "HEAD" && !send_body(connection, reply)) return false;
  if (in_body) {
    strike(connection, reply.fault);
    return false;
  }
  const bool lied = request.method != "HEAD" && reply.content_length && *reply.content_length != reply.body.size();
  if (reply.until_close || lied || reply.fault == Fault::end_after_reply || request.header("Connection") == "close") {
    connection.end();
    return false;
  }
  return true;
}

bool HttpServer::State::send_body(HttpConnection& connection, const HttpReply& reply) {
  std::string_view rest = reply.body;
  if (breaks_body(reply.fault)) rest = rest.substr(0, reply.fault_after);
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, reply.piece == 0 ? rest.size() : reply.piece);
    rest.remove_prefix(piece.size());
    if (reply.chunked && !connection.write_all(fmt::format("{:x}\r\n", piece.size()))) return false;
    if (!connection.write_all(piece)) return false;
    if (reply.chunked && !connection.write_all("\r\n")) return false;
    if (!rest.empty()) pause(reply.pause);
  }
  return !reply.chunked || breaks_body(reply.fault) || connection.write_all("0\r\n\r\n");
}

void HttpServer::State::strike(HttpConnection& connection, Fault fault) {
  switch (fault) {
    case Fault::reset_in_request:
    case Fault::reset_before_reply:
    case Fault::reset_in_body:
      return connection.reset();
    case Fault::stall_in_request:
    case Fault::stall_before_reply:
    case Fault::stall_in_body:
      return stall(connection);
    case Fault::none:
    case Fault::end_before_reply:
    case Fault::end_in_body:
    case Fault::end_after_reply:
      return connection.end();
  }
}

void HttpServer::State::pause(Duration duration) {
  if (duration.count() <= 0) return;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, duration, [this] { return stopping; });
}

void HttpServer::State::stall(HttpConnection& connection) {
  while (connection.peer_is_there(kStallPollMs)) {
    const std::lock_guard guard(mutex);
    if (stopping) return;
  }
  connection.end();
}

HttpServer::HttpServer(HttpServerOptions options) : state_(std::make_unique<State>(std::move(options))) {
  state_->acceptor = std::jthread([state = state_.get()] { state->accept_all(); });
}

HttpServer::~HttpServer() {
  {
    const std::lock_guard guard(state_->mutex);
    state_->stopping = true;
    for (HttpConnection& connection : state_->connections)
      connection.interrupt();
  }
  state_->wake.notify_all();
  ::shutdown(state_->listener, SHUT_RDWR);
  state_->acceptor.join();
  state_->threads.clear();
  state_->connections.clear();
  ::close(state_->listener);
  SSL_CTX_free(state_->tls);
}

int HttpServer::port() const {
  return port_of(state_->listener);
}

std::string HttpServer::host() const {
  return fmt::format("{}:{}", state_->options.address, port());
}

std::string HttpServer::url() const {
  return (state_->tls == nullptr ? "http://" : "https://") + host();
}

void HttpServer::expect(Exchange exchange) {
  const std::lock_guard guard(state_->mutex);
  state_->script.expect(std::move(exchange));
}

void HttpServer::handle(std::function<HttpReply(const HttpRequest&)> handler) {
  const std::lock_guard guard(state_->mutex);
  state_->script.handle(std::move(handler));
}

std::vector<HttpRequest> HttpServer::requests() const {
  const std::lock_guard guard(state_->mutex);
  return state_->requests;
}

int HttpServer::connections() const {
  const std::lock_guard guard(state_->mutex);
  return static_cast<int>(state_->connections.size());
}

std::vector<std::string> HttpServer::complaints() const {
  const std::lock_guard guard(state_->mutex);
  return state_->script.complaints();
}

}  // namespace holdfast::test
