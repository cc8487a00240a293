// How long ago something was, in one or two units: "45s", "12m", "5h", "3d4h", "40d".
#pragma once

#include <string>

#include "base/units.h"

namespace holdfast::cli {

std::string format_age(Duration age);  // "0s" for a time in the future

}  // namespace holdfast::cli
