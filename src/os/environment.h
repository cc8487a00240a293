// Environment variables and what the terminal is, as a value that tests can make up.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::os {

// A copy of the environment. Plain value.
class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}

  // Empty optional when the variable is unset or empty.
  std::optional<std::string> get(const std::string& name) const;
  // Names of the variables that begin so and are not empty, in order.
  std::vector<std::string> names_with(std::string_view prefix) const;

  static Environment of_process();

 private:
  std::map<std::string, std::string> variables_;
};

bool is_terminal(int fd);
// Columns of the terminal behind `fd`, 80 when unknown.
int terminal_width(int fd);

}  // namespace holdfast::os
