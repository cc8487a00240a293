#include "model/json.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>

#include "model/duplicate_names.h"
#include "model/json_numbers.h"
#include "model/stored_json.h"

namespace holdfast::json {
namespace {

constexpr std::size_t kDefaultLevels = 32;
constexpr std::size_t kMostDuplicates = 100;

// "1e400" would become infinity, which JSON cannot write again.
bool all_finite(const Value& value) {
  if (const auto* number = value.if_double()) return std::isfinite(*number);
  if (const auto* object = value.if_object()) {
    return std::all_of(object->begin(), object->end(), [](const auto& member) { return all_finite(member.value()); });
  }
  if (const auto* array = value.if_array()) return std::all_of(array->begin(), array->end(), all_finite);
  return true;
}

template <class T>
Result<T> wrong(std::string_view name, const char* kind, const Object& object) {
  if (object.contains(name)) return fail(Code::corrupt, "member \"{}\" is not {}", name, kind);
  return fail(Code::corrupt, "member \"{}\" is missing", name);
}

void write_pretty(const Value& value, const std::string& indent, std::string& out) {
  const std::string deeper = indent + "  ";
  if (value.is_object() && !value.get_object().empty()) {
    out += "{\n";
    bool first = true;
    for (const auto& member : value.get_object()) {
      if (!first) out += ",\n";
      first = false;
      out += deeper + boost::json::serialize(Value(member.key())) + ": ";
      write_pretty(member.value(), deeper, out);
    }
    out += "\n" + indent + "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    out += "[\n";
    bool first = true;
    for (const Value& element : value.get_array()) {
      if (!first) out += ",\n";
      first = false;
      out += deeper;
      write_pretty(element, deeper, out);
    }
    out += "\n" + indent + "]";
  } else {
    out += to_string(value);
  }
}

// A value is some times as large as its text; more is taken when that is not enough.
boost::json::storage_ptr piece_for(std::string_view text) {
  return boost::json::make_shared_resource<boost::json::monotonic_resource>(text.size() * 3 + 512);
}

// JSON of at most `levels` levels; of two equal names the last counts.
Result<Value> parse_text(std::string_view text, std::size_t levels, boost::json::storage_ptr memory = {}) {
  boost::json::parse_options options;
  options.max_depth = levels;
  std::array<unsigned char, 8 * 1024> scratch;
  boost::json::stream_parser parser({}, options, scratch.data(), scratch.size());
  parser.reset(std::move(memory));
  boost::system::error_code error;
  const std::size_t used = parser.write(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (error) return fail(Code::corrupt, "not JSON near byte {}: {}", used, error.message());
  Value value = parser.release();
  if (!all_finite(value)) return fail(Code::corrupt, "a number is too large");
  return value;
}

}  // namespace

Result<Value> parse(std::string_view text, std::size_t limit) {
  if (text.size() > limit)
    return fail(Code::corrupt, "JSON text of {} bytes is larger than the {} allowed", text.size(), limit);
  auto value = parse_text(text, kDefaultLevels);
  // Boost keeps the last of two equal names silently, so the text is looked at once more for them.
  if (!value) return value;
  if (const auto name = find_duplicate_name(text)) return fail(Code::corrupt, "member \"{}\" occurs twice", *name);
  return value;
}

Result<Value> parse_stored(std::string_view text, Limits limits, Memory memory) {
  if (text.size() > limits.bytes)
    return fail(Code::no_space, "JSON text of {} bytes is larger than the {} allowed", text.size(), limits.bytes);
  return parse_text(text, limits.levels, memory == Memory::one_piece ? piece_for(text) : boost::json::storage_ptr());
}

Result<Value> parse_with_duplicates(std::string_view text, Limits limits, std::vector<std::string>& duplicates) {
  auto value = parse_stored(text, limits);
  if (value) duplicates = find_duplicate_paths(text, kMostDuplicates);
  return value;
}

std::string to_string(const Value& value) {
  return with_plain_numbers(boost::json::serialize(value));
}

std::string to_pretty_string(const Value& value) {
  std::string out;
  write_pretty(value, "", out);
  return out + "\n";
}

Result<std::string> get_string(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return wrong<std::string>(name, "a string", object);
  return std::string(value->get_string());
}

Result<std::uint64_t> get_uint(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  if (value != nullptr && value->is_uint64()) return value->get_uint64();
  if (value != nullptr && value->is_int64() && value->get_int64() >= 0)
    return static_cast<std::uint64_t>(value->get_int64());
  return wrong<std::uint64_t>(name, "a whole number of at least 0", object);
}

Result<std::int64_t> get_int(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  if (value != nullptr && value->is_int64()) return value->get_int64();
  return wrong<std::int64_t>(name, "a whole number", object);
}

Result<bool> get_bool(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  if (value == nullptr || !value->is_bool()) return wrong<bool>(name, "true or false", object);
  return value->get_bool();
}

Result<Object> get_object(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  if (value == nullptr || !value->is_object()) return wrong<Object>(name, "an object", object);
  return value->get_object();
}

Result<Array> get_array(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return wrong<Array>(name, "a list", object);
  return value->get_array();
}

bool has(const Object& object, std::string_view name) {
  return object.contains(name);
}

}  // namespace holdfast::json
