// Codes by their names, for what comes from a server or a file.
#pragma once

#include <string_view>

#include "base/result.h"

namespace holdfast {

// The other way round than code_name(); Code::internal for what is no name of a code.
Code code_by_name(std::string_view name);

}  // namespace holdfast
