// Requests out of the bytes of one connection, whatever pieces they come in. Knows nothing of sockets or time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/server/server.h"

namespace holdfast::http {

struct ReaderLimits {
  std::size_t target = 16 * 1024;  // bytes; see ServerOptions for all three
  std::size_t header = 64 * 1024;
  std::size_t body = 3 * 1024 * 1024;
};

// Why a request is not taken; the connection cannot be used for another one.
struct Refusal {
  int status = 400;
  std::string message;
};

// Beast reads the syntax (RFC 9112). Beyond it this refuses whatever servers and proxies are known to read differently:
// Content-Length beside Transfer-Encoding, either one twice, lengths that are not digits alone, encodings other than
// chunked, folded lines, no Host or two. Trailer fields are dropped. One thread at a time.
class RequestReader {
 public:
  enum class State { head, body, complete, refused };

  explicit RequestReader(const ReaderLimits& limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Takes bytes that came; what goes beyond the end of the request is kept for the next one.
  State feed(std::string_view bytes);
  // Keeps bytes for the next request without looking at them.
  void hold(std::string_view bytes) { buffer_.append(bytes); }
  // After complete: goes on to the next request, with what is kept.
  State next();

  State state() const { return state_; }
  bool started() const { return state_ != State::head || !buffer_.empty(); }  // a byte of the request is here
  std::size_t held_bytes() const;                                             // memory that what came takes up, roughly
  std::size_t early_bytes() const { return buffer_.size(); }

  // From `body` on, until the request is taken:
  bool waits_for_continue() const;  // the client sends its body only when asked to (or after a while)
  bool keep_alive() const;          // may be followed by another request
  bool head_only() const;           // the method is HEAD
  bool understands_chunks() const;  // HTTP/1.1
  // In `complete`, once: everything but the peer.
  ServerRequest take_request();
  // In `refused`.
  const Refusal& refusal() const { return refusal_; }

 private:
  class Parser;
  State parse();
  State refuse(Refusal why);
  bool check_size();
  void forget_parsed();
  void shrink();

  const ReaderLimits limits_;
  State state_ = State::head;
  std::string buffer_;      // not yet parsed; while the head comes: all of it
  std::size_t parsed_ = 0;  // of buffer_
  Refusal refusal_;
  std::unique_ptr<Parser> parser_;  // absent between requests
};

}  // namespace holdfast::http
