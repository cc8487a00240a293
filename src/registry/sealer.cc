#include "registry/sealer.h"

#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <sodium.h>

#include "base/bytes.h"

namespace holdfast::registry {
namespace {

constexpr std::string_view kMark = "sealed:";
constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kMostFileBytes = 64 * 1024;
constexpr std::size_t kMostKeys = 100;  // that we make; a server told to add one at each start must not fill the file
constexpr unsigned kPrivateMode = 0600;
constexpr unsigned kOthersMode = 0077;

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

struct Sealed {
  std::uint64_t key = 0;
  Bytes box;  // nonce, then ciphertext with tag
};

std::optional<Sealed> parse(std::string_view text) {
  if (!text.starts_with(kMark)) return std::nullopt;
  text.remove_prefix(kMark.size());
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto key = number(text.substr(0, colon));
  Sealed sealed;
  if (!key || !from_base64(text.substr(colon + 1), true, sealed.box)) return std::nullopt;
  if (sealed.box.size() < kNonceBytes + kTagBytes) return std::nullopt;
  sealed.key = *key;
  return sealed;
}

std::string new_key_line(os::Random& random, std::uint64_t id) {
  Bytes key(kKeyBytes);
  random.fill(key);
  std::string line = fmt::format("{}:{}\n", id, to_base64(key));
  sodium_memzero(key.data(), key.size());
  return line;
}

}  // namespace

Result<Sealer> Sealer::from_text(const Secret& text) {
  Sealer sealer;
  std::string_view rest = text.reveal();
  for (std::size_t line_number = 1; !rest.empty(); ++line_number) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    const auto id = colon == std::string_view::npos ? std::nullopt : number(line.substr(0, colon));
    Bytes key;
    if (!id || !from_base64(line.substr(colon + 1), true, key) || key.size() != kKeyBytes)
      return fail(Code::usage, "line {} of the keys for secrets is not NUMBER:BASE64 of 32 bytes", line_number);
    const bool added =
        sealer.keys_.emplace(*id, Secret(std::string_view(reinterpret_cast<const char*>(key.data()), key.size())))
            .second;
    sodium_memzero(key.data(), key.size());
    if (!added) return fail(Code::usage, "line {} of the keys for secrets repeats the number {}", line_number, *id);
  }
  if (sealer.keys_.empty()) return fail(Code::usage, "there is no key for secrets");
  return sealer;
}

std::string Sealer::seal(std::string_view plain, std::string_view place, os::Random& random) const {
  const auto& [id, key] = *keys_.rbegin();
  Bytes box(kNonceBytes + plain.size() + kTagBytes);
  random.fill(ByteSpan(box).first(kNonceBytes));
  auto* bytes = reinterpret_cast<unsigned char*>(box.data());
  unsigned long long written = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + kNonceBytes, &written, raw(plain), plain.size(), raw(place),
                                             place.size(), nullptr, bytes, raw(key.reveal()));
  return fmt::format("{}{}:{}", kMark, id, to_base64(box));
}

Result<Secret> Sealer::open(std::string_view text, std::string_view place) const {
  const auto sealed = parse(text);
  if (!sealed) return fail(Code::corrupt, "a stored secret is not in the form it was written in");
  const auto key = keys_.find(sealed->key);
  if (key == keys_.end()) {
    return with_hint(fail(Code::not_found, "key {} for secrets is missing", sealed->key),
                     "bring back the file of keys this store was used with");
  }
  std::string plain(sealed->box.size() - kNonceBytes - kTagBytes, '\0');
  const auto* bytes = reinterpret_cast<const unsigned char*>(sealed->box.data());
  const int refused = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr, bytes + kNonceBytes,
      sealed->box.size() - kNonceBytes, raw(place), place.size(), bytes, raw(key->second.reveal()));
  if (refused != 0) return fail(Code::corrupt, "a stored secret was changed, or sealed with another key");
  Secret secret(plain);
  sodium_memzero(plain.data(), plain.size());
  return secret;
}

bool Sealer::is_sealed(std::string_view text) {
  return parse(text).has_value();
}

bool Sealer::is_current(std::string_view text) const {
  const auto sealed = parse(text);
  return sealed && sealed->key == keys_.rbegin()->first;
}

Result<Secret> Sealer::read_file(os::FileSystem& files, const std::string& path) {
  HF_ASSIGN(const auto info, files.stat(path));
  if (!info) return fail(Code::not_found, "there are no keys for secrets at {}", path);
  if ((info->mode & kOthersMode) != 0)
    return with_hint(fail(Code::refused, "{} can be read by others", path), "chmod 600 it");
  auto text = os::read_file(files, path, kMostFileBytes);
  if (!text) return in_context(std::move(text).error(), "read the keys for secrets");
  Secret secret(as_text(*text));
  sodium_memzero(text->data(), text->size());
  return secret;
}

Result<Sealer> Sealer::from_file(os::FileSystem& files, os::Random& random, const std::string& path) {
  HF_ASSIGN(const auto info, files.stat(path));
  if (!info) HF_TRY(os::write_file_atomically(files, path, as_bytes(new_key_line(random, 1)), kPrivateMode));
  HF_ASSIGN(const Secret text, read_file(files, path));
  auto sealer = from_text(text);
  if (!sealer) return in_context(std::move(sealer).error(), "read {}", path);
  return sealer;
}

Result<std::uint64_t> Sealer::add_key(os::FileSystem& files, os::Random& random, const std::string& path) {
  HF_ASSIGN(const Secret text, read_file(files, path));
  const auto sealer = from_text(text);
  if (!sealer) return in_context(sealer.error(), "read {}", path);
  if (sealer->keys_.size() >= kMostKeys) {
    return with_hint(fail(Code::refused, "{} has {} keys already", path, sealer->keys_.size()),
                     "remove the lines of old keys that no copy of the store needs any more");
  }
  const std::uint64_t id = sealer->keys_.rbegin()->first + 1;
  std::string all(text.reveal());
  if (!all.ends_with('\n')) all += '\n';
  all += new_key_line(random, id);
  const Status written = os::write_file_atomically(files, path, as_bytes(all), kPrivateMode);
  sodium_memzero(all.data(), all.size());
  if (!written) return in_context(written.error(), "add a key for secrets");
  return id;
}

}  // namespace holdfast::registry
