// Any JSON patch on any document: never a crash, and what comes out can be stored and read again.
#include "fuzz/patch_input.h"

#include "api/patch/json_patch.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const auto input = fuzz::read_patch_input(data, size);
  if (!input) return 0;
  const auto result = api::apply_json_patch(input->object, input->patch);
  if (result) {
    fuzz::require_readable(*result);
  } else {
    fuzz::require(result.error().code == 400 || result.error().code == 422);
    fuzz::require(result.error().message.size() < 1000);
  }
  return 0;
}
