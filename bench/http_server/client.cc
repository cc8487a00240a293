#include "http_server/client.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdfast::bench {
namespace {

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

SSL_CTX* context() {
  static SSL_CTX* const made = [] {
    SSL_CTX* fresh = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(fresh, SSL_MODE_RELEASE_BUFFERS);
    return fresh;
  }();
  return made;
}

}  // namespace

Client::Client(std::uint16_t port, bool tls) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) give_up("connect");
  const int yes = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (!tls) return;
  ssl_ = SSL_new(context());
  SSL_set_fd(ssl_, fd_);
  if (SSL_connect(ssl_) != 1) give_up("TLS handshake");
}

Client::~Client() {
  SSL_free(ssl_);
  ::close(fd_);
}

void Client::send(std::string_view bytes) {
  const auto size = static_cast<int>(bytes.size());
  const ssize_t sent =
      ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), size) : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent != size) give_up("send");
}

std::size_t Client::receive_some() {
  std::array<char, 16 * 1024> buffer;
  const ssize_t count = ssl_ != nullptr ? SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()))
                                        : ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (count <= 0) give_up("receive");
  return static_cast<std::size_t>(count);
}

void Client::receive(std::size_t bytes) {
  for (std::size_t got = 0; got < bytes;)
    got += receive_some();
}

std::string Client::receive_head() {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    char byte = 0;
    const ssize_t count = ssl_ != nullptr ? SSL_read(ssl_, &byte, 1) : ::recv(fd_, &byte, 1, 0);
    if (count <= 0) give_up("receive");
    head += byte;
  }
  return head;
}

}  // namespace holdfast::bench
