#include "snapshot/restore_warnings.h"

#include <charconv>
#include <optional>
#include <utility>

#include <fmt/ranges.h>

namespace holdfast::snapshot {
namespace {

using MinorVersion = std::pair<int, int>;  // 3.5 of 3.5.16

std::optional<MinorVersion> minor_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  MinorVersion version;
  const char* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.first);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, version.second);
  if (minor.ec != std::errc() || (minor.ptr != end && *minor.ptr != '.' && *minor.ptr != '-')) return std::nullopt;
  return version;
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  if (names.size() <= kMost) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + kMost, ", "), names.size() - kMost);
}

void add_version_warnings(std::vector<std::string>& warnings, const DatabaseTraits& found, std::string_view target) {
  const auto wanted = minor_version(target);
  if (!wanted) {
    warnings.push_back(
        fmt::format("the version {} of the etcd to be started is not understood, so that it could not be "
                    "compared with the snapshot",
                    target));
    return;
  }
  const auto storage = minor_version(found.storage_version);
  const auto cluster = minor_version(found.cluster_version);
  const bool knows_storage_version = *wanted >= MinorVersion(3, 6);
  if (storage && *storage > *wanted && knows_storage_version) {
    warnings.push_back(fmt::format("the database has storage version {}, which etcd {} refuses to open",
                                   found.storage_version, target));
  } else if ((storage && *storage > *wanted) || (cluster && *cluster > *wanted)) {
    const std::string& version = storage && *storage > *wanted ? found.storage_version : found.cluster_version;
    warnings.push_back(
        fmt::format("the snapshot comes from etcd {}; etcd {} may start from it, but going back a version is "
                    "not supported by etcd",
                    version, target));
  }
}

}  // namespace

std::vector<std::string> restore_warnings(const DatabaseTraits& found, bool alarms_cleared,
                                          std::string_view target_version) {
  std::vector<std::string> warnings;
  if (!found.alarms.empty() && !alarms_cleared) {
    warnings.push_back(
        fmt::format("alarms survive the restore ({}): while one is raised the cluster refuses writes; clear "
                    "them during the restore, or run \"etcdctl alarm disarm\" after it",
                    listed(found.alarms)));
  }
  if (found.auth_enabled) {
    warnings.push_back(
        "authentication is enabled in the snapshot: only its users and passwords open the restored cluster");
  }
  if (!found.learners.empty()) {
    warnings.push_back(
        fmt::format("members of the old cluster were learners ({}): every member of the restored cluster "
                    "votes, learners have to be added again",
                    listed(found.learners)));
  }
  if (!target_version.empty()) add_version_warnings(warnings, found, target_version);
  return warnings;
}

}  // namespace holdfast::snapshot
