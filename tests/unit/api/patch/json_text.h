// JSON in tests: written as text, and made up at random.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "api/object.h"
#include "api/status.h"
#include "base/bytes.h"
#include "model/json.h"
#include "model/json_canonical.h"

namespace holdfast::test {

// 'x' may stand for "x", so that tests read well.
inline json::Value parsed(std::string_view text) {
  std::string quoted(text);
  for (char& c : quoted) {
    if (c == '\'') c = '"';
  }
  auto value = json::parse(quoted, kMiB);
  if (!value) ADD_FAILURE() << value.error().to_string() << "\n" << text;
  return value ? *std::move(value) : json::Value();
}

inline std::string canonical(const json::Value& value) {
  return json::to_canonical_string(value);
}
inline std::string canonical_text(std::string_view text) {
  return canonical(parsed(text));
}
inline std::string text_of(const api::ApiResult<json::Value>& result) {
  return result ? canonical(*result) : fmt::format("{}: {}", result.error().code, result.error().message);
}

// A value of at most `levels` levels with few names, so that two of them often speak of the same members.
inline rc::Gen<json::Value> arbitrary_json(int levels, bool with_null) {
  auto scalar = rc::gen::map(rc::gen::inRange(with_null ? 0 : 1, 7), [](int choice) -> json::Value {
    switch (choice) {
      case 0:
        return nullptr;
      case 1:
        return true;
      case 2:
        return 1;
      case 3:
        return 2.5;
      case 4:
        return "x";
      default:
        return choice == 5 ? "y/~\"" : "";
    }
  });
  if (levels == 0) return scalar;
  const auto below = arbitrary_json(levels - 1, with_null);
  const auto name = rc::gen::element<std::string>("a", "b", "c", "m~n", "o/p");
  const auto count = rc::gen::inRange<std::size_t>(0, 4);
  auto list = rc::gen::mapcat(count, [below](std::size_t size) {
    return rc::gen::map(rc::gen::container<std::vector<json::Value>>(size, below),
                        [](const auto& values) { return json::Value(json::Array(values.begin(), values.end())); });
  });
  auto object = rc::gen::mapcat(count, [below, name](std::size_t size) {
    return rc::gen::map(
        rc::gen::container<std::vector<std::pair<std::string, json::Value>>>(size, rc::gen::pair(name, below)),
        [](const auto& members) {
          json::Object made;
          for (const auto& [key, value] : members) {
            made[key] = value;
          }
          return json::Value(made);
        });
  });
  return rc::gen::weightedOneOf<json::Value>({{2, scalar}, {1, list}, {3, object}});
}

}  // namespace holdfast::test
