// The files of one run of an own container.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::work {

// A directory of its own in the spool directory, mode 0700, for as long as this lives. Named after the operation, so
// that an attempt finds and removes what a crash left of the one before.
class Workspace {
 public:
  static Result<Workspace> make(os::FileSystem& files, const std::string& spool_directory, std::string_view operation);
  ~Workspace();
  Workspace(Workspace&& other) noexcept;
  Workspace& operator=(Workspace&&) = delete;
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  std::string backup_directory() const;  // what the container sees as /backup
  std::string ca_directory() const;      // as /etc/ca-bundle
  // Writes ca-bundle.pem there.
  Status write_ca_bundle(std::string_view pem) const;

 private:
  Workspace(os::FileSystem& files, std::string path) : files_(&files), path_(std::move(path)) {}

  os::FileSystem* files_;
  std::string path_;  // empty: moved from
};

// Removes what a server that crashed left; to be called before it works again.
Status remove_workspaces(os::FileSystem& files, const std::string& spool_directory);

}  // namespace holdfast::work
