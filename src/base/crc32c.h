// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78, initial value and final xor 0xFFFFFFFF): what etcd's snapshot
// status hash, HashKV, WAL and .snap files use. Uses the processor's instruction where there is one.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace holdfast {

// Checksum of `bytes` appended to data whose checksum is `crc` (0 for nothing yet).
std::uint32_t crc32c(std::uint32_t crc, ByteView bytes);

// Checksum of A followed by B, given crc32c(A), crc32c(B) and the length of B in bytes: the checksum is linear.
std::uint32_t crc32c_combine(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t length_b);

}  // namespace holdfast
