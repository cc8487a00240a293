// A small strict HTTP/1.1 server on a free loopback port, for tests of clients: it knows exactly which requests must
// come, gives canned answers, and breaks connections on order. Anything not foreseen is a complaint, which the test
// looks at in the end:
//
//   HttpServer server;
//   server.expect({.method = "GET", .target = "/bucket/key?partNumber=1", .reply = {.status = 200, .body = "abc"}});
//   … use server.url() …
//   EXPECT_THAT(server.complaints(), IsEmpty());
//
// Each connection has a thread of its own (a stalled connection must not hold up the others); all are joined by the
// destructor, which also ends every fault that is still going on. Requests are matched and recorded one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"

namespace holdfast::test {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;
  std::string target;  // path and query exactly as they came
  HeaderList headers;
  std::string body;    // what was read of it
  int connection = 0;  // 1 for the first connection accepted, and so on
  // Value by name without case; empty optional when absent.
  std::optional<std::string> header(const std::string& name) const;
};

// What goes wrong, besides an unfriendly status. "Reset" is a TCP RST, "end" a clean close.
enum class Fault {
  none,
  reset_in_request,    // after fault_after bytes of the request's body have been read
  stall_in_request,    // reads fault_after bytes of the request's body, then nothing more
  reset_before_reply,  // the whole request was read
  end_before_reply,
  stall_before_reply,  // until the client goes away or the server is destroyed
  reset_in_body,       // after fault_after bytes of the reply's body
  end_in_body,         // the same, but as if all was well: shorter than Content-Length says
  stall_in_body,
  end_after_reply,  // complete reply without "Connection: close", then the connection is closed all the same
};

struct HttpReply {
  int status = 200;
  HeaderList headers;  // Content-Length is added unless one of the next three says otherwise
  std::string body;
  std::optional<std::uint64_t> content_length;  // says this instead of the truth; also for replies to HEAD
  bool until_close = false;                     // no Content-Length: the end of the connection ends the body
  bool chunked = false;                         // Transfer-Encoding: chunked
  Duration delay{0};                            // before the first byte of the reply
  std::size_t piece = 0;                        // > 0: the body goes out in pieces of this size, `pause` between them
  Duration pause{0};
  Fault fault = Fault::none;
  std::size_t fault_after = 0;     // bytes
  std::optional<std::string> raw;  // exactly these bytes instead of everything above, then a clean close
};

struct Exchange {
  std::string method = "GET";
  std::string target;                       // exact, with query
  HeaderList headers;                       // must have come with exactly these values
  std::vector<std::string> absent_headers;  // must not have come
  std::optional<std::string> body;          // unset: any
  // Further demands: returns what is wrong, or nothing. Called with the complete request.
  std::function<std::string(const HttpRequest&)> check;
  HttpReply reply;
};

struct HttpServerOptions {
  // false: the exchanges must come in the order of expect(). true: each request uses up the first one with its method
  // and target, for clients that work in parallel.
  bool any_order = false;
  std::string address = "127.0.0.1";  // any of 127.0.0.0/8
  std::string certificate_file;       // PEM; with both files the server speaks TLS
  std::string key_file;
  std::size_t receive_buffer = 0;  // bytes, > 0: a small SO_RCVBUF, so that a stalled request is felt early
};

class HttpServer {
 public:
  explicit HttpServer(HttpServerOptions options = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  std::string host() const;  // "127.0.0.1:41234", also the Host header a client must send
  std::string url() const;   // "http://127.0.0.1:41234", https with TLS

  void expect(Exchange exchange);
  // Answers every request for which no exchange is left; without a handler such a request is a complaint. Not called by
  // two threads at once. A request-side fault in its reply takes effect after the body was read.
  void handle(std::function<HttpReply(const HttpRequest&)> handler);

  std::vector<HttpRequest> requests() const;  // in the order of arrival, also the broken ones
  int connections() const;                    // accepted so far
  // What was not as foreseen, and every exchange that was not used. Empty when all went by the script.
  std::vector<std::string> complaints() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::test
