// The limit of threads that containers set, at its worst.
#pragma once

#include <cstddef>
#include <stdexcept>

#include <pthread.h>

namespace holdfast::test {

// While it lives no thread can be started in this process: each would by default get a stack larger than the address
// space. (A limit of the kernel does not bind root.)
class NoMoreThreads {
 public:
  NoMoreThreads() {
    pthread_attr_t attributes;
    if (::pthread_getattr_default_np(&attributes) != 0) throw std::runtime_error("no default attributes");
    ::pthread_attr_getstacksize(&attributes, &before_);
    ::pthread_attr_destroy(&attributes);
    set(kMoreThanThereIs);
  }
  ~NoMoreThreads() { set(before_); }
  NoMoreThreads(const NoMoreThreads&) = delete;
  NoMoreThreads& operator=(const NoMoreThreads&) = delete;

 private:
  static constexpr std::size_t kMoreThanThereIs = std::size_t{1} << 50;

  static void set(std::size_t stack) {
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstacksize(&attributes, stack);
    ::pthread_setattr_default_np(&attributes);
    ::pthread_attr_destroy(&attributes);
  }

  std::size_t before_ = 0;
};

}  // namespace holdfast::test
