#include "api/patch/json_patch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "api/patch/json_operation.h"
#include "api/patch/unprocessable.h"
#include "model/json_canonical.h"

namespace holdfast::api {
namespace {

using Done = tl::expected<void, std::string>;
using Problem = tl::unexpected<std::string>;

// How much there is in a value.
struct Extent {
  std::uint64_t bytes = 0;  // of its text, about
  std::uint64_t values = 1;
  std::size_t levels = 0;  // of lists and objects
};

Extent measure(const json::Value& value) {
  Extent whole{.bytes = value.is_string() ? value.get_string().size() + 2 : 8};
  const auto add = [&](const json::Value& part, std::size_t name) {
    const Extent extent = measure(part);
    whole.bytes += extent.bytes + name;
    whole.values += extent.values;
    whole.levels = std::max(whole.levels, extent.levels + 1);
  };
  if (value.is_object() || value.is_array()) whole.levels = 1;
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      add(member.value(), member.key().size() + 4);
    }
  } else if (const auto* array = value.if_array()) {
    for (const json::Value& element : *array) {
      add(element, 1);
    }
  }
  return whole;
}

class PatchRun {
 public:
  PatchRun(json::Value document, const JsonPatchLimits& limits)
      : document_(std::move(document)), bytes_left_(limits.copied_bytes), steps_left_(limits.steps) {}

  Done apply(const JsonOperation& operation);
  json::Value take() { return std::move(document_); }

 private:
  Done add(const JsonPointer& path, json::Value value, std::size_t levels);
  Done add_to_list(json::Array& list, const std::string& part, json::Value value);
  Done remove(const JsonPointer& path);
  Done replace(const JsonPointer& path, const json::Value& value);
  Done copy(const JsonOperation& operation);
  Done move(const JsonOperation& operation);
  Done test(const JsonOperation& operation);
  Done spend(std::uint64_t steps);

  json::Value document_;
  std::uint64_t bytes_left_;
  std::uint64_t steps_left_;
};

Problem missing() {
  return Problem("the place does not exist");
}

Done PatchRun::spend(std::uint64_t steps) {
  if (steps > steps_left_) return Problem("the patch is too much work");
  steps_left_ -= steps;
  return {};
}

Done PatchRun::apply(const JsonOperation& operation) {
  switch (operation.verb) {
    case PatchVerb::add: {
      const Extent extent = measure(*operation.value);
      return add(operation.path, *operation.value, extent.levels);
    }
    case PatchVerb::remove:
      return remove(operation.path);
    case PatchVerb::replace:
      return replace(operation.path, *operation.value);
    case PatchVerb::move:
      return move(operation);
    case PatchVerb::copy:
      return copy(operation);
    case PatchVerb::test:
      return test(operation);
  }
  return {};
}

Done PatchRun::add(const JsonPointer& path, json::Value value, std::size_t levels) {
  if (path.parts.size() + levels > kMaxLevels) return Problem(fmt::format("deeper than {} levels", kMaxLevels));
  if (path.parts.empty()) {
    document_ = std::move(value);
    return {};
  }
  json::Value* parent = path.find_parent(document_);
  if (parent == nullptr) return missing();
  if (auto* list = parent->if_array()) return add_to_list(*list, path.parts.back(), std::move(value));
  auto* object = parent->if_object();
  if (object == nullptr) return missing();
  object->insert_or_assign(path.parts.back(), std::move(value));
  return {};
}

Done PatchRun::add_to_list(json::Array& list, const std::string& part, json::Value value) {
  const auto index = part == "-" ? list.size() : list_index(part);
  if (!index || *index > list.size()) return missing();
  if (Done affordable = spend(list.size() - *index); !affordable) return affordable;
  list.insert(list.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
  return {};
}

Done PatchRun::remove(const JsonPointer& path) {
  if (path.parts.empty()) return Problem("the whole document cannot be removed");
  if (path.find(document_) == nullptr) return missing();
  json::Value& parent = *path.find_parent(document_);
  const std::size_t size = parent.is_array() ? parent.get_array().size() : parent.get_object().size();
  if (Done affordable = spend(size); !affordable) return affordable;
  if (auto* list = parent.if_array()) {
    list->erase(list->begin() + static_cast<std::ptrdiff_t>(*list_index(path.parts.back())));
  } else {
    parent.get_object().stable_erase(parent.get_object().find(path.parts.back()));
  }
  return {};
}

Done PatchRun::replace(const JsonPointer& path, const json::Value& value) {
  if (path.parts.size() + measure(value).levels > kMaxLevels)
    return Problem(fmt::format("deeper than {} levels", kMaxLevels));
  json::Value* target = path.find(document_);
  if (target == nullptr) return missing();
  *target = value;
  return {};
}

Done PatchRun::copy(const JsonOperation& operation) {
  const json::Value* source = operation.from.find(document_);
  if (source == nullptr) return Problem("the place to copy from does not exist");
  const Extent extent = measure(*source);
  if (Done affordable = spend(extent.values); !affordable) return affordable;
  if (extent.bytes > bytes_left_) return Problem("the patch copies too much");
  bytes_left_ -= extent.bytes;
  return add(operation.path, json::Value(*source), extent.levels);
}

Done PatchRun::move(const JsonOperation& operation) {
  if (operation.path.is_below(operation.from)) return Problem("a value cannot be moved into itself");
  json::Value* source = operation.from.find(document_);
  if (source == nullptr) return Problem("the place to move from does not exist");
  if (operation.path.parts == operation.from.parts) return {};
  const Extent extent = measure(*source);
  if (Done affordable = spend(extent.values); !affordable) return affordable;
  json::Value value = std::move(*source);
  if (Done removed = remove(operation.from); !removed) return removed;
  return add(operation.path, std::move(value), extent.levels);
}

Done PatchRun::test(const JsonOperation& operation) {
  const json::Value* target = operation.path.find(document_);
  if (target == nullptr) return missing();
  if (!json::equal(*target, *operation.value)) return Problem("the value there is another");
  return {};
}

}  // namespace

ApiResult<json::Value> apply_json_patch(json::Value document, const json::Value& patch, const JsonPatchLimits& limits) {
  const auto* operations = patch.if_array();
  if (operations == nullptr) return tl::unexpected(bad_request("a JSON patch is a list of operations"));
  if (operations->size() > limits.operations) {
    return tl::unexpected(inapplicable_patch(
        fmt::format("{} operations are more than the {} allowed", operations->size(), limits.operations)));
  }
  PatchRun run(std::move(document), limits);
  for (std::size_t i = 0; i < operations->size(); ++i) {
    const auto operation = JsonOperation::read((*operations)[i]);
    if (!operation)
      return tl::unexpected(bad_request(fmt::format("JSON patch operation {}: {}", i, operation.error())));
    if (const Done done = run.apply(*operation); !done) {
      const std::string_view verb = kPatchVerbs.at(static_cast<std::size_t>(operation->verb));
      return tl::unexpected(
          inapplicable_patch(fmt::format("operation {}, {} {}: {}", i, verb, quoted(operation->place), done.error())));
    }
  }
  return run.take();
}

}  // namespace holdfast::api
