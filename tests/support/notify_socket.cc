#include "support/notify_socket.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace holdfast::test {

NotifySocket::NotifySocket(std::string address)
    : address_(std::move(address)), fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, address_.data(), std::min(address_.size(), sizeof name.sun_path - 1));
  if (address_.starts_with('@')) name.sun_path[0] = '\0';
  const std::size_t size = offsetof(sockaddr_un, sun_path) + address_.size() + (address_.starts_with('@') ? 0 : 1);
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&name), static_cast<socklen_t>(size)) == 0) return;
  ::close(fd_);
  fd_ = -1;
}

NotifySocket::~NotifySocket() {
  if (fd_ >= 0) ::close(fd_);
}

std::optional<std::string> NotifySocket::next(int milliseconds) {
  pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, milliseconds) != 1) return std::nullopt;
  std::array<char, 4096> buffer{};
  const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (size < 0) return std::nullopt;
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

bool NotifySocket::wait_for(const std::string& line) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < until) {
    const auto message = next(1000);
    if (message && ("\n" + *message + "\n").find("\n" + line + "\n") != std::string::npos) return true;
  }
  return false;
}

}  // namespace holdfast::test
