// Any bytes as an age file, opened with an identity and a passphrase that fit the corpus: never crashes, and whoever
// could not know the keys only gets back what the corpus holds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "pipeline/age.h"

namespace {

constexpr std::string_view kIdentity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::pipeline;
  static const age::DecryptWith with{
      .identities = {*age::Identity::parse(kIdentity)}, .passphrase = Secret("fuzz"), .max_scrypt_log_n = 4};
  MemorySource source({data, size});
  const auto decryptor = age::make_decryptor(with, source);
  if (!decryptor) return 0;
  const auto plain = read_all(**decryptor, 16 * kMiB);
  if (plain && plain->size() >= size) std::abort();  // a file is larger than what is in it
  return 0;
}
