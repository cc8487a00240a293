// One blocking HTTPS connection as the server's administrator.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace holdfast::bench {

struct Reply {
  int status = 0;
  std::string body;
  double seconds = 0;  // from the first byte sent to the last one received
};

// Ends the program when the connection fails. One thread at a time.
class Connection {
 public:
  // `pki`: the directory with admin.crt and admin.key.
  Connection(std::uint16_t port, const std::string& pki);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends it and reads the whole answer. `content_type` is that of the body.
  Reply request(std::string_view method, std::string_view path, std::string_view accept, std::string_view body = "",
                std::string_view content_type = "application/json");

  // A watch: sends the request and reads the head; read_event() reads on until a whole line with `text` in it has come.
  void open_watch(std::string_view path, std::string_view accept);
  void read_event(std::string_view text);

 private:
  void send(std::string_view bytes);
  void read_more();         // into buffer_
  std::string take_line();  // without its end
  std::string take(std::size_t bytes);
  std::string read_head();
  std::string read_chunks();

  int fd_;
  SSL* ssl_;
  std::string buffer_;  // read and not taken
};

}  // namespace holdfast::bench
