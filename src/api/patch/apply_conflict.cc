#include "api/patch/apply_conflict.h"

#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/path.h"
#include "model/json.h"

namespace holdfast::api {
namespace {

// Beyond these only the number of conflicts is told.
constexpr std::size_t kMaxShown = 100;
constexpr std::size_t kMaxPathText = 300;

// `"curl" with subresource "status" using v1`
std::string owner_text(const ManagedEntry& owner) {
  std::string text = json::to_string(json::Value(owner.manager));
  if (!owner.subresource.empty()) {
    text += fmt::format(" with subresource {}", json::to_string(json::Value(owner.subresource)));
  }
  if (owner.operation == ManagerOperation::update) text += fmt::format(" using {}", owner.api_version);
  return text;
}

}  // namespace

ApiError apply_conflict(const std::vector<ApplyConflict>& conflicts) {
  std::size_t count = 0;
  std::map<std::string, std::vector<std::string>> paths;  // by owner
  ApiError error{.code = 409, .reason = "Conflict", .message = {}};
  for (const ApplyConflict& conflict : conflicts) {
    const std::string owner = owner_text(*conflict.owner);
    conflict.fields.for_each([&](const FieldPath& path) {
      if (++count > kMaxShown) return;
      std::string text = shortened(path_text(path), kMaxPathText);
      paths[owner].push_back("- " + text);
      error.causes.push_back({"FieldManagerConflict", "conflict with " + owner, std::move(text)});
    });
  }
  if (count == 1) {
    const Cause& only = error.causes.front();
    error.message = fmt::format("Apply failed with 1 conflict: {}: {}", only.message, only.field);
    return error;
  }
  std::vector<std::string> owners;
  owners.reserve(paths.size());
  for (const auto& [owner, lines] : paths) {
    owners.push_back(fmt::format("conflicts with {}:\n{}", owner, fmt::join(lines, "\n")));
  }
  error.message = fmt::format("Apply failed with {} conflicts: {}", count, fmt::join(owners, "\n"));
  return error;
}

}  // namespace holdfast::api
