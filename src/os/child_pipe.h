// Private to os/: what a child process writes, up to a limit.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::os {

// One end of a pipe is ours, the other the child's. The text never moves in memory, and is wiped in the end.
class ChildPipe {
 public:
  using Consumer = std::function<void(std::string_view)>;

  explicit ChildPipe(std::size_t limit);
  // Gives everything on and keeps nothing, unless the consumer is empty.
  ChildPipe(std::size_t limit, Consumer consumer);
  ~ChildPipe();
  ChildPipe(const ChildPipe&) = delete;
  ChildPipe& operator=(const ChildPipe&) = delete;

  Status open();
  int child_end() const { return fds_[1]; }
  void close_child_end();

  int fd() const { return fds_[0]; }  // -1 after the end
  // Takes what is there now, without waiting; what goes beyond the limit is thrown away.
  void drain();
  bool overflowed() const { return overflowed_; }
  std::string_view text() const { return text_; }

 private:
  void take(std::string_view piece);
  void close_end(int& fd);

  const std::size_t limit_;
  const Consumer consumer_;
  int fds_[2] = {-1, -1};
  std::string text_;
  bool overflowed_ = false;
};

}  // namespace holdfast::os
