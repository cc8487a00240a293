// Any text as the header Accept and as a column's path.
#include <cstddef>
#include <cstdint>

#include "api/accept.h"
#include "api/json_path.h"
#include "base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = holdfast::as_text({data, size});
  holdfast::api::negotiate(text);
  holdfast::api::negotiate_discovery(text);
  holdfast::api::wants_protobuf(text);
  static const holdfast::json::Value document =
      holdfast::json::Object{{"a", holdfast::json::Array{holdfast::json::Object{{"b", "c"}}, "d"}}};
  if (const auto path = holdfast::api::JsonPath::parse(text)) path->find(document);
  return 0;
}
