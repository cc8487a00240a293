// Paths into an object, as columns have them: names (.spec.cluster), positions ([0]), quoted names (['a.b']) and a
// choice among the items of a list ([?(@.type=="Ready")]).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "model/json.h"

namespace holdfast::api {

// Immutable; any thread.
class JsonPath {
 public:
  // ".spec.schedule"; Code::usage when it is none of the above.
  static Result<JsonPath> parse(std::string_view text);

  // What is there; null when there is nothing. Points into `object`.
  const json::Value* find(const json::Value& object) const;

  // The names it begins with, before any position or choice; at most `most`.
  std::vector<std::string> leading_names(std::size_t most) const;

 private:
  struct Choice {  // the first item whose member `name` is the text `value`
    std::string name;
    std::string value;
  };
  using Step = std::variant<std::string, std::size_t, Choice>;

  static Result<Step> parse_bracket(std::string_view inside);

  std::vector<Step> steps_;
};

}  // namespace holdfast::api
