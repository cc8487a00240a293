// How a process ended, in words.
#pragma once

#include <string>

#include "os/detached_process.h"

namespace holdfast::launcher {

std::string exit_text(const os::ProcessEnd& end);

}  // namespace holdfast::launcher
