#include "pipeline/age_stanza.h"

#include <algorithm>

namespace holdfast::pipeline::age {
namespace {

constexpr std::string_view kX25519 = "X25519";
constexpr std::string_view kScrypt = "scrypt";
constexpr std::string_view kX25519Info = "age-encryption.org/v1/X25519";
constexpr std::string_view kScryptSalt = "age-encryption.org/v1/scrypt";
constexpr std::size_t kSaltSize = 16;
constexpr Nonce kZeroNonce{};  // a wrap key seals one message only

Bytes joined(ByteView a, ByteView b) {
  Bytes all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

Key x25519_wrap_key(const Key& shared, const Point& ephemeral, const Point& recipient) {
  return hkdf(shared.view(), joined(ephemeral, recipient), kX25519Info);
}

Result<Key> scrypt_wrap_key(const Secret& passphrase, ByteView salt, int log_n) {
  return scrypt(as_bytes(passphrase.reveal()), joined(as_bytes(kScryptSalt), salt), log_n);
}

Bytes seal_file_key(const Key& wrap_key, const FileKey& file_key) {
  Bytes body(kWrappedKeySize);
  Aead(wrap_key).seal(kZeroNonce, file_key.view(), body.data());
  return body;
}

std::optional<FileKey> open_file_key(const Key& wrap_key, ByteView body) {
  FileKey file_key;
  if (!Aead(wrap_key).open(kZeroNonce, body, file_key.bytes.data())) return std::nullopt;
  return file_key;
}

// A decimal number without sign or leading zero; beyond three digits any work factor is absurd.
std::optional<int> parse_work_factor(std::string_view text) {
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || !digits || text.front() == '0') return std::nullopt;
  if (text.size() > 3) return 999;
  int value = 0;
  for (const char c : text)
    value = value * 10 + (c - '0');
  return value;
}

bool has_bytes(std::string_view text, std::size_t size) {
  Bytes bytes;
  return from_base64(text, false, bytes) && bytes.size() == size;
}

bool well_formed(const Stanza& stanza) {
  const auto& arguments = stanza.arguments;
  if (arguments[0] == kX25519) {
    return arguments.size() == 2 && has_bytes(arguments[1], sizeof(Point)) && stanza.body.size() == kWrappedKeySize;
  }
  if (arguments[0] == kScrypt) {
    return arguments.size() == 3 && has_bytes(arguments[1], kSaltSize) && parse_work_factor(arguments[2]) &&
           stanza.body.size() == kWrappedKeySize;
  }
  return true;
}

Result<std::optional<FileKey>> unwrap_x25519(const Stanza& stanza, const Identity& identity, const Point& own) {
  Bytes share;
  Point ephemeral{};
  from_base64(stanza.arguments[1], false, share);
  std::copy(share.begin(), share.end(), ephemeral.begin());
  const auto shared = x25519_shared(as_bytes(identity.scalar().reveal()), ephemeral);
  if (!shared) return fail(Code::corrupt, "age header with a point of low order");
  return open_file_key(x25519_wrap_key(*shared, ephemeral, own), stanza.body);
}

Result<std::optional<FileKey>> unwrap_scrypt(const Stanza& stanza, const DecryptWith& with) {
  const int log_n = parse_work_factor(stanza.arguments[2]).value_or(0);
  if (log_n > with.max_scrypt_log_n) {
    return with_hint(
        fail(Code::refused, "the age file asks for 2^{} units of work to try its passphrase; the limit is 2^{}", log_n,
             with.max_scrypt_log_n),
        "if the file is trusted, open it with the age program");
  }
  Bytes salt;
  from_base64(stanza.arguments[1], false, salt);
  HF_ASSIGN(const Key wrap_key, scrypt_wrap_key(with.passphrase, salt, log_n));
  return open_file_key(wrap_key, stanza.body);
}

std::size_t count_of(const std::vector<Stanza>& stanzas, std::string_view type) {
  return static_cast<std::size_t>(
      std::count_if(stanzas.begin(), stanzas.end(), [&](const Stanza& stanza) { return stanza.arguments[0] == type; }));
}

}  // namespace

Result<Stanza> wrap_for_recipient(const FileKey& file_key, const Recipient& recipient, os::Random& random) {
  Key ephemeral_secret;
  random.fill(ephemeral_secret.span());
  const Point ephemeral = x25519_public(ephemeral_secret.view());
  const auto shared = x25519_shared(ephemeral_secret.view(), recipient.point());
  if (!shared) return fail(Code::usage, "a recipient that is no public key");
  const Key wrap_key = x25519_wrap_key(*shared, ephemeral, recipient.point());
  return Stanza{.arguments = {std::string(kX25519), to_base64(ephemeral, false)},
                .body = seal_file_key(wrap_key, file_key)};
}

Result<Stanza> wrap_for_passphrase(const FileKey& file_key, const Secret& passphrase, int log_n, os::Random& random) {
  std::array<std::uint8_t, kSaltSize> salt{};
  random.fill(salt);
  HF_ASSIGN(const Key wrap_key, scrypt_wrap_key(passphrase, salt, log_n));
  return Stanza{.arguments = {std::string(kScrypt), to_base64(salt, false), std::to_string(log_n)},
                .body = seal_file_key(wrap_key, file_key)};
}

Status check_stanzas(const std::vector<Stanza>& stanzas) {
  if (!std::all_of(stanzas.begin(), stanzas.end(), well_formed)) {
    return fail(Code::corrupt, "malformed age header: a stanza's arguments or body have not the form of its type");
  }
  if (stanzas.size() > 1 && count_of(stanzas, kScrypt) > 0) {
    return fail(Code::corrupt, "malformed age header: a passphrase beside other recipients");
  }
  return {};
}

Result<std::optional<FileKey>> unwrap_file_key(const std::vector<Stanza>& stanzas, const DecryptWith& with) {
  for (const Identity& identity : with.identities) {
    const Point own = identity.recipient().point();
    for (const Stanza& stanza : stanzas) {
      if (stanza.arguments[0] != kX25519) continue;
      HF_ASSIGN(auto file_key, unwrap_x25519(stanza, identity, own));
      if (file_key) return file_key;
    }
  }
  if (!with.passphrase.empty() && stanzas.size() == 1 && stanzas[0].arguments[0] == kScrypt) {
    return unwrap_scrypt(stanzas[0], with);
  }
  return std::nullopt;
}

std::string describe_recipients(const std::vector<Stanza>& stanzas) {
  if (count_of(stanzas, kScrypt) > 0) return "a passphrase";
  const std::size_t own = count_of(stanzas, kX25519);
  const std::size_t other = stanzas.size() - own;
  std::string text = fmt::format("{} X25519 recipient{}", own, own == 1 ? "" : "s");
  if (other > 0) text += fmt::format(" and {} of another kind", other);
  return text;
}

std::string how_to_open(const std::vector<Stanza>& stanzas) {
  if (count_of(stanzas, kScrypt) > 0) return ": give --passphrase, or --passphrase-file FILE";
  if (count_of(stanzas, kX25519) > 0) return ": give a file with the private key of one of them, --identity FILE";
  return {};  // nothing that we could open
}

}  // namespace holdfast::pipeline::age
