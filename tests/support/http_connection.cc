#include "support/http_connection.h"

#include <array>
#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdfast::test {

HttpConnection::HttpConnection(int fd, SSL_CTX* tls) : fd_(fd) {
  if (tls == nullptr) return;
  ssl_ = SSL_new(tls);
  SSL_set_fd(ssl_, fd);
}

HttpConnection::~HttpConnection() {
  SSL_free(ssl_);
  close_now();
}

bool HttpConnection::accept_tls() {
  return ssl_ == nullptr || SSL_accept(ssl_) == 1;
}

bool HttpConnection::read_some(std::string& into) {
  std::array<char, 64 * 1024> buffer;
  ssize_t count = 0;
  do {
    count = ssl_ == nullptr ? ::recv(fd_, buffer.data(), buffer.size(), 0)
                            : SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
  } while (ssl_ == nullptr && count < 0 && errno == EINTR);
  if (count <= 0) return false;
  into.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

bool HttpConnection::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ssl_ == nullptr ? ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                          : SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    if (count < 0 && ssl_ == nullptr && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool HttpConnection::peer_is_there(int wait_ms) {
  pollfd entry{.fd = fd_, .events = POLLRDHUP, .revents = 0};
  return ::poll(&entry, 1, wait_ms) == 0;
}

void HttpConnection::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close_now();
}

void HttpConnection::end() {
  if (ssl_ != nullptr) SSL_shutdown(ssl_);
  ::shutdown(fd_, SHUT_WR);
  close_now();
}

void HttpConnection::interrupt() {
  const std::lock_guard guard(mutex_);
  if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
}

void HttpConnection::close_now() {
  const std::lock_guard guard(mutex_);
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace holdfast::test
