// One blocking connection to the server under measurement, plain or TLS.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace holdfast::bench {

class Client {
 public:
  Client(std::uint16_t port, bool tls);  // ends the program when it cannot connect
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes);
  // Reads until so many bytes of this answer or event have come.
  void receive(std::size_t bytes);
  std::size_t receive_some();
  std::string receive_head();  // up to the empty line

 private:
  int fd_;
  SSL* ssl_ = nullptr;
};

}  // namespace holdfast::bench
