// Flags of etcd that people add to the derived ones.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace holdfast::launcher {

// Each begins with two dashes, as etcd's help writes them. Code::usage names the first one that is no flag, stands
// there twice, or is not for people to give here.
Result<std::vector<std::string>> checked_extra_flags(const std::vector<std::string>& flags);

}  // namespace holdfast::launcher
