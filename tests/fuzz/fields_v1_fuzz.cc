// Any JSON as set of fields: reading never crashes, what it accepts is written canonically, and the laws of sets hold.
#include "fuzz/patch_input.h"

#include "api/patch/field_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const auto input = fuzz::read_patch_input(data, size);
  if (!input) return 0;
  const auto a = api::FieldSet::parse(input->object);
  const auto b = api::FieldSet::parse(input->patch);
  if (!a || !b) return 0;
  const auto again = api::FieldSet::parse(a->to_json());
  fuzz::require(again && *again == *a);
  fuzz::require(unite(subtract(*a, *b), intersect(*a, *b)) == *a);
  fuzz::require(unite(*a, *b) == unite(*b, *a));
  fuzz::require(subtract(unite(*a, *b), *b) == subtract(*a, *b));
  a->for_each([&](const api::FieldPath& path) { fuzz::require(a->has(path) && !api::path_text(path).empty()); });
  return 0;
}
