// The one JSON value of the program (Boost.JSON), with reading that names the field in its errors and writing that is
// stable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"

namespace holdfast::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

// Parses one JSON text of at most `limit` bytes and 32 levels. Code::corrupt says at which byte it stops being JSON.
// Duplicate names in one object are refused, however they are escaped: two readers must never see two different
// documents. Numbers outside 64 bits or with a fraction are read as double, possibly one unit in the last place off.
Result<Value> parse(std::string_view text, std::size_t limit);

struct Limits {
  std::size_t bytes = 0;
  std::size_t levels = 32;
};
// Like parse(), for callers that tell people about duplicate names instead of refusing them: the last one counts, and
// `duplicates` gets the places ("spec.keep", "list[2].name"), at most 100. Code::no_space: the text is too large.
Result<Value> parse_with_duplicates(std::string_view text, Limits limits, std::vector<std::string>& duplicates);

// One line, members in the order they were added.
std::string to_string(const Value& value);
// Indented by two spaces, with a newline at the end.
std::string to_pretty_string(const Value& value);

// Members of an object. Code::corrupt names the member when it is missing or of another type.
Result<std::string> get_string(const Object& object, std::string_view name);
Result<std::uint64_t> get_uint(const Object& object, std::string_view name);
Result<std::int64_t> get_int(const Object& object, std::string_view name);
Result<bool> get_bool(const Object& object, std::string_view name);
Result<Object> get_object(const Object& object, std::string_view name);
Result<Array> get_array(const Object& object, std::string_view name);
bool has(const Object& object, std::string_view name);

}  // namespace holdfast::json
