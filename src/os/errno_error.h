// Private to os/: the error for the current errno, as file_system.h describes the mapping.
#pragma once

#include <string_view>

#include "base/result.h"

namespace holdfast::os {

tl::unexpected<Error> errno_error(std::string_view what, std::string_view path);

}  // namespace holdfast::os
