#include "base/result.h"

#include <array>

#include "base/code_names.h"

namespace holdfast {
namespace {

struct CodeFacts {
  std::string_view name;
  int exit_code;
};

// In the order of enum Code.
constexpr std::array<CodeFacts, 11> kFacts{{{"INTERNAL", 1},
                                            {"USAGE", 2},
                                            {"NOT_FOUND", 3},
                                            {"EXISTS", 4},
                                            {"REFUSED", 4},
                                            {"NO_SPACE", 4},
                                            {"CORRUPT", 5},
                                            {"UNSUPPORTED", 1},
                                            {"UNAVAILABLE", 6},
                                            {"TIMEOUT", 6},
                                            {"CANCELLED", 130}}};

const CodeFacts& facts(Code code) {
  return kFacts.at(static_cast<std::size_t>(code));
}

}  // namespace

std::string_view code_name(Code code) {
  return facts(code).name;
}

Code code_by_name(std::string_view name) {
  for (std::size_t i = 0; i < kFacts.size(); ++i) {
    if (kFacts.at(i).name == name) return static_cast<Code>(i);
  }
  return Code::internal;
}

int exit_code(Code code) {
  return facts(code).exit_code;
}

std::string Error::to_string() const {
  std::string text;
  for (auto it = context.rbegin(); it != context.rend(); ++it) {
    text += *it;
    text += ": ";
  }
  return text + message;
}

tl::unexpected<Error> with_hint(tl::unexpected<Error> error, std::string hint) {
  error.value().hint = std::move(hint);
  return error;
}

}  // namespace holdfast
