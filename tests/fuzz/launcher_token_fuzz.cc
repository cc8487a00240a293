// Any text as a launcher's bearer token: whose it is said to be can be the name of an object, and stands in it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "api/launcher_token.h"
#include "api/names.h"
#include "base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text = as_text({data, size});
  const auto whose = api::launcher_of_token(text);
  if (!whose) return 0;
  const bool named = api::is_dns_subdomain(whose->cluster) && api::is_dns_subdomain(whose->name);
  if (!named || !text.starts_with("hfl_" + whose->cluster + "/" + whose->name + ".")) std::abort();
  return 0;
}
