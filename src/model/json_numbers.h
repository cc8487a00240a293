// Private to model/: numbers in JSON text as people write them.
#pragma once

#include <string>

namespace holdfast::json {

// Boost writes every number with a fraction with an exponent ("1.34E-1"). Returns the same text with the shortest form
// that reads back as the same number, "0.134"; one that is whole keeps a fraction ("5.0"), so that it is read back as
// what it was. `text` is JSON as Boost writes it. One pass when there is such a number, none otherwise.
std::string with_plain_numbers(std::string text);

}  // namespace holdfast::json
