#include "snapshot/plain_path.h"

#include "snapshot/text.h"

namespace holdfast::snapshot {

std::string plain_path(std::string_view path) {
  std::string plain = path.starts_with('/') ? "/" : "";
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (!plain.empty() && plain.back() != '/') plain += '/';
    plain += part;
  }
  return plain.empty() ? "." : plain;
}

std::string path_inside(std::string_view directory, std::string_view path) {
  if (directory == ".") return path == "." || path.starts_with('/') || path.starts_with("..") ? "" : std::string(path);
  const std::string prefix = directory == "/" ? "/" : std::string(directory) + '/';
  return path.starts_with(prefix) ? std::string(path.substr(prefix.size())) : "";
}

}  // namespace holdfast::snapshot
