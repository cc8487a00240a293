// Private to pipeline/: how the payload of an age file is cut and numbered.
#pragma once

#include <cstdint>

#include "pipeline/age_crypto.h"

namespace holdfast::pipeline::age {

constexpr std::size_t kPayloadNonceSize = 16;
constexpr std::size_t kChunkSize = 64 * kKiB;               // of plain text; the last one may be shorter
constexpr std::size_t kSealedSize = kChunkSize + kTagSize;  // of a full chunk
constexpr std::size_t kBatch = 8;                           // chunks handled between two calls of the neighbour

inline Key payload_key(const FileKey& file_key, ByteView nonce) {
  return hkdf(file_key.view(), nonce, "payload");
}
inline Key header_mac_key(const FileKey& file_key) {
  return hkdf(file_key.view(), {}, "header");
}

// An 11-byte big-endian number and a byte that is 1 for the last chunk. 2^64 chunks are more than any file has.
inline Nonce chunk_nonce(std::uint64_t number, bool last) {
  Nonce nonce{};
  store_be64(nonce.data() + 3, number);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

}  // namespace holdfast::pipeline::age
