#include "api/select/label_parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "api/names.h"
#include "api/patch/unprocessable.h"
#include "base/bytes.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kMaxSelector = 64 * kKiB;
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kNoWord = " \t\r\n=!(),<>";

using Wrong = tl::unexpected<std::string>;

Wrong unexpected_token(std::string_view found, std::string_view wanted) {
  return Wrong(found.empty() ? fmt::format("it ends where {} is expected", wanted)
                             : fmt::format("found {} where {} is expected", quoted(found), wanted));
}

}  // namespace

std::string_view LabelParser::peek() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size()));
  if (rest_.starts_with("==") || rest_.starts_with("!=")) return rest_.substr(0, 2);
  const std::size_t word = std::min(rest_.find_first_of(kNoWord), rest_.size());
  return rest_.substr(0, word == 0 ? 1 : word);
}

std::string_view LabelParser::take() {
  const std::string_view token = peek();
  rest_.remove_prefix(token.size());
  return token;
}

bool LabelParser::take_if(std::string_view token) {
  const bool is_next = peek() == token;
  if (is_next) take();
  return is_next;
}

std::string_view LabelParser::take_word() {
  const std::string_view token = peek();
  const bool is_word = !token.empty() && kNoWord.find(token.front()) == std::string_view::npos;
  return is_word ? take() : std::string_view();
}

auto LabelParser::parse() -> Read<std::vector<LabelRequirement>> {
  std::vector<LabelRequirement> all;
  if (rest_.size() > kMaxSelector) return Wrong(fmt::format("a selector has at most {} bytes", kMaxSelector));
  if (peek().empty()) return all;
  do {
    auto next = requirement();
    if (!next) return Wrong(std::move(next).error());
    all.push_back(*std::move(next));
  } while (take_if(","));
  if (!peek().empty()) return unexpected_token(peek(), "',' or the end");
  return all;
}

auto LabelParser::requirement() -> Read<LabelRequirement> {
  if (take_if("!")) return absence();
  const auto name = key();
  if (!name) return Wrong(name.error());
  LabelRequirement requirement{.key = *name, .op = LabelOperator::exists, .values = {}};
  if (peek().empty() || peek() == ",") return requirement;
  if (auto read = operation(requirement); !read) return Wrong(std::move(read).error());
  return requirement;
}

auto LabelParser::absence() -> Read<LabelRequirement> {
  const auto name = key();
  if (!name) return Wrong(name.error());
  return LabelRequirement{.key = *name, .op = LabelOperator::absent, .values = {}};
}

auto LabelParser::key() -> Read<std::string> {
  const std::string_view word = take_word();
  if (word.empty()) return unexpected_token(peek(), "a label");
  if (!is_qualified_name(word)) return Wrong(fmt::format("{} is no name of a label", quoted(word)));
  return std::string(word);
}

auto LabelParser::operation(LabelRequirement& requirement) -> Read<void> {
  const std::string_view op = take();
  if (op == "=" || op == "==") return one_value(requirement, LabelOperator::in);
  if (op == "!=") return one_value(requirement, LabelOperator::not_in);
  if (op == "in") return value_list(requirement, LabelOperator::in);
  if (op == "notin") return value_list(requirement, LabelOperator::not_in);
  if (op == ">") return number(requirement, LabelOperator::greater);
  if (op == "<") return number(requirement, LabelOperator::less);
  return unexpected_token(op, "one of = == != in notin < >");
}

auto LabelParser::one_value(LabelRequirement& requirement, LabelOperator op) -> Read<void> {
  requirement.op = op;
  return add_value(requirement, take_word());
}

auto LabelParser::value_list(LabelRequirement& requirement, LabelOperator op) -> Read<void> {
  requirement.op = op;
  if (!take_if("(")) return unexpected_token(peek(), "'('");
  if (peek() == ")") return Wrong("a list of values is empty");
  do {
    if (auto added = add_value(requirement, take_word()); !added) return added;
  } while (take_if(","));
  if (!take_if(")")) return unexpected_token(peek(), "',' or ')'");
  std::vector<std::string>& values = requirement.values;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return {};
}

auto LabelParser::number(LabelRequirement& requirement, LabelOperator op) -> Read<void> {
  requirement.op = op;
  const std::string_view word = take_word();
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), requirement.bound);
  if (word.empty() || error != std::errc() || end != word.data() + word.size()) {
    return Wrong(fmt::format("{} is no whole number to compare with", quoted(word)));
  }
  return {};
}

auto LabelParser::add_value(LabelRequirement& requirement, std::string_view value) -> Read<void> {
  if (!is_label_value(value)) return Wrong(fmt::format("{} cannot be the value of a label", quoted(value)));
  requirement.values.emplace_back(value);
  return {};
}

}  // namespace holdfast::api
