// Comparing JSON values by what they mean, and one text for all that mean the same.
#pragma once

#include <string>

#include "model/json.h"

namespace holdfast::json {

// Members in any order, numbers by value (1 and 1.0 are equal).
bool equal(const Value& a, const Value& b);

// One line, members in byte order of their names, whole numbers that fit 64 bits without a fraction: two values are
// equal() exactly when these texts are.
std::string to_canonical_string(const Value& value);

}  // namespace holdfast::json
