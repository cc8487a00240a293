// Answers HTTP/1.1 requests over TLS (or plainly on loopback when asked): one thread for all sockets, a few for
// handlers, and streams that outlive their handler without holding a thread. Built on Asio and Beast, which stay in the
// .cc files.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  // A certificate was shown, is for clients, is valid now and chains to one of the client CAs. One that is none of that
  // does not end the connection: its digest is here, its names are not.
  bool certificate_verified = false;
  std::string common_name;                 // only when verified
  std::vector<std::string> organizations;  // only when verified
  std::string certificate_sha256;          // lower-case hex of its DER form; empty: none shown
};

struct ServerRequest {
  std::string method;  // upper case
  // Percent-decoded, without query. Always begins with '/', is UTF-8 without control characters, has no "." or ".."
  // segments: anything else was answered with 400.
  std::string path;
  std::string raw_target;
  // Decoded ('+' is a space), UTF-8, in order; a name may come twice.
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<Header> headers;
  std::string body;  // whole; at most ServerOptions::body_limit
  Peer peer;

  std::string header(std::string_view name) const;  // first value, name without case; empty when absent
  std::optional<std::string> parameter(std::string_view name) const;  // first value
};

struct ServerResponse {
  int status = 200;  // 200 to 599
  // Content-Length, Transfer-Encoding, Connection, Keep-Alive and Date are the server's business and left out if given.
  // A name that is no token or a value with control characters turns the answer into a 500.
  std::vector<Header> headers;
  std::string body;  // not sent to HEAD and with 204 and 304; HEAD gets its length
};

// Sends the body of one answer piece by piece (watches, downloads). Any thread may call it at any time; nothing blocks.
// The connection may be gone at any moment: write() then says so and the owner lets go.
//
// Callbacks run on a handler thread, before requests that wait there, never inside a call of this class while the
// server runs (after it has stopped: inside on_close()). They are let go once called, and all of them when the stream
// ends.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;  // destroyed without finish(): the connection is broken off

  // Queues a chunk. False: the client is gone, or what waits for it and this chunk are together more than
  // ServerOptions::stream_backlog: a reader that is too slow, and the connection is broken off. A chunk that nothing
  // waits before is never too big. No more calls are useful after false. An empty chunk is not sent.
  // Somebody who can write faster than any client reads (a long list) keeps queued_bytes() below half the backlog and
  // goes on at on_drained().
  virtual bool write(std::string chunk) = 0;
  // The same for a chunk that many streams send: queued without a copy.
  virtual bool write_shared(std::shared_ptr<const std::string> chunk) = 0;
  // Ends the body cleanly, after what is queued.
  virtual void finish() = 0;
  virtual std::uint64_t queued_bytes() const = 0;  // not yet taken by the system's socket
  virtual bool closed() const = 0;                 // gone or ended: write() would say false
  // Called once when the client goes away, is cut off, or the server stops (which has then ended the stream cleanly);
  // at once when that is so already. Not called after finish().
  virtual void on_close(std::function<void()> callback) = 0;
  // Called each time what is queued falls to less than half of `stream_backlog` after it was above; for downloads.
  virtual void on_drained(std::function<void()> callback) = 0;
};

// Given to the handler; exactly one of both is called, once, from any thread, also after the handler returned.
// Destroyed unused it answers 500.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void send(ServerResponse response) = 0;
  // Sends status and headers, then `head.body` if there is one, and leaves the body open: chunked, or until the end of
  // the connection for HTTP/1.0. The stream of a HEAD request is closed from the beginning.
  virtual std::shared_ptr<ResponseStream> stream(ServerResponse head) = 0;
};

// Runs on one of the server's handler threads; may take its time (the store), must not wait for other requests. What it
// throws is answered with 500.
using Handler = std::function<void(ServerRequest request, std::unique_ptr<Responder> responder)>;

struct ServerTls {
  std::string certificate_pem;  // chain, leaf first
  Secret key_pem;
  std::string client_ca_pem;  // client certificates are asked for, never demanded; empty: not asked for
};

// Makes the answers that the server gives by itself (400, 408, 413, 414, 417, 429, 431, 500, 501, 505), so that they
// look like all others. `message` is a sentence for people. Called on the thread of the sockets: quick, must not throw.
using ErrorAnswer = std::function<ServerResponse(int status, std::string_view message)>;

struct ServerOptions {
  std::string address = "127.0.0.1";  // numeric
  std::uint16_t port = 0;             // 0: a free one, see Server::port()
  std::optional<ServerTls> tls;       // absent: plain HTTP, refused (Code::usage) unless the address is a loopback one
  bool plain_for_all = false;         // plain HTTP at any address: only for what anybody may read
  std::size_t handler_threads = 4;
  std::size_t target_limit = 16 * 1024;            // bytes of path and query as sent; more: 414
  std::size_t header_limit = 64 * 1024;            // bytes of the whole head, and at most 200 fields; more: 431
  std::size_t body_limit = 3 * 1024 * 1024;        // bytes; more: 413
  std::size_t requests_limit = 256 * 1024 * 1024;  // bytes of all heads and bodies being read or handled; more: 429
  std::size_t stream_backlog = 4 * 1024 * 1024;    // bytes waiting for one slow reader
  std::size_t connection_limit = 20'000;           // more are closed at once
  std::size_t pending_limit = 1'000;  // requests waiting for a handler thread; more: 429 with Retry-After: 1
  Duration header_timeout = std::chrono::seconds(10);  // from the accept (TLS handshake) or a request's first byte to
                                                       // the end of its head; then 408 if a part of it has come
  Duration body_timeout = std::chrono::seconds(60);    // from the end of the head to the end of the body; then 408
  Duration idle_timeout = std::chrono::seconds(120);   // of a kept-alive connection between requests
  Duration write_timeout = std::chrono::seconds(60);   // no byte taken by the client for this long: closed
  ErrorAnswer error_answer;                            // none: text/plain
};

struct ServerCounts {
  std::uint64_t connections = 0;
  std::uint64_t streams = 0;
  std::uint64_t pending = 0;       // requests waiting for a handler thread
  std::uint64_t slow_readers = 0;  // streams broken off because too much waited for their client, since the start
};

// Stops, without grace, when destroyed. Safe for any thread. Responders and streams may outlive it; they do nothing
// then.
class Server {
 public:
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  virtual ServerCounts counts() const = 0;
  // Calls `done` on a handler thread, after the thread of the sockets has taken note: shows that both still work. What
  // `done` holds may be let go of later than the server.
  virtual void pulse(std::function<void()> done) = 0;
  // New handshakes use the new certificate and client CAs; connections stay as they are. Code::usage when they cannot
  // be used (the old ones stay) or when the server speaks plain HTTP.
  virtual Status replace_tls(const ServerTls& tls) = 0;
  // No new connections; streams are ended cleanly; waits up to `grace` for answers under way; then closes everything
  // and joins every thread, so it waits for handlers that run. Not to be called by handlers or callbacks.
  virtual void stop(Duration grace) = 0;
};

// Binds, listens and starts. Code::exists when somebody listens there, Code::refused when the address cannot be had,
// Code::usage for an address that is not numeric and for unusable TLS files. The clock decides about timeouts and dates
// (looked at up to ten times a second) and must outlive the server.
Result<std::unique_ptr<Server>> start_server(const ServerOptions& options, Handler handler,
                                             os::Clock& clock = os::real_clock());

}  // namespace holdfast::http
