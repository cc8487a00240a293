// MD5 (OpenSSL), only where a protocol asks for it: S3's Content-MD5 and ETags. Not for anything that must resist an
// attacker.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace holdfast {

using Md5Digest = std::array<std::uint8_t, 16>;

Md5Digest md5(ByteView bytes);

}  // namespace holdfast
