#include "etcd/http2/socket.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace holdfast::etcd::http2 {
namespace {

std::string describe(int error) {
  return std::generic_category().message(error);
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Result<Addresses> resolve(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(endpoint.host.c_str(), endpoint.port.c_str(), &hints, &list);
  if (error != 0) return fail(Code::unavailable, "cannot resolve {}: {}", endpoint.host, ::gai_strerror(error));
  return Addresses(list);
}

Status await_connected(int fd, Waiter& waiter) {
  HF_TRY(waiter.wait(fd, WaitFor::writable));
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return fail(Code::unavailable, "{}", describe(error));
  return {};
}

Result<Descriptor> connect_to(const sockaddr* address, socklen_t size, Waiter& waiter) {
  Descriptor socket(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return fail(Code::unavailable, "{}", describe(errno));
  const int on = 1;
  // A hint that unix sockets refuse.
  [[maybe_unused]] const int set = ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket.get(), address, size) != 0) {
    if (errno != EINPROGRESS) return fail(Code::unavailable, "{}", describe(errno));
    HF_TRY(await_connected(socket.get(), waiter));
  }
  return socket;
}

Result<Descriptor> connect_unix(const std::string& path, Waiter& waiter) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(Code::usage, "the socket path {} is too long", path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address, waiter);
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace

Result<Descriptor> connect_socket(const Endpoint& endpoint, Waiter& waiter) {
  if (!endpoint.unix_path.empty()) return connect_unix(endpoint.unix_path, waiter);
  HF_ASSIGN(const Addresses addresses, resolve(endpoint));
  Result<Descriptor> socket = fail(Code::unavailable, "{} has no address", endpoint.host);
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    socket = connect_to(each->ai_addr, each->ai_addrlen, waiter);
    if (socket || socket.error().code == Code::cancelled) break;
  }
  return socket;
}

Result<std::size_t> read_socket(int fd, ByteSpan into, Waiter& waiter) {
  while (true) {
    const ssize_t count = ::recv(fd, into.data(), into.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (!would_block()) return fail(Code::unavailable, "{}", describe(errno));
    HF_TRY(waiter.wait(fd, WaitFor::readable));
  }
}

Status write_socket(int fd, ByteView bytes, Waiter& waiter) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (would_block()) {
      HF_TRY(waiter.wait(fd, WaitFor::writable));
    } else if (errno != EINTR) {
      return fail(Code::unavailable, "{}", describe(errno));
    }
  }
  return {};
}

}  // namespace holdfast::etcd::http2
