#include "os/host.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/bytes.h"

namespace holdfast::os {
namespace {

constexpr std::size_t kMostHostName = 256;
constexpr std::size_t kMostIdFile = 1024;
constexpr std::size_t kIdDigits = 32;

// Empty: not one to tell.
std::string text_of(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.sa_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(address);
    return inet_ntop(AF_INET, &in.sin_addr, text.data(), text.size()) == nullptr ? "" : std::string(text.data());
  }
  if (address.sa_family != AF_INET6) return "";
  const auto& in = reinterpret_cast<const sockaddr_in6&>(address);
  if (IN6_IS_ADDR_LINKLOCAL(&in.sin6_addr)) return "";
  return inet_ntop(AF_INET6, &in.sin6_addr, text.data(), text.size()) == nullptr ? "" : std::string(text.data());
}

}  // namespace

std::string host_name() {
  std::array<char, kMostHostName + 1> name{};
  if (::gethostname(name.data(), kMostHostName) != 0) return "";
  return {name.data()};
}

std::vector<std::string> host_addresses() {
  std::vector<std::string> all;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return all;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    const bool up = (each->ifa_flags & IFF_UP) != 0 && (each->ifa_flags & IFF_LOOPBACK) == 0;
    if (each->ifa_addr == nullptr || !up) continue;
    if (std::string text = text_of(*each->ifa_addr); !text.empty()) all.push_back(std::move(text));
  }
  ::freeifaddrs(list);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::string machine_id(FileSystem& files, const std::string& path) {
  const auto bytes = read_file(files, path, kMostIdFile);
  if (!bytes) return "";
  std::string text(as_text(*bytes));
  text.erase(std::find_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }), text.end());
  const bool digits = text.size() == kIdDigits && std::all_of(text.begin(), text.end(), [](char c) {
                        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                      });
  return digits ? text : "";
}

}  // namespace holdfast::os
