#include "os/canonical_path.h"

#include <filesystem>

namespace holdfast::os {

Result<std::string> canonical_path(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) return fail(Code::internal, "cannot resolve {}: {}", path, error.message());
  std::string canonical = std::filesystem::weakly_canonical(absolute, error).string();
  if (error) return fail(Code::usage, "cannot resolve {}: {}", path, error.message());
  while (canonical.size() > 1 && canonical.back() == '/')
    canonical.pop_back();
  return canonical;
}

}  // namespace holdfast::os
