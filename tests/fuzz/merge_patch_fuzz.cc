// Any merge patch on any document: never a crash, and applied again it changes nothing.
#include "fuzz/patch_input.h"

#include "api/patch/merge_patch.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const auto input = fuzz::read_patch_input(data, size);
  if (!input) return 0;
  const json::Value once = api::merge_values(input->object, input->patch);
  fuzz::require_readable(once);
  fuzz::require(fuzz::equal(api::merge_values(once, input->patch), once));
  return 0;
}
