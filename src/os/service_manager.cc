#include "os/service_manager.h"

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "os/errno_error.h"

namespace holdfast::os {
namespace {

std::optional<std::uint64_t> number_in(const Environment& environment, const std::string& name) {
  const std::string text = environment.get(name).value_or("");
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Duration> watchdog_of(const Environment& environment) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 50;  // microseconds, 35 years: what Duration can hold
  const auto microseconds = number_in(environment, "WATCHDOG_USEC");
  if (!microseconds || *microseconds == 0 || *microseconds > kMost) return std::nullopt;
  const bool others = environment.get("WATCHDOG_PID").has_value() &&
                      number_in(environment, "WATCHDOG_PID") != static_cast<std::uint64_t>(::getpid());
  if (others) return std::nullopt;
  return std::chrono::microseconds(*microseconds);
}

class Socket {
 public:
  Socket() : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

}  // namespace

ServiceManager::ServiceManager(const Environment& environment)
    : address_(environment.get("NOTIFY_SOCKET").value_or("")), watchdog_(watchdog_of(environment)) {}

Status ServiceManager::tell(std::string_view state) const {
  if (address_.empty()) return {};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const bool abstract = address_.front() == '@';
  if ((!abstract && address_.front() != '/') || address_.size() >= sizeof address.sun_path)
    return fail(Code::usage, "NOTIFY_SOCKET is \"{}\", which is no address of a socket", address_);
  std::memcpy(address.sun_path, address_.data(), address_.size());
  if (abstract) address.sun_path[0] = '\0';  // such a name has no end but its length
  const std::size_t size = offsetof(sockaddr_un, sun_path) + address_.size() + (abstract ? 0 : 1);
  const Socket socket;
  if (socket.fd() < 0) return errno_error("make a socket for", address_);
  const ssize_t sent = ::sendto(socket.fd(), state.data(), state.size(), MSG_NOSIGNAL,
                                reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size));
  if (sent < 0) return errno_error("notify", address_);
  return {};
}

}  // namespace holdfast::os
