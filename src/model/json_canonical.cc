#include "model/json_canonical.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/json/serialize.hpp>

namespace holdfast::json {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

// A number as int64 when it is whole and fits, else as uint64, else as double.
Value plain_number(const Value& number) {
  if (const auto* value = number.if_uint64(); value != nullptr && *value <= INT64_MAX) {
    return static_cast<std::int64_t>(*value);
  }
  const auto* value = number.if_double();
  if (value == nullptr || std::trunc(*value) != *value) return number;
  if (*value >= -kTwoTo63 && *value < kTwoTo63) return static_cast<std::int64_t>(*value);
  if (*value >= kTwoTo63 && *value < 2 * kTwoTo63) return static_cast<std::uint64_t>(*value);
  return number;
}

bool equal_members(const Object& a, const Object& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const auto& member) {
           const Value* other = b.if_contains(member.key());
           return other != nullptr && equal(member.value(), *other);
         });
}

void write(const Value& value, std::string& out);

void write_members(const Object& object, std::string& out) {
  std::vector<const boost::json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) {
    members.push_back(&member);
  }
  std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
  out += '{';
  for (const auto* member : members) {
    if (member != members.front()) out += ',';
    out += boost::json::serialize(member->key());
    out += ':';
    write(member->value(), out);
  }
  out += '}';
}

void write(const Value& value, std::string& out) {
  if (const auto* object = value.if_object()) {
    write_members(*object, out);
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (const Value& element : *array) {
      if (&element != array->data()) out += ',';
      write(element, out);
    }
    out += ']';
  } else {
    out += to_string(value.is_number() ? plain_number(value) : value);
  }
}

}  // namespace

bool equal(const Value& a, const Value& b) {
  if (a.is_object() && b.is_object()) return equal_members(a.get_object(), b.get_object());
  if (a.is_array() && b.is_array()) {
    const Array& left = a.get_array();
    return std::equal(left.begin(), left.end(), b.get_array().begin(), b.get_array().end(), equal);
  }
  if (a.is_number() && b.is_number()) return plain_number(a) == plain_number(b);
  return a == b;
}

bool is_whole(const Value& value) {
  return value.is_number() && !plain_number(value).is_double();
}

std::string to_canonical_string(const Value& value) {
  std::string out;
  write(value, out);
  return out;
}

}  // namespace holdfast::json
