// Reading JSON that this program wrote itself, quickly.
#pragma once

#include <string_view>

#include "model/json.h"

namespace holdfast::json {

// Where a value lives. `one_piece`: in memory of its own, which is taken in large pieces and given back at once; good
// for values that are looked at and forgotten. Copies of it live there, too, so it is for one thread, with all its
// copies; Value(other, {}) makes one that is for everybody.
enum class Memory { common, one_piece };

// Like parse(), but names that occur twice are not looked for: the last one counts. Code::no_space: the text is too
// large.
Result<Value> parse_stored(std::string_view text, Limits limits, Memory memory = Memory::common);

}  // namespace holdfast::json
