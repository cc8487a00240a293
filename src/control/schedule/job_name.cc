#include "control/schedule/job_name.h"

#include <fmt/core.h>

namespace holdfast::control {

std::string job_name(std::string_view cluster, std::string_view config, std::string_view action,
                     std::string_view random) {
  constexpr std::size_t kMost = 63;
  std::string name = fmt::format("{}-backup-{}-{}-{}", cluster, config, action, random);
  if (name.size() <= kMost) return name;
  name.resize(kMost - random.size());
  return name.append(random);
}

}  // namespace holdfast::control
