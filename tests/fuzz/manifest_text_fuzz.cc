// Any text as objects that people write: it is read or refused, and what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "client/manifest.h"

#include "base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text = as_text({data, size});
  const auto documents = client::read_documents(text);
  if (!documents) {
    if (documents.error().code != Code::usage) std::abort();
    return 0;
  }
  for (const json::Value& document : *documents) {
    if (!document.is_object()) continue;
    const auto again = client::read_documents(json::to_string(document));
    if (!again || again->size() != 1) std::abort();
  }
  const auto manifests = client::read_manifests(text, "input");
  if (manifests && manifests->size() > size) std::abort();
  return 0;
}
