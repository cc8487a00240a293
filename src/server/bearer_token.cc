#include "server/bearer_token.h"

#include <algorithm>
#include <array>

#include "api/names.h"
#include "base/bytes.h"
#include "base/sha256.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kSecretText = 43;  // of 32 bytes in base64 without padding

}  // namespace

Secret new_bearer_token(std::string_view name, os::Random& random) {
  std::array<std::uint8_t, kSecretBytes> bytes{};
  random.fill(bytes);
  std::string secret = to_base64(bytes, false);
  std::replace(secret.begin(), secret.end(), '+', '-');
  std::replace(secret.begin(), secret.end(), '/', '_');
  return Secret(std::string(kTokenPrefix) + std::string(name) + "." + secret);
}

std::optional<std::string> token_name(std::string_view token) {
  if (!token.starts_with(kTokenPrefix)) return std::nullopt;
  token.remove_prefix(kTokenPrefix.size());
  const std::size_t dot = token.rfind('.');
  if (dot == std::string_view::npos || token.size() - dot - 1 != kSecretText) return std::nullopt;
  const std::string_view name = token.substr(0, dot);
  if (!api::is_dns_subdomain(name)) return std::nullopt;
  return std::string(name);
}

std::string token_digest(std::string_view token) {
  return to_hex(Sha256::of(as_bytes(token)));
}

bool same_digest(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  return difference == 0;
}

}  // namespace holdfast::server
