// Any bytes as a protobuf body of the API: decoding never crashes, and what it accepts is JSON that can be written and
// read, with the kind and version the bytes say.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "api/object.h"
#include "api/protobuf/decoder.h"
#include "base/bytes.h"
#include "model/json.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  // Most inputs lack the four bytes that every body begins with; they are not what is interesting.
  const std::string body = std::string("k8s\0", 4) + std::string(as_text({data, size}));
  const auto object = api::decode_protobuf(as_bytes(body));
  if (!object) {
    require(object.error().code == 400 && object.error().message.size() < 600);
    return 0;
  }
  require(object->is_object() && json::get_string(object->get_object(), "kind").has_value());
  std::vector<std::string> duplicates;
  const auto again = json::parse_with_duplicates(json::to_string(*object), {64 * kMiB, 64}, duplicates);
  require(again && duplicates.empty());
  return 0;
}
