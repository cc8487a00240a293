// Any configuration applied to any object of a kind with lists, maps and unknown fields: never a crash; what comes out
// is readable; and applied again it changes nothing.
#include "fuzz/patch_input.h"

#include "api/kind.h"
#include "api/patch/managed_fields.h"
#include "api/patch/server_side_apply.h"
#include "api/patch/track_write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  static const auto kinds = api::Kinds::load();
  static const api::Kind* kind = kinds ? kinds->find_kind("kubermatic.k8c.io/v1", "Cluster") : nullptr;
  fuzz::require(kind != nullptr);
  const auto input = fuzz::read_patch_input(data, size);
  if (!input || !input->object.is_object()) return 0;
  const auto live = api::track_write(*kind, nullptr, input->object, {"writer", "", "2026-11-21T10:00:00Z"});
  if (!live) return 0;
  fuzz::require(json::to_string(*live).size() <= 64 * (size + 64));
  const api::ApplyRequest request{
      .manager = "kubectl", .force = true, .subresource = {}, .now = "2026-11-21T11:00:00Z"};
  const auto once = api::server_side_apply(*kind, &*live, input->patch, request);
  if (!once) {
    fuzz::require(once.error().code == 400 || once.error().code == 409 || once.error().code == 422);
    return 0;
  }
  fuzz::require_readable(*once);
  const auto twice = api::server_side_apply(*kind, &*once, input->patch, request);
  fuzz::require(twice && json::equal(*twice, *once));
  return 0;
}
