#include <algorithm>

#include "pipeline/age.h"
#include "pipeline/age_header.h"
#include "pipeline/age_payload.h"
#include "pipeline/age_stanza.h"

namespace holdfast::pipeline::age {
namespace {

// A chunk is the last one exactly when the stream ends behind it: one byte is read ahead to know.
class Decryptor final : public ByteSource {
 public:
  // `rest` was read from `from` already: the payload's bytes behind its nonce.
  Decryptor(const Key& key, Bytes rest, ByteSource& from) : aead_(key), from_(from), sealed_(std::move(rest)) {
    end_ = sealed_.size();
    sealed_.resize(std::max(end_, kBatch * kSealedSize + 1));
    plain_.reserve(kChunkSize);
  }

  Result<std::size_t> read(ByteSpan into) override {
    if (failed_) return tl::unexpected<Error>(*failed_);
    auto count = next(into);
    if (!count) failed_ = count.error();
    return count;
  }

 private:
  Result<std::size_t> next(ByteSpan into) {
    if (given_ == plain_.size()) {
      if (ended_) return 0U;
      HF_ASSIGN(const ByteView chunk, next_chunk());
      const std::size_t size = chunk.size() - kTagSize;
      // Straight into the caller's memory where it fits; open() wipes it there when the tag is wrong.
      if (into.size() >= size && size > 0) {
        HF_TRY(open(chunk, into.data()));
        return size;
      }
      given_ = 0;
      plain_.resize(size);
      HF_TRY(open(chunk, plain_.data()));
    }
    const std::size_t count = std::min(into.size(), plain_.size() - given_);
    std::copy_n(plain_.begin() + static_cast<std::ptrdiff_t>(given_), count, into.begin());
    given_ += count;
    return count;
  }

  // The next sealed chunk; sets ended_ when it is the last. It is valid until the next call.
  Result<ByteView> next_chunk() {
    if (end_ - begin_ <= kSealedSize) HF_TRY(refill());
    const std::size_t size = std::min(end_ - begin_, kSealedSize);
    ended_ = begin_ + size == end_;
    if (size < kTagSize || (size == kTagSize && number_ > 0)) return fail(Code::corrupt, "age file: it is cut off");
    const ByteView chunk = ByteView(sealed_).subspan(begin_, size);
    begin_ += size;
    return chunk;
  }

  Status refill() {
    std::copy(sealed_.begin() + static_cast<std::ptrdiff_t>(begin_),
              sealed_.begin() + static_cast<std::ptrdiff_t>(end_), sealed_.begin());
    end_ -= begin_;
    begin_ = 0;
    HF_ASSIGN(const std::size_t count, read_full(from_, ByteSpan(sealed_).subspan(end_)));
    end_ += count;
    return {};
  }

  Status open(ByteView chunk, std::uint8_t* plain) {
    if (aead_.open(chunk_nonce(number_, ended_), chunk, plain)) {
      ++number_;
      return {};
    }
    return fail(Code::corrupt, "age file: chunk {} was changed, cut off or extended", number_);
  }

  Aead aead_;
  ByteSource& from_;
  Bytes sealed_;  // [begin_, end_) is not opened yet
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  Bytes plain_;  // of one chunk; [given_, size) is not given out yet
  std::size_t given_ = 0;
  std::uint64_t number_ = 0;
  bool ended_ = false;
  std::optional<Error> failed_;
};

tl::unexpected<Error> nothing_fits(const std::vector<Stanza>& stanzas, const DecryptWith& with) {
  const char* what = "no identity opens this age file";
  if (with.identities.empty()) what = "the passphrase does not open this age file";
  if (with.identities.empty() && with.passphrase.empty())
    what = "the file is encrypted, and neither identity nor passphrase is given";
  if (!with.identities.empty() && !with.passphrase.empty())
    what = "neither an identity nor the passphrase opens this age file";
  return with_hint(fail(Code::refused, "{}", what),
                   "it was encrypted for " + describe_recipients(stanzas) + how_to_open(stanzas));
}

// The file key, proven by the header's MAC.
Result<FileKey> unlock(const ReadHeader& read, const DecryptWith& with) {
  HF_ASSIGN(const Header header, parse_header(read.text));
  HF_TRY(check_stanzas(header.stanzas));
  HF_ASSIGN(const auto file_key, unwrap_file_key(header.stanzas, with));
  if (!file_key) return nothing_fits(header.stanzas, with);
  const auto mac =
      hmac_sha256(header_mac_key(*file_key).view(), as_bytes(read.text).first(read.text.size() - kMacSuffixSize));
  if (!equal_in_constant_time(mac, header.mac)) return fail(Code::corrupt, "age file: the header was changed");
  return *file_key;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> make_decryptor(const DecryptWith& with, ByteSource& from) {
  HF_ASSIGN(ReadHeader read, read_header(from));
  HF_ASSIGN(const FileKey file_key, unlock(read, with));
  Bytes nonce(kPayloadNonceSize);
  MemorySource begun(read.rest);
  HF_ASSIGN(const std::size_t held, read_full(begun, nonce));
  HF_ASSIGN(const std::size_t more, read_full(from, ByteSpan(nonce).subspan(held)));
  if (held + more < nonce.size()) return fail(Code::corrupt, "age file: it is cut off");
  read.rest.erase(read.rest.begin(), read.rest.begin() + static_cast<std::ptrdiff_t>(held));
  return std::unique_ptr<ByteSource>(
      std::make_unique<Decryptor>(payload_key(file_key, nonce), std::move(read.rest), from));
}

bool looks_like_age(ByteView head) {
  return as_text(head).starts_with(kVersionLine);
}

}  // namespace holdfast::pipeline::age
