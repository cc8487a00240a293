// Age files for tests, well-formed and otherwise, with a file key that the test knows.
#pragma once

#include <string>
#include <vector>

#include "test_streams.h"

#include "pipeline/age.h"
#include "pipeline/age_crypto.h"
#include "pipeline/age_header.h"
#include "pipeline/age_payload.h"
#include "pipeline/age_stanza.h"

namespace holdfast::pipeline::age {

inline FileKey test_file_key() {
  FileKey key;
  std::fill(key.bytes.begin(), key.bytes.end(), std::uint8_t{0x42});
  return key;
}

// A header whose MAC fits its text, whatever the text says. `stanzas` are its lines between version and MAC.
inline Bytes header_of(const std::string& stanzas) {
  const std::string text = std::string(kVersionLine) + stanzas + "---";
  const auto mac = hmac_sha256(header_mac_key(test_file_key()).view(), as_bytes(text));
  return to_bytes(text + " " + to_base64(mac, false) + "\n");
}

struct PlainChunk {
  Bytes bytes;
  bool last = false;
};

// Nonce and sealed chunks, numbered in order.
inline Bytes payload_of(const std::vector<PlainChunk>& chunks) {
  Bytes payload = noise(kPayloadNonceSize, 77);
  Aead aead(payload_key(test_file_key(), payload));
  std::uint64_t number = 0;
  for (const PlainChunk& chunk : chunks) {
    Bytes sealed(chunk.bytes.size() + kTagSize);
    aead.seal(chunk_nonce(number++, chunk.last), chunk.bytes, sealed.data());
    payload.insert(payload.end(), sealed.begin(), sealed.end());
  }
  return payload;
}

// The text of one stanza.
inline std::string text_of(const Stanza& stanza) {
  std::string text = authenticated_part({stanza});
  return text.substr(kVersionLine.size(), text.size() - kVersionLine.size() - 3);
}

inline Stanza stanza_for(const Identity& identity) {
  test::FixedRandom random(5);
  return *wrap_for_recipient(test_file_key(), identity.recipient(), random);
}

inline Identity test_identity(std::uint64_t seed = 1) {
  test::FixedRandom random(seed);
  return Identity::generate(random);
}

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Bytes encrypt(ByteView plain, const EncryptTo& to, const std::vector<std::size_t>& pieces = {}) {
  test::FixedRandom random(3);
  MemorySink sink(1024 * kMiB);
  auto encryptor = make_encryptor(to, random, sink);
  if (!encryptor || !write_in_pieces(**encryptor, plain, pieces)) return {};
  return sink.take();
}

inline Result<Bytes> decrypt(const Bytes& file, const DecryptWith& with, const std::vector<std::size_t>& pieces = {}) {
  PieceSource source(file, pieces);
  HF_ASSIGN(const auto decryptor, make_decryptor(with, source));
  return read_in_pieces(*decryptor, pieces);
}

inline DecryptWith with_identity(const Identity& identity) {
  return {.identities = {identity}, .passphrase = {}};
}
inline EncryptTo to_identity(const Identity& identity) {
  return {.recipients = {identity.recipient()}, .passphrase = {}};
}

}  // namespace holdfast::pipeline::age
