#include "server/pins.h"

#include <fmt/format.h>

#include "api/fields.h"
#include "api/rules.h"

namespace holdfast::server {
namespace {

bool is_pinned(const json::Value& backup) {
  return api::flag_at(backup, {"spec", "pinned"}) && !registry::is_being_deleted(backup);
}

std::string reason_of(const json::Value& backup) {
  const std::string_view reason = api::text_at(backup, {"spec", "pinReason"});
  return reason.empty() ? "" : fmt::format(" (\"{}\")", reason);
}

std::string how_to_unpin(const registry::ObjectId& id) {
  const std::string_view cluster = api::cluster_of_namespace(id.name_space);
  return fmt::format(
      "unpin it first: holdfast backup unpin {} --cluster {}, or kubectl patch backup {} -n {} --type merge -p "
      "'{{\"spec\":{{\"pinned\":false}}}}'",
      id.name, cluster, id.name, id.name_space);
}

}  // namespace

std::function<std::optional<api::ApiError>(const json::Value& object)> pin_objection(const api::Kind& kind) {
  if (kind.kind != "Backup") return {};
  return [&kind](const json::Value& backup) -> std::optional<api::ApiError> {
    if (!is_pinned(backup)) return std::nullopt;
    const registry::ObjectId id = registry::id_of(backup);
    return api::forbidden(kind, id.name, fmt::format("it is pinned{}; {}", reason_of(backup), how_to_unpin(id)));
  };
}

api::ApiResult<void> check_no_pins(registry::Registry& registry, const std::string& name_space) {
  const api::Kind* backups = registry.kinds().find("holdfast.dev", "v1", "backups");
  registry::ListQuery query;
  query.name_space = name_space;
  std::size_t pinned = 0;
  registry::ObjectId first;
  std::string reason;
  const auto listed = registry.list(*backups, query, [&](const json::Value& backup) {
    if (!is_pinned(backup)) return;
    if (pinned++ > 0) return;
    first = registry::id_of(backup);
    reason = reason_of(backup);
  });
  if (!listed) return tl::unexpected(listed.error());
  if (pinned == 0) return {};
  const api::Kind* namespaces = registry.kinds().find("", "v1", "namespaces");
  const std::string others = pinned == 1 ? "" : fmt::format(" and {} more", pinned - 1);
  return tl::unexpected(api::forbidden(
      *namespaces, name_space,
      fmt::format("pinned Backups lie in it: {}{}{}; {}", first.name, reason, others, how_to_unpin(first))));
}

}  // namespace holdfast::server
