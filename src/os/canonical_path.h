// Which directory a path leads to, whatever it is called.
#pragma once

#include <string>

#include "base/result.h"

namespace holdfast::os {

// The path made absolute, with symbolic links followed and ".." resolved; parts that do not exist (yet) stay as they
// are. Two paths lead to the same place when this gives the same text.
Result<std::string> canonical_path(const std::string& path);

}  // namespace holdfast::os
