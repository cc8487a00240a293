#include "snapshot/member_id.h"

#include <array>
#include <cstdlib>

#include <fmt/core.h>
#include <openssl/evp.h>

#include "base/bytes.h"

namespace holdfast::snapshot {
namespace {

std::uint64_t leading_sha1(ByteView bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  // Fails only when OpenSSL itself is broken: no id could ever be right again.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) std::abort();
  return load_be64(digest.data());
}

}  // namespace

std::uint64_t member_id(const std::vector<std::string>& sorted_peer_urls, std::string_view token) {
  std::string text;
  for (const std::string& url : sorted_peer_urls)
    text += url;
  text += token;
  return leading_sha1(as_bytes(text));
}

std::uint64_t cluster_id(const std::vector<std::uint64_t>& ascending_member_ids) {
  Bytes bytes(ascending_member_ids.size() * 8);
  for (std::size_t i = 0; i < ascending_member_ids.size(); ++i)
    store_be64(bytes.data() + i * 8, ascending_member_ids[i]);
  return leading_sha1(bytes);
}

std::string id_text(std::uint64_t id) {
  return fmt::format("{:x}", id);
}

}  // namespace holdfast::snapshot
