#include "unit/http/server/raw_client.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdfast::http::test {
namespace {

constexpr timeval kPatience{.tv_sec = 20, .tv_usec = 0};  // of a test that would otherwise hang

}  // namespace

std::string RawAnswer::header(std::string_view name) const {
  for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = std::string_view(head).substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        ::strncasecmp(line.data(), name.data(), name.size()) == 0) {
      return std::string(line.substr(std::min(name.size() + 2, line.size())));
    }
  }
  return {};
}

RawClient::RawClient(std::uint16_t port, int receive_buffer) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

RawClient::~RawClient() {
  if (fd_ >= 0) ::close(fd_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_), buffer_(std::move(other.buffer_)) {}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void RawClient::end_sending() {
  ::shutdown(fd_, SHUT_WR);
}

void RawClient::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(fd_, -1));
}

bool RawClient::fill() {
  std::array<char, 16 * 1024> bytes;
  const ssize_t count = ::recv(fd_, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::take(std::size_t size) {
  while (buffer_.size() < size) {
    if (!fill()) break;
  }
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, taken.size());
  return taken;
}

std::string RawClient::line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  return take(end + 2).substr(0, end);
}

std::string RawClient::answer_head() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  return take(end + 4);
}

std::string RawClient::chunk() {
  const std::size_t size = std::strtoul(line().c_str(), nullptr, 16);
  std::string bytes = take(size);
  take(2);
  return bytes.size() == size ? bytes : std::string();
}

std::string RawClient::rest() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

std::size_t RawClient::skip() {
  std::size_t count = 0;
  do {
    count += std::exchange(buffer_, {}).size();
  } while (fill());
  return count;
}

bool RawClient::ended() {
  char byte = 0;
  errno = 0;
  return buffer_.empty() && ::recv(fd_, &byte, 1, 0) <= 0 && errno != EAGAIN;
}

RawAnswer RawClient::answer(bool to_head) {
  RawAnswer answer;
  answer.head = answer_head();
  if (answer.head.size() < 12) return answer;
  answer.status = std::atoi(answer.head.c_str() + 9);
  if (to_head || answer.status == 100 || answer.status == 204 || answer.status == 304) {
    answer.complete = true;
  } else if (const std::string length = answer.header("Content-Length"); !length.empty()) {
    const std::size_t size = std::strtoul(length.c_str(), nullptr, 10);
    answer.body = take(size);
    answer.complete = answer.body.size() == size;
  } else if (answer.header("Transfer-Encoding") == "chunked") {
    for (std::string next = chunk(); !next.empty(); next = chunk())
      answer.body += next;
    answer.complete = true;
  } else {
    answer.body = rest();
    answer.complete = true;
  }
  return answer;
}

}  // namespace holdfast::http::test
