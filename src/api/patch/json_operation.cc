#include "api/patch/json_operation.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/patch/unprocessable.h"

namespace holdfast::api {
namespace {

using Problem = tl::unexpected<std::string>;

tl::expected<std::string, std::string> text_member(const json::Object& operation, std::string_view name) {
  const json::Value* value = operation.if_contains(name);
  if (value == nullptr) return Problem(fmt::format("\"{}\" is missing", name));
  if (!value->is_string()) return Problem(fmt::format("\"{}\" is not a string", name));
  return std::string(value->get_string());
}

tl::expected<JsonPointer, std::string> read_pointer(std::string_view text) {
  auto pointer = JsonPointer::parse(text);
  if (!pointer) return Problem(fmt::format("{} is no JSON pointer of at most {} parts", quoted(text), kMaxLevels));
  return *std::move(pointer);
}

tl::expected<PatchVerb, std::string> read_verb(const json::Object& operation) {
  const auto name = text_member(operation, "op");
  if (!name) return Problem(name.error());
  const auto* const known = std::find(kPatchVerbs.begin(), kPatchVerbs.end(), *name);
  if (known == kPatchVerbs.end()) return Problem(fmt::format("{} is no operation", quoted(*name)));
  return static_cast<PatchVerb>(known - kPatchVerbs.begin());
}

// The members that only some verbs have.
tl::expected<void, std::string> read_operands(const json::Object& object, JsonOperation& operation) {
  const PatchVerb verb = operation.verb;
  if (verb == PatchVerb::move || verb == PatchVerb::copy) {
    const auto from = text_member(object, "from");
    if (!from) return Problem(from.error());
    auto pointer = read_pointer(*from);
    if (!pointer) return Problem(pointer.error());
    operation.from = *std::move(pointer);
  } else if (verb != PatchVerb::remove) {
    operation.value = object.if_contains("value");
    if (operation.value == nullptr) return Problem("\"value\" is missing");
  }
  return {};
}

}  // namespace

tl::expected<JsonOperation, std::string> JsonOperation::read(const json::Value& operation) {
  const auto* object = operation.if_object();
  if (object == nullptr) return Problem("is not an object");
  const auto verb = read_verb(*object);
  if (!verb) return Problem(verb.error());
  const auto place = text_member(*object, "path");
  if (!place) return Problem(place.error());
  auto path = read_pointer(*place);
  if (!path) return Problem(path.error());
  JsonOperation read{.verb = *verb, .path = *std::move(path), .from = {}, .place = *place};
  if (const auto operands = read_operands(*object, read); !operands) return Problem(operands.error());
  return read;
}

}  // namespace holdfast::api
