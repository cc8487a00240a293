// The product's version, one place for all.
#pragma once

#include <string_view>

namespace holdfast {

constexpr std::string_view kVersion = HOLDFAST_VERSION;

}  // namespace holdfast
