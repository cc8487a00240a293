// Comparing JSON values by what they mean, and one text for all that mean the same.
#pragma once

#include <string>

#include "model/json.h"

namespace holdfast::json {

// Members in any order, numbers by value (1 and 1.0 are equal).
bool equal(const Value& a, const Value& b);

// Is it a number without a fraction that fits 64 bits? Others may change in their last digit when they are written and
// read again, so that nothing should be found by them.
bool is_whole(const Value& value);

// One line, members in byte order of their names, whole numbers that fit 64 bits without a fraction: two values are
// equal() exactly when these texts are.
std::string to_canonical_string(const Value& value);

}  // namespace holdfast::json
