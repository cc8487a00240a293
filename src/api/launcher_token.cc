#include "api/launcher_token.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "api/names.h"
#include "base/bytes.h"
#include "base/sha256.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kSecretText = 43;  // of 32 bytes in base64 without padding
constexpr std::size_t kMostTokenBytes = 1024;

}  // namespace

Secret new_launcher_token(const LauncherName& launcher, os::Random& random) {
  std::array<std::uint8_t, kSecretBytes> bytes{};
  random.fill(bytes);
  std::string secret = to_base64(bytes, false);
  std::replace(secret.begin(), secret.end(), '+', '-');
  std::replace(secret.begin(), secret.end(), '/', '_');
  return Secret(fmt::format("{}{}/{}.{}", kLauncherTokenPrefix, launcher.cluster, launcher.name, secret));
}

std::optional<LauncherName> launcher_of_token(std::string_view token) {
  if (!token.starts_with(kLauncherTokenPrefix) || token.size() > kMostTokenBytes) return std::nullopt;
  token.remove_prefix(kLauncherTokenPrefix.size());
  const std::size_t dot = token.rfind('.');
  if (dot == std::string_view::npos || token.size() - dot - 1 != kSecretText) return std::nullopt;
  const std::string_view whose = token.substr(0, dot);
  const std::size_t slash = whose.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  LauncherName launcher{.cluster = std::string(whose.substr(0, slash)), .name = std::string(whose.substr(slash + 1))};
  if (!is_dns_subdomain(launcher.cluster) || !is_dns_subdomain(launcher.name)) return std::nullopt;
  return launcher;
}

std::string launcher_token_digest(std::string_view token) {
  return to_hex(Sha256::of(as_bytes(token)));
}

}  // namespace holdfast::api
