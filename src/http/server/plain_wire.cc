#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

#include "http/server/wire.h"

namespace holdfast::http {
namespace {

constexpr std::size_t kMostPieces = 32;  // of one call; three per chunk of a stream

class PlainWire final : public Wire {
 public:
  explicit PlainWire(int fd) : fd_(fd) {}

  Outcome handshake(Peer&) override { return Outcome::done; }

  Transfer read(std::span<char> into) override {
    const ssize_t count = ::recv(fd_, into.data(), into.size(), 0);
    if (count < 0) return {.outcome = blocked_or_failed(Outcome::wants_read)};
    if (count == 0) return {.outcome = Outcome::ended};
    return {.bytes = static_cast<std::size_t>(count)};
  }

  Transfer write(const OutQueue& queue) override {
    std::array<std::string_view, kMostPieces> pieces;
    std::array<iovec, kMostPieces> vectors{};
    const std::size_t used = queue.next(pieces);
    for (std::size_t i = 0; i < used; ++i)
      vectors[i] = {.iov_base = const_cast<char*>(pieces[i].data()), .iov_len = pieces[i].size()};
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = used;
    const ssize_t count = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (count < 0) return {.outcome = blocked_or_failed(Outcome::wants_write)};
    return {.bytes = static_cast<std::size_t>(count)};
  }

  void say_goodbye() override {}

 private:
  const int fd_;
};

}  // namespace

Outcome blocked_or_failed(Outcome wants) {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? wants : Outcome::failed;
}

std::unique_ptr<Wire> make_plain_wire(int fd) {
  return std::make_unique<PlainWire>(fd);
}

}  // namespace holdfast::http
