// Private to api/: reads the text of a label selector.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "api/select/label_selector.h"
#include "base/result.h"

namespace holdfast::api {

class LabelParser {
 public:
  using Problem = std::string;
  template <class T>
  using Read = tl::expected<T, Problem>;

  explicit LabelParser(std::string_view text) : rest_(text) {}
  Read<std::vector<LabelRequirement>> parse();

 private:
  Read<LabelRequirement> requirement();
  Read<LabelRequirement> absence();
  Read<std::string> key();
  Read<void> operation(LabelRequirement& requirement);
  Read<void> one_value(LabelRequirement& requirement, LabelOperator op);
  Read<void> value_list(LabelRequirement& requirement, LabelOperator op);
  Read<void> number(LabelRequirement& requirement, LabelOperator op);
  Read<void> add_value(LabelRequirement& requirement, std::string_view value);

  // Tokens: "=", "==", "!=", "!", "(", ")", ",", "<", ">", or a word; empty at the end.
  std::string_view peek();
  std::string_view take();
  bool take_if(std::string_view token);
  // The word that comes next; empty when it is something else.
  std::string_view take_word();

  std::string_view rest_;
};

}  // namespace holdfast::api
