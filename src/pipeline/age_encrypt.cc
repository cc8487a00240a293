#include <algorithm>
#include <array>

#include "pipeline/age.h"
#include "pipeline/age_header.h"
#include "pipeline/age_payload.h"
#include "pipeline/age_stanza.h"

namespace holdfast::pipeline::age {
namespace {

constexpr int kMaxScryptLogN = 20;

// A full chunk is sealed only when more bytes follow it, because the last one is marked as such.
class Encryptor final : public ByteSink {
 public:
  Encryptor(const Key& key, ByteSink& next) : aead_(key), next_(next) {
    held_.reserve(kChunkSize);
    sealed_.resize(kBatch * kSealedSize);
  }

  Status write(ByteView bytes) override {
    while (!bytes.empty()) {
      if (held_.size() == kChunkSize) {
        HF_TRY(seal(held_, false));
        held_.clear();
      }
      if (held_.empty() && bytes.size() > kChunkSize) {  // straight from the caller's memory
        HF_TRY(seal(bytes.first(kChunkSize), false));
        bytes = bytes.subspan(kChunkSize);
        continue;
      }
      const std::size_t count = std::min(bytes.size(), kChunkSize - held_.size());
      held_.insert(held_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      bytes = bytes.subspan(count);
    }
    return {};
  }

  Status finish() override {
    HF_TRY(seal(held_, true));
    HF_TRY(flush());
    return next_.finish();
  }

 private:
  Status seal(ByteView plain, bool last) {
    if (sealed_.size() - filled_ < kSealedSize) HF_TRY(flush());
    aead_.seal(chunk_nonce(number_++, last), plain, sealed_.data() + filled_);
    filled_ += plain.size() + kTagSize;
    return {};
  }

  Status flush() {
    const ByteView full = ByteView(sealed_).first(filled_);
    filled_ = 0;
    return next_.write(full);
  }

  Aead aead_;
  ByteSink& next_;
  std::uint64_t number_ = 0;
  Bytes held_;    // plain text not sealed yet, at most one chunk
  Bytes sealed_;  // chunks not handed on yet
  std::size_t filled_ = 0;
};

Status check(const EncryptTo& to) {
  if (!to.recipients.empty() && !to.passphrase.empty()) {
    return fail(Code::usage, "an age file is for recipients or for a passphrase, not for both");
  }
  if (to.recipients.empty() && to.passphrase.empty())
    return fail(Code::usage, "encryption needs a recipient or a passphrase");
  if (to.recipients.size() > kMaxStanzas) {
    return fail(Code::usage, "{} recipients are more than the {} an age file may have here", to.recipients.size(),
                kMaxStanzas);
  }
  if (!to.passphrase.empty() && (to.scrypt_log_n < 1 || to.scrypt_log_n > kMaxScryptLogN)) {
    return fail(Code::usage, "the scrypt work factor {} is not between 1 and {}", to.scrypt_log_n, kMaxScryptLogN);
  }
  return {};
}

Result<std::vector<Stanza>> wrap(const FileKey& file_key, const EncryptTo& to, os::Random& random) {
  std::vector<Stanza> stanzas;
  for (const Recipient& recipient : to.recipients) {
    HF_ASSIGN(Stanza stanza, wrap_for_recipient(file_key, recipient, random));
    stanzas.push_back(std::move(stanza));
  }
  if (!to.passphrase.empty()) {
    HF_ASSIGN(Stanza stanza, wrap_for_passphrase(file_key, to.passphrase, to.scrypt_log_n, random));
    stanzas.push_back(std::move(stanza));
  }
  return stanzas;
}

}  // namespace

Result<std::unique_ptr<ByteSink>> make_encryptor(const EncryptTo& to, os::Random& random, ByteSink& next) {
  HF_TRY(check(to));
  FileKey file_key;
  random.fill(file_key.span());
  Header header;
  HF_ASSIGN(header.stanzas, wrap(file_key, to, random));
  header.mac = hmac_sha256(header_mac_key(file_key).view(), as_bytes(authenticated_part(header.stanzas)));
  std::array<std::uint8_t, kPayloadNonceSize> nonce{};
  random.fill(nonce);
  HF_TRY(next.write(as_bytes(serialize(header))));
  HF_TRY(next.write(nonce));
  return std::unique_ptr<ByteSink>(std::make_unique<Encryptor>(payload_key(file_key, nonce), next));
}

}  // namespace holdfast::pipeline::age
