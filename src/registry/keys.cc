#include "registry/keys.h"

#include <array>

#include <fmt/format.h>

namespace holdfast::registry {
namespace {

constexpr std::string_view kCore = "core";
constexpr std::string_view kNone = "_";

}  // namespace

std::string object_key(const api::Kind& kind, const ObjectId& id) {
  return kind_prefix(kind, kind.namespaced ? id.name_space : std::string(kNone)) + id.name;
}

std::string kind_prefix(const api::Kind& kind, std::string_view name_space) {
  const std::string& group = kind.group_version.group;
  std::string prefix =
      fmt::format("{}{}/{}/", kObjectPrefix, group.empty() ? kCore : std::string_view(group), kind.plural);
  if (!name_space.empty()) prefix += fmt::format("{}/", name_space);
  return prefix;
}

std::optional<KeyParts> parse_key(std::string_view key) {
  if (!key.starts_with(kObjectPrefix)) return std::nullopt;
  key.remove_prefix(kObjectPrefix.size());
  std::array<std::string_view, 3> parts;
  for (std::string_view& part : parts) {
    const std::size_t slash = key.find('/');
    if (slash == std::string_view::npos || slash == 0) return std::nullopt;
    part = key.substr(0, slash);
    key.remove_prefix(slash + 1);
  }
  if (key.empty() || key.find('/') != std::string_view::npos) return std::nullopt;
  return KeyParts{.group = parts[0] == kCore ? std::string_view() : parts[0],
                  .plural = parts[1],
                  .name_space = parts[2] == kNone ? std::string_view() : parts[2],
                  .name = key};
}

}  // namespace holdfast::registry
