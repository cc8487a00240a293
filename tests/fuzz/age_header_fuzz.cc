// Any bytes as an age header: parsing never crashes, what it accepts has one spelling only, and reading it from a
// stream agrees with parsing it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "pipeline/age_header.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::pipeline::age;
  MemorySource source({data, size});
  const auto read = read_header(source);
  const auto whole = parse_header(as_text({data, size}));
  if (whole) require(read && read->rest.empty() && serialize(*whole) == as_text({data, size}));
  if (!read) return 0;
  require(as_text({data, size}).starts_with(read->text));
  const auto header = parse_header(read->text);
  if (!header) return 0;
  require(serialize(*header) == read->text);
  require(authenticated_part(header->stanzas).size() == read->text.size() - kMacSuffixSize);
  return 0;
}
