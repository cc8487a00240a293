// Private to pipeline/: Bech32 (BIP 173) without its limit on length, which is how age writes its keys. Only what is
// returned outlives a call: intermediate copies are wiped.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::pipeline {

struct Bech32 {
  std::string prefix;  // before the last '1', in the case it was written in
  Bytes data;
};

// `prefix` in lower case; so is the result.
std::string bech32_encode(std::string_view prefix, ByteView data);

// No value when the text mixes cases, has a character that does not belong, a wrong checksum or padding that is not
// zero.
std::optional<Bech32> bech32_decode(std::string_view text);

}  // namespace holdfast::pipeline
