// Private to api/: one operation of a JSON patch, read and checked for form.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "api/patch/json_pointer.h"
#include "base/result.h"
#include "model/json.h"

namespace holdfast::api {

enum class PatchVerb { add, remove, replace, move, copy, test };
constexpr std::array<std::string_view, 6> kPatchVerbs{"add", "remove", "replace", "move", "copy", "test"};

struct JsonOperation {
  PatchVerb verb = PatchVerb::test;
  JsonPointer path;
  JsonPointer from;                    // of move and copy
  const json::Value* value = nullptr;  // of add, replace and test; in the patch, which must live on
  std::string place;                   // `path` as it was written, for messages

  // The error says what is wrong with it.
  static tl::expected<JsonOperation, std::string> read(const json::Value& operation);
};

}  // namespace holdfast::api
