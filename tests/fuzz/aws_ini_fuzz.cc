// Any text as ~/.aws/credentials: parsing never crashes, what it accepts has no empty or unfolded name, and its errors
// do not repeat the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "objectstore/s3/ini_file.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = holdfast::objectstore::s3::parse_ini(holdfast::as_text({data, size}));
  if (!file) {
    require(file.error().message.size() < 80);
    return 0;
  }
  for (const auto& [name, section] : *file) {
    require(name.find('\n') == std::string::npos);
    for (const auto& [key, value] : section) {
      require(key.find_first_of("\nABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos);
      require(value.size() <= size);
    }
  }
  return 0;
}
