#include "support/full_listener.h"

#include <cerrno>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdfast::test {
namespace {

constexpr int kFillers = 4;  // more than a queue of length zero holds on Linux

}  // namespace

FullListener::FullListener() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockets_.push_back(listener);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, generic, size) != 0 || ::listen(listener, 0) != 0) throw std::runtime_error("cannot listen");
  ::getsockname(listener, generic, &size);
  port_ = ntohs(address.sin_port);
  for (int i = 0; i < kFillers; ++i) {
    sockets_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (::connect(sockets_.back(), generic, size) != 0 && errno != EINPROGRESS)
      throw std::runtime_error("cannot connect");
  }
}

FullListener::~FullListener() {
  for (const int socket : sockets_)
    ::close(socket);
}

}  // namespace holdfast::test
