#include <cstdlib>
#include <mutex>
#include <random>
#include <set>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/etcd_server.h"

namespace holdfast::test {
namespace {

bool can_listen(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool ok = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && ::listen(fd, 1) == 0;
  ::close(fd);
  return ok;
}

}  // namespace

// Below the kernel's ephemeral range (32768 and up), so that no outgoing connection takes the port in between, and at a
// random place, so that test programs running side by side do not meet.
int free_port() {
  static std::mutex mutex;
  static std::mt19937 generator{std::random_device{}()};
  static std::set<int> given;
  const std::lock_guard lock(mutex);
  std::uniform_int_distribution<int> any(12000, 32000);
  for (int attempt = 0; attempt < 10000; ++attempt) {
    const int port = any(generator);
    if (given.count(port) == 0 && can_listen(port)) {
      given.insert(port);
      return port;
    }
  }
  std::abort();
}

}  // namespace holdfast::test
