// labelSelector: which objects, by their labels.
//   a=b  a==b  a!=b  a in (x,y)  a notin (x,y)  a  !a  a>5  a<5, joined by commas that mean "and"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

enum class LabelOperator { in, not_in, exists, absent, greater, less };

struct LabelRequirement {
  std::string key;
  LabelOperator op = LabelOperator::exists;
  std::vector<std::string> values;  // of in and not_in, sorted, without repeats; "=" and "!=" are those with one
  std::int64_t bound = 0;           // of greater and less

  // `labels`: metadata.labels; null: there are none. "!=" and "notin" hold for objects without the key.
  bool matches(const json::Object* labels) const;
  friend bool operator==(const LabelRequirement&, const LabelRequirement&) = default;
};

class LabelSelector {
 public:
  LabelSelector() = default;  // selects everything
  // 400, "unable to parse requirement: …". Empty text selects everything.
  static ApiResult<LabelSelector> parse(std::string_view text);

  bool matches(const json::Value& object) const;
  bool everything() const { return requirements_.empty(); }
  const std::vector<LabelRequirement>& requirements() const { return requirements_; }
  // Canonical; parse() of it gives an equal selector.
  std::string to_string() const;
  friend bool operator==(const LabelSelector&, const LabelSelector&) = default;

 private:
  std::vector<LabelRequirement> requirements_;
};

}  // namespace holdfast::api
