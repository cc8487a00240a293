#include "launcher/agent/host_facts.h"

#include "model/version.h"
#include "os/host.h"

namespace holdfast::launcher {

LauncherFacts HostFacts::look() {
  LauncherFacts facts;
  facts.host = os::host_name();
  facts.addresses = os::host_addresses();
  facts.launcher_version = std::string(kVersion);
  facts.data_directory = data_directory_;
  if (data_directory_.empty()) return facts;
  if (const auto free = files_.free_bytes(os::parent_path(data_directory_))) facts.free_bytes = *free;
  const auto there = files_.stat(data_directory_);
  facts.has_data = there && *there && (*there)->kind == os::FileKind::directory;
  return facts;
}

}  // namespace holdfast::launcher
