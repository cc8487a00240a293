#include "server/retention_warnings.h"

#include "api/fields.h"
#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/retention_preview.h"

namespace holdfast::server {

namespace {

void warn_of_new_backup(Call& call, const json::Value& operation) {
  const std::string_view config = api::text_at(operation, {"spec", "config"});
  if (call.action.verb != Verb::create || api::text_at(operation, {"spec", "type"}) != "Backup" || config.empty())
    return;
  const auto view = control::load_cluster(call.backend.registry, api::cluster_of_namespace(call.action.name_space));
  if (!view) return;
  std::string sentence = control::preview_backup(config, *view, control::to_instant(call.backend.clock.now()));
  if (!sentence.empty()) call.warnings.push_back(std::move(sentence));
}

}  // namespace

void warn_of_removals(Call& call, const json::Value& config) {
  if (call.kind().kind == "Operation" && call.kind().group_version.group == "holdfast.dev")
    return warn_of_new_backup(call, config);
  const bool is_config =
      call.kind().kind == "EtcdBackupConfig" && call.kind().group_version.group == "kubermatic.k8c.io";
  if (!call.dry_run || !is_config || !call.action.subresource.empty()) return;
  const std::string_view cluster = api::cluster_of_namespace(call.action.name_space);
  const auto view = control::load_cluster(call.backend.registry, cluster);
  if (!view) return;
  for (std::string& each : control::preview_config(config, *view, control::to_instant(call.backend.clock.now())))
    call.warnings.push_back(std::move(each));
}

}  // namespace holdfast::server
