// Answers HTTP/1.1 requests over TLS (or plainly on loopback when asked): one event loop, a few threads for handlers, and
// streams that outlive their handler without holding a thread. Built on Asio and Beast, which stay in the .cc files.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/units.h"
#include "http/transport.h"  // Header
#include "os/clock.h"

namespace holdfast::http {

// Who is at the other end, as far as the connection tells.
struct Peer {
  std::string address;  // "127.0.0.1:40312"
  bool tls = false;
  // The client certificate, when one was shown and it chains to one of the client CAs.
  bool certificate_verified = false;
  std::string common_name;
  std::vector<std::string> organizations;
  std::string certificate_sha256;  // lower-case hex of its DER form
};

struct ServerRequest {
  std::string method;  // upper case
  std::string path;    // percent-decoded, without query; always begins with '/'
  std::string raw_target;
  std::vector<std::pair<std::string, std::string>> query;  // percent-decoded, in order; a name may come twice
  std::vector<Header> headers;
  std::string body;  // whole; at most ServerOptions::body_limit
  Peer peer;

  std::string header(std::string_view name) const;           // first value, without case; empty when absent
  std::optional<std::string> parameter(std::string_view name) const;  // first value
};

struct ServerResponse {
  int status = 200;
  std::vector<Header> headers;  // Content-Length, Connection and Date are the server's business
  std::string body;
};

// Sends the body of one answer piece by piece (watches, downloads). Any thread may call it at any time; nothing blocks.
// The connection may be gone at any moment: write() then says so and the owner lets go.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;  // destroyed without finish(): the connection is broken off

  // Queues a chunk. False: the client is gone, or more than ServerOptions::stream_backlog bytes are waiting for a reader
  // that is too slow (then the connection is closed). No more calls are useful after that.
  virtual bool write(std::string chunk) = 0;
  // The same for a chunk that many streams send: queued without a copy.
  virtual bool write_shared(std::shared_ptr<const std::string> chunk) = 0;
  // Ends the body cleanly, after what is queued.
  virtual void finish() = 0;
  virtual std::uint64_t queued_bytes() const = 0;
  virtual bool closed() const = 0;
  // Called once, on a thread of the server, when the client goes away or the server stops; at once when it is gone.
  virtual void on_close(std::function<void()> callback) = 0;
  // Called each time what is queued falls to less than half of `stream_backlog` after it was above; for downloads.
  virtual void on_drained(std::function<void()> callback) = 0;
};

// Given to the handler; exactly one of both is called, once, from any thread, also after the handler returned. Destroyed
// unused it answers 500.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void send(ServerResponse response) = 0;
  // Sends status and headers and leaves the body open (chunked).
  virtual std::shared_ptr<ResponseStream> stream(ServerResponse head) = 0;
};

// Runs on one of the server's handler threads; may take its time (the store), must not wait for other requests.
using Handler = std::function<void(ServerRequest request, std::unique_ptr<Responder> responder)>;

struct ServerTls {
  std::string certificate_pem;  // chain, leaf first
  Secret key_pem;
  std::string client_ca_pem;  // client certificates are asked for, never demanded; empty: not asked for
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // numeric
  std::uint16_t port = 0;             // 0: a free one, see Server::port()
  std::optional<ServerTls> tls;       // absent: plain HTTP, refused (Code::usage) unless the address is a loopback one
  std::size_t handler_threads = 4;
  std::size_t header_limit = 64 * 1024;       // bytes; more: 431
  std::size_t body_limit = 3 * 1024 * 1024;   // bytes; more: 413
  std::size_t stream_backlog = 4 * 1024 * 1024;  // bytes waiting for one slow reader
  std::size_t connection_limit = 20'000;      // more are closed at once
  std::size_t pending_limit = 1'000;          // requests waiting for a handler thread; more: 429 with Retry-After: 1
  Duration header_timeout = std::chrono::seconds(10);  // TLS handshake and head
  Duration body_timeout = std::chrono::seconds(60);
  Duration idle_timeout = std::chrono::seconds(120);   // of a kept-alive connection between requests
  Duration write_timeout = std::chrono::seconds(60);   // no byte taken by the client for this long: closed
};

struct ServerCounts {
  std::uint64_t connections = 0;
  std::uint64_t streams = 0;
  std::uint64_t pending = 0;
};

// Stops when destroyed. Safe for any thread.
class Server {
 public:
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  virtual ServerCounts counts() const = 0;
  // New handshakes use the new certificate; connections stay as they are.
  virtual Status replace_tls(const ServerTls& tls) = 0;
  // No new connections; waits up to `grace` for answers under way; streams are ended cleanly; then closes everything and
  // joins every thread.
  virtual void stop(Duration grace) = 0;
};

// Binds, listens and starts. Code::refused or exists when the address cannot be had, Code::usage for unusable TLS files.
Result<std::unique_ptr<Server>> start_server(const ServerOptions& options, Handler handler);

}  // namespace holdfast::http
