#include "base/sha256.h"

#include <cstdlib>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace holdfast {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

namespace {

// The only way these calls fail is a broken OpenSSL or no memory: nothing sensible can go on.
void require(int ok) {
  if (ok != 1) std::abort();
}

}  // namespace

Sha256::Sha256() : state_(std::make_unique<State>()) {
  require(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr));
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(ByteView bytes) {
  require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()));
}

Sha256 Sha256::clone() const {
  Sha256 copy;
  require(EVP_MD_CTX_copy_ex(copy.state_->context, state_->context));
  return copy;
}

Sha256Digest Sha256::so_far() const {
  Sha256 copy;
  require(EVP_MD_CTX_copy_ex(copy.state_->context, state_->context));
  return copy.finish();
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest{};
  require(EVP_DigestFinal_ex(state_->context, digest.data(), nullptr));
  return digest;
}

Sha256Digest Sha256::of(ByteView bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Sha256Digest hmac_sha256(ByteView key, ByteView message) {
  static const std::uint8_t nothing = 0;  // OpenSSL takes an empty key for none at all when it has no address
  Sha256Digest digest{};
  unsigned size = 0;
  const auto* done = HMAC(EVP_sha256(), key.empty() ? &nothing : key.data(), static_cast<int>(key.size()),
                          message.data(), message.size(), digest.data(), &size);
  require(done != nullptr ? 1 : 0);
  return digest;
}

}  // namespace holdfast
