#include "launcher/supervise/static_pod/pod_log.h"

#include <string_view>
#include <vector>

#include "base/units.h"

namespace holdfast::launcher {
namespace {

// Empty when the directory is not there.
Result<std::vector<std::string>> names_in(os::FileSystem& files, const std::string& directory) {
  auto names = files.list(directory);
  if (!names && names.error().code == Code::not_found) return std::vector<std::string>();
  return names;
}

struct Newest {
  std::string path;
  WallTime modified{};
};

Status look_at(os::FileSystem& files, const std::string& path, Newest& newest) {
  HF_ASSIGN(const auto info, files.stat(path));
  if (!info || (!newest.path.empty() && info->modified < newest.modified)) return {};
  newest = {.path = path, .modified = info->modified};
  return {};
}

}  // namespace

Result<std::string> newest_pod_log(os::FileSystem& files, const std::string& pods, const std::string& prefix,
                                   const std::string& container) {
  Newest newest;
  HF_ASSIGN(const auto directories, names_in(files, pods));
  for (const std::string& directory : directories) {
    if (!directory.starts_with(prefix + "-") && !directory.starts_with(prefix + "_")) continue;
    const std::string logs = os::join_path(os::join_path(pods, directory), container);
    HF_ASSIGN(const auto names, names_in(files, logs));
    for (const std::string& name : names) {
      if (name.ends_with(".log")) HF_TRY(look_at(files, os::join_path(logs, name), newest));
    }
  }
  return newest.path;
}

}  // namespace holdfast::launcher
