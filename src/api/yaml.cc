#include "api/yaml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <regex>
#include <sstream>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "base/utf8.h"

namespace holdfast::api {
namespace {

constexpr std::string_view kStandardTag = "tag:yaml.org,2002:";
constexpr std::size_t kLongestNumber = 40;
constexpr std::size_t kMostCopiedBytes = 16 * 1024 * 1024;  // by aliases

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

json::Value plain_scalar(const std::string& text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
  if (is_one_of(text, {"true", "True", "TRUE"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE"})) return false;
  json::Value number;
  if (text.size() <= kLongestNumber && (read_integer(text, number) || read_float(text, number))) return number;
  return json::Value(text);
}

struct Weight {
  std::size_t values = 0;
  std::size_t bytes = 0;
  std::size_t levels = 0;
};

void weigh(const json::Value& value, std::size_t level, Weight& weight) {
  ++weight.values;
  weight.levels = std::max(weight.levels, level);
  if (const auto* text = value.if_string()) weight.bytes += text->size();
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      weight.bytes += member.key().size();
      weigh(member.value(), level + 1, weight);
    }
  }
  if (const auto* array = value.if_array()) {
    for (const json::Value& item : *array)
      weigh(item, level + 1, weight);
  }
}

// Builds the value while the parser reads, so that what is too deep or too large ends the reading. Errors are the
// parser's exceptions, because they must pass through it.
class Builder final : public YAML::EventHandler {
 public:
  json::Value take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override { ++documents_; }
  void OnDocumentEnd() override {}
  bool more_than_one() const { return documents_ > 1; }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, anchor, nullptr); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) refuse(mark, "an alias of what is not complete");
    Weight weight;
    weigh(found->second, 1, weight);
    count(mark, weight.values);
    copied_ += weight.bytes;
    if (copied_ > kMostCopiedBytes) refuse(mark, "too much is copied by aliases");
    if (open_.size() + weight.levels > kMostYamlLevels) refuse(mark, "too deep");
    add(mark, YAML::NullAnchor, found->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    if (wants_key()) {
      open_.back().merges = tag == "?" && text == "<<";
      set_key(mark, text);
      if (anchor != YAML::NullAnchor) anchored_.insert_or_assign(anchor, json::Value(text));
      return;
    }
    add(mark, anchor, typed(mark, tag, text));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, json::Array());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, json::Object());
  }
  void OnMapEnd() override {
    Open& map = open_.back();
    for (const auto& member : map.merged)
      map.value.get_object().insert(member);  // what the map says itself stays
    close();
  }

 private:
  struct Open {
    json::Value value;
    YAML::anchor_t anchor = YAML::NullAnchor;
    YAML::Mark mark = {};
    std::optional<std::string> key = {};  // of a map, read, its value not yet
    bool merges = false;                  // the key is "<<"
    json::Object merged = {};
  };

  [[noreturn]] static void refuse(const YAML::Mark& mark, const char* why) { throw YAML::ParserException(mark, why); }

  void count(const YAML::Mark& mark, std::size_t values) {
    values_ += values;
    if (values_ > kMostYamlValues) refuse(mark, "too many values");
  }

  static json::Value typed(const YAML::Mark& mark, const std::string& tag, const std::string& text) {
    if (tag == "?" || tag.empty()) return plain_scalar(text);
    if (tag == "!") return json::Value(text);
    if (!tag.starts_with(kStandardTag)) refuse(mark, "a tag that is not known");
    const std::string_view name = std::string_view(tag).substr(kStandardTag.size());
    if (name == "str") return json::Value(text);
    if (name != "int" && name != "bool" && name != "float" && name != "null") refuse(mark, "a tag that is not known");
    return plain_scalar(text);
  }

  bool wants_key() const { return !open_.empty() && open_.back().value.is_object() && !open_.back().key; }

  void set_key(const YAML::Mark& mark, const std::string& text) {
    count(mark, 1);
    if (open_.back().value.get_object().contains(text)) refuse(mark, "a name that is there already");
    open_.back().key = text;
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, json::Value value) {
    if (wants_key()) refuse(mark, "a name that is not text");
    if (open_.size() >= kMostYamlLevels) refuse(mark, "too deep");
    open_.push_back({.value = std::move(value), .anchor = anchor, .mark = mark});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(done.mark, done.anchor, std::move(done.value));
  }

  void add(const YAML::Mark& mark, YAML::anchor_t anchor, json::Value value) {
    if (wants_key()) {
      if (!value.is_string()) refuse(mark, "a name that is not text");
      return set_key(mark, std::string(value.get_string()));
    }
    count(mark, 1);
    if (anchor != YAML::NullAnchor) anchored_.insert_or_assign(anchor, value);
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.is_array()) {
      open_.back().value.get_array().push_back(std::move(value));
    } else {
      add_member(mark, std::move(value));
    }
  }

  void add_member(const YAML::Mark& mark, json::Value value) {
    Open& map = open_.back();
    const std::string key = *std::exchange(map.key, std::nullopt);
    if (!std::exchange(map.merges, false)) {
      map.value.get_object()[key] = std::move(value);
      return;
    }
    const json::Array one{value};
    for (const json::Value& each : value.is_array() ? value.get_array() : one) {
      if (!each.is_object()) refuse(mark, "\"<<\" wants a map");
      for (const auto& member : each.get_object())
        map.merged.insert(member);
    }
  }

  json::Value root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, json::Value> anchored_;
  std::size_t values_ = 0;
  std::size_t copied_ = 0;
  int documents_ = 0;
};

// The parser's own texts repeat a part of the document behind a colon, if at all.
std::string what_the_parser_says(const std::string& text) {
  return text.substr(0, text.find(':'));
}

bool is_forbidden(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

// YAML 1.2, 5.1: the stream is Unicode without control characters. The parser takes other bytes as they are, and what
// came of them could not be sent as JSON.
Status check_characters(std::string_view text, int first_line) {
  int line = first_line;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    if (!is_utf8(one)) return fail(Code::corrupt, "line {}: not YAML: the text is not UTF-8", line);
    if (std::any_of(one.begin(), one.end(), is_forbidden))
      return fail(Code::corrupt, "line {}: not YAML: a control character", line);
    text.remove_prefix(one.size());
    ++line;
  }
  return {};
}

}  // namespace

Result<json::Value> parse_yaml(std::string_view text, std::size_t limit, int first_line) {
  if (text.size() > limit)
    return fail(Code::corrupt, "YAML text of {} bytes is larger than the {} allowed", text.size(), limit);
  HF_TRY(check_characters(text, first_line));
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    Builder builder;
    // Not in a loop: behind a "," at the beginning of a line the parser finds empty documents without end.
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
    if (builder.more_than_one()) return fail(Code::corrupt, "line {}: something follows the document", first_line);
    return builder.take();
  } catch (const YAML::Exception& error) {
    const int line = error.mark.line + first_line;
    return fail(Code::corrupt, "line {}: not YAML: {}", line, what_the_parser_says(error.msg));
  }
}

}  // namespace holdfast::api
