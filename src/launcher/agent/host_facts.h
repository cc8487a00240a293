// What is known of a machine and its data directory without its etcd.
#pragma once

#include <string>
#include <utility>

#include "launcher/agent/launcher_facts.h"

#include "os/file_system.h"

namespace holdfast::launcher {

// The file system outlives it.
class HostFacts final : public FactsSource {
 public:
  HostFacts(std::string data_directory, os::FileSystem& files)
      : data_directory_(std::move(data_directory)), files_(files) {}
  LauncherFacts look() override;

 private:
  const std::string data_directory_;
  os::FileSystem& files_;
};

}  // namespace holdfast::launcher
