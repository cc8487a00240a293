#include "work/container/workspace.h"

#include <utility>

#include "base/bytes.h"
#include "base/log.h"
#include "control/reconcile/objects.h"

namespace holdfast::work {
namespace {

constexpr std::string_view kPrefix = "container-";

}  // namespace

Result<Workspace> Workspace::make(os::FileSystem& files, const std::string& spool_directory,
                                  std::string_view operation) {
  const std::string name = std::string(kPrefix) + control::short_hash(operation);
  Workspace workspace(files, os::join_path(spool_directory, name));
  HF_TRY(os::remove_tree(files, workspace.path_));
  HF_TRY(files.make_directories(workspace.backup_directory(), 0700));
  HF_TRY(files.make_directories(workspace.ca_directory(), 0700));
  return workspace;
}

Workspace::Workspace(Workspace&& other) noexcept
    : files_(other.files_), path_(std::exchange(other.path_, std::string())) {}

Workspace::~Workspace() {
  if (path_.empty()) return;
  const Status removed = os::remove_tree(*files_, path_);
  if (!removed)
    log::event(log::Level::warning, "container.clean", {{"path", path_}, {"error", removed.error().to_string()}});
}

std::string Workspace::backup_directory() const {
  return os::join_path(path_, "backup");
}

std::string Workspace::ca_directory() const {
  return os::join_path(path_, "ca-bundle");
}

Status Workspace::write_ca_bundle(std::string_view pem) const {
  return os::write_file_atomically(*files_, os::join_path(ca_directory(), "ca-bundle.pem"), as_bytes(pem));
}

Status remove_workspaces(os::FileSystem& files, const std::string& spool_directory) {
  HF_ASSIGN(const std::vector<std::string> names, files.list(spool_directory));
  for (const std::string& each : names) {
    if (each.starts_with(kPrefix)) HF_TRY(os::remove_tree(files, os::join_path(spool_directory, each)));
  }
  return {};
}

}  // namespace holdfast::work
