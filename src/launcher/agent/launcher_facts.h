// What a launcher says about itself. Pure, but for the interface of who looks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "model/json.h"

namespace holdfast::launcher {

// As the status of a Launcher has it (api/kinds/launcher.yaml). Plain value.
struct LauncherFacts {
  std::string host;
  std::vector<std::string> addresses;
  std::string launcher_version;
  std::string etcd_version;  // empty: not known
  std::string data_directory;
  std::string mode;                         // "child", "systemd", "static-pod"; empty: not known
  std::optional<std::uint64_t> free_bytes;  // beside the data directory
  std::string etcd_state = "Unknown";       // "Running", "Starting", "Stopping", "Stopped", "Failed"
  std::string etcd_message;
  std::string cluster_id;  // of etcd, in hexadecimal; empty: not known
  std::string member_id;
  bool has_data = false;
  std::vector<std::string> staged;  // ids of restores that lie there
  std::vector<std::string> before;
  std::vector<std::string> undone;
  friend bool operator==(const LauncherFacts&, const LauncherFacts&) = default;
};

// As a merge patch of the status: what is not known is null.
json::Object status_of(const LauncherFacts& facts, WallTime now);

// Is there news, worth a write before its time? That some bytes more or less are free is none.
bool is_news(const LauncherFacts& told, const LauncherFacts& now);

// Looks. Called by one thread, every few seconds; must not take longer.
class FactsSource {
 public:
  virtual ~FactsSource() = default;
  virtual LauncherFacts look() = 0;
};

}  // namespace holdfast::launcher
