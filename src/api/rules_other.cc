// Rules of secrets, configuration and members.
#include <chrono>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/names.h"
#include "api/rule_check.h"
#include "api/yaml.h"
#include "base/bytes.h"

namespace holdfast::api {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t kMostDataBytes = kMiB;
constexpr std::size_t kMostContainerBytes = 64 * kKiB;
constexpr std::string_view kKeyRule = "must be letters, digits, '-', '_' and '.'";

// The keys of one member and the bytes of its values, as they are written.
std::size_t check_data(RuleCheck& check, const std::string& member) {
  const json::Object* data = object_at(check.object(), {member});
  if (data == nullptr) return 0;
  std::size_t bytes = 0;
  for (const auto& each : *data) {
    if (!is_data_key(each.key())) check.refuse(causes::invalid(member, json::Value(each.key()), kKeyRule));
    bytes += each.key().size() + (each.value().is_string() ? each.value().get_string().size() : 0);
  }
  return bytes;
}

// What was marked as immutable stays so, with its data. Never shows a value.
void check_immutable(RuleCheck& check, std::initializer_list<std::string_view> members) {
  if (check.is_new() || !flag_at(*check.before(), {"immutable"})) return;
  if (!flag_at(check.object(), {"immutable"}))
    check.refuse(causes::forbidden("immutable", "field is immutable when `immutable` is set"));
  for (const std::string_view name : members) {
    if (check.changed({name}))
      check.refuse(causes::forbidden(std::string(name), "field is immutable when `immutable` is set"));
  }
}

void check_container(RuleCheck& check, std::string_view name) {
  const std::string_view text = check.text({"spec", "seedController", name});
  if (text.empty() || !check.changed({"spec", "seedController", name})) return;
  const std::string path = "spec.seedController." + std::string(name);
  const auto container = parse_yaml(text, kMostContainerBytes);
  if (!container)
    return check.refuse(causes::invalid(path, json::Value("…"), "must be YAML: " + container.error().message));
  bool complete = true;
  for (const std::string_view member : {"name", "image"}) {
    if (!text_at(*container, {member}).empty()) continue;
    complete = false;
    check.refuse(causes::invalid(path, json::Value("…"), fmt::format("must be a container with \"{}\"", member)));
  }
  if (complete)
    check.warn(path + ": no image is loaded; the command runs in a sandbox with the programs of the server's machine");
}

}  // namespace

Status check_secret(RuleCheck& check) {
  if (!check.is_new() && check.changed({"type"}))
    check.refuse(causes::immutable("type", json::Value(check.text({"type"}))));
  check_immutable(check, {"data", "stringData"});
  const std::size_t bytes = check_data(check, "data") + check_data(check, "stringData");
  // Base64 takes a third more than what it stands for.
  if (bytes > kMostDataBytes / 3 * 4) check.refuse(causes::too_long("data", kMostDataBytes));
  return {};
}

Status check_config_map(RuleCheck& check) {
  check_immutable(check, {"data", "binaryData"});
  const std::size_t bytes = check_data(check, "data") + check_data(check, "binaryData");
  if (bytes > kMostDataBytes) check.refuse(causes::too_long("data", kMostDataBytes));
  const json::Object* data = object_at(check.object(), {"data"});
  const json::Object* binary = object_at(check.object(), {"binaryData"});
  if (data == nullptr || binary == nullptr) return {};
  for (const auto& each : *binary) {
    if (data->contains(each.key())) check.refuse(causes::duplicate("binaryData", json::Value(each.key())));
  }
  return {};
}

Status check_configuration(RuleCheck& check) {
  check_container(check, "backupStoreContainer");
  check_container(check, "backupDeleteContainer");
  check_duration(check, "spec.seedController.backupInterval", check.text({"spec", "seedController", "backupInterval"}),
                 minutes(1), hours(24 * 366));
  return {};
}

Status check_member(RuleCheck& check) {
  const bool has_user = !check.text({"spec", "user"}).empty();
  const bool has_group = !check.text({"spec", "group"}).empty();
  if (!has_user && !has_group) check.refuse(causes::required("spec.user", "either a user or a group"));
  if (has_user && has_group) check.refuse(causes::forbidden("spec.group", "either a user or a group"));
  const std::string_view project = check.text({"spec", "project"});
  const std::string_view role = check.text({"spec", "role"});
  const bool everywhere = role == "admin" || role == "metrics";
  if (everywhere && !project.empty())
    check.refuse(
        causes::forbidden("spec.project", role == "admin" ? "an admin has no project" : "metrics are of all projects"));
  if (!everywhere && project.empty()) check.refuse(causes::required("spec.project", "the project of the role"));
  if (everywhere || project.empty() || !check.changed({"spec", "project"})) return {};
  HF_ASSIGN(const std::optional<json::Value> found, check.objects().get("Project", "", project));
  if (!found) check.refuse(causes::not_found("spec.project", project));
  return {};
}

}  // namespace holdfast::api
