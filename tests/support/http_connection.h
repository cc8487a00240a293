// Private to http_server.cc: one accepted connection, plain or TLS, with blocking calls that another thread can end.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace holdfast::test {

class HttpConnection {
 public:
  HttpConnection(int fd, SSL_CTX* tls);  // owns fd; tls may be null
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  bool accept_tls();                  // true at once without TLS
  bool read_some(std::string& into);  // appends at least a byte; false at the end or on any error
  bool write_all(std::string_view bytes);
  bool peer_is_there(int wait_ms);  // waits that long at most; false when the peer has closed
  void reset();                     // TCP RST
  void end();                       // clean close, with TLS's own goodbye

  void interrupt();  // from another thread: every call above returns soon, with false

 private:
  void close_now();

  std::mutex mutex_;  // guards fd_ against being closed while interrupt() uses it
  int fd_;
  SSL* ssl_ = nullptr;
};

}  // namespace holdfast::test
