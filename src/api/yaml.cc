#include "api/yaml.h"

#include <array>
#include <charconv>
#include <cmath>
#include <regex>

#include <yaml-cpp/yaml.h>

namespace holdfast::api {
namespace {

constexpr std::size_t kMostLevels = 32;
constexpr std::size_t kMostValues = 200'000;
constexpr std::size_t kLongestNumber = 40;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

bool read_integer(std::string_view text, json::Value& out) {
  int base = 10;
  if (text.starts_with("0x")) base = 16;
  if (text.starts_with("0o")) base = 8;
  if (base != 10) text.remove_prefix(2);
  if (base == 10 && text.starts_with("+")) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  out = value;
  return true;
}

bool read_float(std::string_view text, json::Value& out) {
  static const std::regex shape(R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)");
  if (!std::regex_match(text.begin(), text.end(), shape)) return false;
  if (text.starts_with("+")) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return false;
  out = value;
  return true;
}

class Converter {
 public:
  Result<json::Value> convert(const YAML::Node& node, std::size_t level) {
    if (level > kMostLevels) return fail(Code::corrupt, "line {}: too deep", line(node));
    if (++values_ > kMostValues) return fail(Code::corrupt, "line {}: too many values", line(node));
    if (node.IsMap()) return map(node, level);
    if (node.IsSequence()) return sequence(node, level);
    if (!node.IsScalar()) return json::Value(nullptr);
    // yaml-cpp tags quoted scalars with "!" and plain ones with "?".
    return node.Tag() == "?" ? yaml_plain_scalar(node.Scalar()) : json::Value(node.Scalar());
  }

 private:
  static int line(const YAML::Node& node) { return node.Mark().line + 1; }

  Result<json::Value> map(const YAML::Node& node, std::size_t level) {
    json::Object object;
    for (const auto& member : node) {
      if (!member.first.IsScalar()) return fail(Code::corrupt, "line {}: a name is not text", line(node));
      const std::string& name = member.first.Scalar();
      if (object.contains(name)) return fail(Code::corrupt, "line {}: \"{}\" occurs twice", line(member.first), name);
      HF_ASSIGN(object[name], convert(member.second, level + 1));
    }
    return json::Value(std::move(object));
  }

  Result<json::Value> sequence(const YAML::Node& node, std::size_t level) {
    json::Array array;
    for (const YAML::Node& item : node) {
      HF_ASSIGN(json::Value value, convert(item, level + 1));
      array.push_back(std::move(value));
    }
    return json::Value(std::move(array));
  }

  std::size_t values_ = 0;
};

}  // namespace

json::Value yaml_plain_scalar(const std::string& text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
  if (is_one_of(text, {"true", "True", "TRUE"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE"})) return false;
  json::Value number;
  if (text.size() <= kLongestNumber && (read_integer(text, number) || read_float(text, number))) return number;
  return json::Value(text);
}

Result<json::Value> parse_yaml(std::string_view text, std::size_t limit) {
  if (text.size() > limit)
    return fail(Code::corrupt, "YAML text of {} bytes is larger than the {} allowed", text.size(), limit);
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.size() != 1) return fail(Code::corrupt, "{} YAML documents instead of one", documents.size());
    return Converter().convert(documents.front(), 1);
  } catch (const YAML::Exception& error) {
    return fail(Code::corrupt, "not YAML in line {}: {}", error.mark.line + 1, error.msg);
  }
}

}  // namespace holdfast::api
