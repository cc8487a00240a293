// An address on loopback that never answers a connection attempt: a listener whose queue is full, so that the kernel
// drops whatever comes.
#pragma once

#include <vector>

namespace holdfast::test {

class FullListener {
 public:
  FullListener();
  ~FullListener();
  FullListener(const FullListener&) = delete;
  FullListener& operator=(const FullListener&) = delete;

  int port() const { return port_; }

 private:
  int port_ = 0;
  std::vector<int> sockets_;  // the listener, then those that fill its queue
};

}  // namespace holdfast::test
