// Any strategic merge patch on any Secret: never a crash, no larger than both together, and readable.
#include "fuzz/patch_input.h"

#include "api/kind.h"
#include "api/patch/strategic_merge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  static const auto kinds = api::Kinds::load();
  static const api::Kind* secret = kinds ? kinds->find_kind("v1", "Secret") : nullptr;
  fuzz::require(secret != nullptr);
  const auto input = fuzz::read_patch_input(data, size);
  if (!input) return 0;
  const auto result = api::apply_strategic_merge(*secret->schema, input->object, input->patch);
  if (result) {
    fuzz::require_readable(*result);
    fuzz::require(json::to_string(*result).size() <=
                  json::to_string(input->object).size() + json::to_string(input->patch).size());
  } else {
    fuzz::require(result.error().code == 400);
  }
  return 0;
}
