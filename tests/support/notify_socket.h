// The other end of sd_notify(3): what a service manager would be told.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace holdfast::test {

class NotifySocket {
 public:
  // Bound to a path, or with '@' first to an abstract name. When it cannot be, nothing ever comes.
  explicit NotifySocket(std::string address);
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  const std::string& address() const { return address_; }
  // The next message; nothing after `milliseconds` without one.
  std::optional<std::string> next(int milliseconds = 20'000);
  // Waits until a message has this line; false after 20 seconds. Messages before it are gone.
  bool wait_for(const std::string& line);

 private:
  const std::string address_;
  int fd_ = -1;
};

}  // namespace holdfast::test
