// Any text, as a manifest and as what stands before a manifest's digest: decoding never crashes, and what it accepts is
// encoded as a manifest that decodes to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "base/sha256.h"
#include "repository/manifest.h"

namespace {

using holdfast::repository::decode_manifest;
using holdfast::repository::encode_manifest;

void require(bool holds) {
  if (!holds) std::abort();
}

void try_decoding(const std::string& text) {
  const auto manifest = decode_manifest(text);
  if (!manifest) return;
  const std::string encoded = encode_manifest(*manifest);
  if (encoded.size() > holdfast::repository::kMaxManifestSize) return;  // control characters grow when they are escaped
  const auto again = decode_manifest(encoded);
  require(again.has_value());
  require(encode_manifest(*again) == encoded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(holdfast::as_text({data, size}));
  try_decoding(text);
  const std::string digest = holdfast::to_hex(holdfast::Sha256::of(holdfast::as_bytes(text)));
  try_decoding(text + "  \"manifestSha256\": \"" + digest + "\"\n}\n");
  return 0;
}
