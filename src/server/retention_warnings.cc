#include "server/retention_warnings.h"

#include "api/fields.h"
#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/retention_preview.h"

namespace holdfast::server {

void warn_of_removals(Call& call, const json::Value& config) {
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
