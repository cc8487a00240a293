// Rules of launchers and of the tokens they join with.
#include <fmt/format.h>

#include "api/causes.h"
#include "api/launcher_token.h"
#include "api/rule_check.h"

namespace holdfast::api {
namespace {

Status check_join_place(RuleCheck& check) {
  const std::string_view cluster = check.text({"spec", "join", "cluster"});
  const std::string_view seed = check.text({"spec", "join", "seed"});
  if (cluster.empty() && seed.empty())
    check.refuse(causes::required("spec.join.cluster", "either a cluster or a Seed"));
  if (!cluster.empty() && !seed.empty())
    check.refuse(causes::forbidden("spec.join.seed", "either a cluster or a Seed"));
  if (!check.is_new()) return {};
  if (!cluster.empty()) {
    HF_ASSIGN(const std::optional<json::Value> found, check.objects().get("Cluster", "", cluster));
    if (!found) check.refuse(causes::not_found("spec.join.cluster", cluster));
  }
  if (seed.empty()) return {};
  HF_ASSIGN(const std::vector<json::Value> seeds, check.objects().list("Seed"));
  for (const json::Value& each : seeds) {
    if (text_at(each, {"metadata", "name"}) == seed) return {};
  }
  check.refuse(causes::not_found("spec.join.seed", seed));
  return {};
}

}  // namespace

Status check_launcher(RuleCheck& check) {
  if (check.by_server()) return {};
  if (check.is_new()) {
    check.refuse(causes::forbidden("spec", "launchers register themselves: holdfast launcher token create"));
    return {};
  }
  if (check.changed({"spec"})) check.refuse(causes::forbidden("spec", "the launcher says this when it registers"));
  return {};
}

// Who may let launchers in says so with a field, not with the name of a user: that one stands for this and nothing
// else.
Status check_token(RuleCheck& check) {
  if (!check.is_new() && !check.changed({"spec"})) return {};
  const std::string_view user = check.text({"spec", "user"});
  const bool joins = object_at(check.object(), {"spec", "join"}) != nullptr;
  if (user.starts_with(kLauncherUser))
    check.refuse(causes::invalid("spec.user", json::Value(user), "launchers have credentials of their own"));
  if (!joins) {
    if (user == kJoinUser) check.refuse(causes::required("spec.join", "what launchers may join with this token"));
    return {};
  }
  if (user != kJoinUser)
    check.refuse(
        causes::invalid("spec.user", json::Value(user), fmt::format("must be \"{}\" beside spec.join", kJoinUser)));
  if (array_at(check.object(), {"spec", "groups"}) != nullptr)
    check.refuse(causes::forbidden("spec.groups", "a token to join with has none"));
  if (check.text({"spec", "expirationTime"}).empty())
    check.refuse(causes::required("spec.expirationTime", "a token to join with ends"));
  return check_join_place(check);
}

}  // namespace holdfast::api
