#include "pipeline/age_crypto.h"

#include <cstdlib>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

namespace holdfast::pipeline::age {
namespace {

void require(bool ok) {
  if (!ok) std::abort();
}

struct PkeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using Pkey = std::unique_ptr<EVP_PKEY, PkeyDeleter>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, PkeyDeleter>;

Pkey private_key(ByteView scalar) {
  Pkey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, scalar.data(), scalar.size()));
  require(key != nullptr);
  return key;
}

OSSL_PARAM octets(const char* name, ByteView bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

void wipe(ByteSpan bytes) noexcept {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

Key hkdf(ByteView input_key, ByteView salt, std::string_view info) {
  // RFC 5869: without a salt it is as many zero bytes as the hash has. OpenSSL does not take an empty one.
  constexpr std::array<std::uint8_t, 32> kNoSalt{};
  if (salt.empty()) salt = kNoSalt;
  EVP_KDF* const method = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  require(method != nullptr);
  EVP_KDF_CTX* const context = EVP_KDF_CTX_new(method);
  EVP_KDF_free(method);
  require(context != nullptr);
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                             octets(OSSL_KDF_PARAM_KEY, input_key), octets(OSSL_KDF_PARAM_SALT, salt),
                             octets(OSSL_KDF_PARAM_INFO, as_bytes(info)), OSSL_PARAM_construct_end()};
  Key key;
  const int done = EVP_KDF_derive(context, key.bytes.data(), key.bytes.size(), parameters);
  EVP_KDF_CTX_free(context);
  require(done == 1);
  return key;
}

Point x25519_public(ByteView scalar) {
  Point point{};
  std::size_t size = point.size();
  require(EVP_PKEY_get_raw_public_key(private_key(scalar).get(), point.data(), &size) == 1);
  return point;
}

std::optional<Key> x25519_shared(ByteView scalar, const Point& point) {
  const Pkey own = private_key(scalar);
  const Pkey peer(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, point.data(), point.size()));
  const PkeyContext context(EVP_PKEY_CTX_new(own.get(), nullptr));
  require(peer != nullptr && context != nullptr);
  require(EVP_PKEY_derive_init(context.get()) == 1);
  Key shared;
  std::size_t size = shared.bytes.size();
  // OpenSSL itself refuses an all-zero result; the second test does not rely on it.
  const bool derived = EVP_PKEY_derive_set_peer(context.get(), peer.get()) == 1 &&
                       EVP_PKEY_derive(context.get(), shared.bytes.data(), &size) == 1;
  ERR_clear_error();
  if (!derived || equal_in_constant_time(shared.view(), Key().view())) return std::nullopt;
  return shared;
}

Result<Key> scrypt(ByteView passphrase, ByteView salt, int log_n) {
  constexpr std::uint64_t kBlockSize = 8;
  const std::uint64_t n = 1ULL << static_cast<unsigned>(log_n);
  // What the algorithm itself holds: N blocks, one more to mix and one to start from, each 128 r bytes, and some words.
  const std::uint64_t memory = 128 * kBlockSize * (n + 2) + 4096;
  Key key;
  if (EVP_PBE_scrypt(reinterpret_cast<const char*>(passphrase.data()), passphrase.size(), salt.data(), salt.size(), n,
                     kBlockSize, 1, memory, key.bytes.data(), key.bytes.size()) != 1) {
    ERR_clear_error();
    return with_hint(
        fail(Code::no_space, "cannot derive a key from the passphrase: {} MiB of memory are needed", memory / kMiB),
        "give the process more memory, or encrypt for recipients instead of a passphrase");
  }
  return key;
}

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct Aead::State {
  EVP_CIPHER_CTX* sealing = EVP_CIPHER_CTX_new();
  EVP_CIPHER_CTX* opening = EVP_CIPHER_CTX_new();
  ~State() {
    EVP_CIPHER_CTX_free(sealing);
    EVP_CIPHER_CTX_free(opening);
  }
};

// The key is set once; each message then only sets its nonce.
Aead::Aead(const Key& key) : state_(std::make_unique<State>()) {
  require(EVP_EncryptInit_ex(state_->sealing, EVP_chacha20_poly1305(), nullptr, key.bytes.data(), nullptr) == 1);
  require(EVP_DecryptInit_ex(state_->opening, EVP_chacha20_poly1305(), nullptr, key.bytes.data(), nullptr) == 1);
}
Aead::~Aead() = default;

void Aead::seal(const Nonce& nonce, ByteView plain, std::uint8_t* sealed) {
  EVP_CIPHER_CTX* const context = state_->sealing;
  int size = 0;
  require(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1);
  if (!plain.empty()) {
    require(EVP_EncryptUpdate(context, sealed, &size, plain.data(), static_cast<int>(plain.size())) == 1);
  }
  require(EVP_EncryptFinal_ex(context, sealed + plain.size(), &size) == 1);
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize, sealed + plain.size()) == 1);
}

bool Aead::open(const Nonce& nonce, ByteView sealed, std::uint8_t* plain) {
  if (sealed.size() < kTagSize) return false;
  EVP_CIPHER_CTX* const context = state_->opening;
  const ByteView text = sealed.first(sealed.size() - kTagSize);
  std::array<std::uint8_t, kTagSize> tag{};
  std::memcpy(tag.data(), sealed.last(kTagSize).data(), tag.size());
  int size = 0;
  require(EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1);
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1);
  if (!text.empty()) {
    require(EVP_DecryptUpdate(context, plain, &size, text.data(), static_cast<int>(text.size())) == 1);
  }
  std::uint8_t nothing = 0;
  if (EVP_DecryptFinal_ex(context, &nothing, &size) == 1) return true;
  ERR_clear_error();
  wipe({plain, text.size()});
  return false;
}

}  // namespace holdfast::pipeline::age
