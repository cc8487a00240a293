#include "os/child_pipe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "os/errno_error.h"

namespace holdfast::os {

ChildPipe::ChildPipe(std::size_t limit) : ChildPipe(limit, {}) {}

ChildPipe::ChildPipe(std::size_t limit, Consumer consumer) : limit_(limit), consumer_(std::move(consumer)) {
  if (!consumer_) text_.reserve(limit);
}

ChildPipe::~ChildPipe() {
  close_end(fds_[0]);
  close_end(fds_[1]);
  ::explicit_bzero(text_.data(), text_.size());
}

Status ChildPipe::open() {
  if (::pipe2(fds_, O_CLOEXEC) != 0) return errno_error("make", "a pipe");
  if (::fcntl(fds_[0], F_SETFL, O_NONBLOCK) != 0) return errno_error("use", "a pipe");
  return {};
}

void ChildPipe::close_child_end() {
  close_end(fds_[1]);
}

void ChildPipe::drain() {
  constexpr int kMostReads = 64;  // more than a pipe holds; one that writes without end must not keep us here
  std::array<char, 4096> buffer{};
  for (int i = 0; i < kMostReads && fds_[0] >= 0; ++i) {
    const ssize_t count = ::read(fds_[0], buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count <= 0) {
      close_end(fds_[0]);
      break;
    }
    take({buffer.data(), static_cast<std::size_t>(count)});
  }
  ::explicit_bzero(buffer.data(), buffer.size());
}

void ChildPipe::take(std::string_view piece) {
  if (consumer_) return consumer_(piece);
  const std::size_t room = std::min(piece.size(), limit_ - text_.size());
  overflowed_ = overflowed_ || room < piece.size();
  text_.append(piece.substr(0, room));
}

void ChildPipe::close_end(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

}  // namespace holdfast::os
