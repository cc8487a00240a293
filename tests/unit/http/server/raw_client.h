// A client that sends whatever bytes a test wants, over a blocking socket.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::http::test {

struct RawAnswer {
  int status = 0;  // 0: none came
  std::string head;
  std::string body;
  bool complete = false;  // all of the body is there
  std::string header(std::string_view name) const;
};

class RawClient {
 public:
  // To 127.0.0.1. `receive_buffer` in bytes; 0: the system's choice.
  explicit RawClient(std::uint16_t port, int receive_buffer = 0);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }
  bool send(std::string_view bytes);  // false when the server is gone
  void end_sending();
  void reset();  // RST

  // The next answer; its body by Content-Length, by chunks, or until the end. HEAD has none.
  RawAnswer answer(bool to_head = false);
  std::string answer_head();  // up to and with the empty line; empty when the connection ended before
  std::string chunk();        // the next one of a chunked body; empty: the last one, or the end of the connection
  std::string rest();         // until the end of the connection
  bool ended();               // waits for the end of the connection; false when bytes come instead
  std::size_t skip();         // like rest(), but only counts

 private:
  bool fill();  // more bytes into buffer_
  std::string line();
  std::string take(std::size_t size);

  int fd_;
  bool connected_ = false;
  std::string buffer_;
};

}  // namespace holdfast::http::test
