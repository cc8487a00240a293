#include "cli/resources/wait_for.h"

#include <algorithm>
#include <cctype>
#include <memory>

#include "client/watch.h"

#include "api/fields.h"
#include "cli/json_template.h"
#include "cli/resources/time_limit.h"

namespace holdfast::cli {
namespace {

using Check = std::function<bool(const json::Value&)>;

bool same_letters(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right,
                            [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

std::int64_t number_at(const json::Value& object, api::FieldNames names) {
  const json::Value* value = api::field_at(object, names);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

Check condition(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string type(text.substr(0, equals));
  const std::string wanted(equals == std::string_view::npos ? "True" : text.substr(equals + 1));
  return [type, wanted](const json::Value& object) {
    const json::Array* conditions = api::array_at(object, {"status", "conditions"});
    if (conditions == nullptr) return false;
    const std::int64_t generation = number_at(object, {"metadata", "generation"});
    return std::ranges::any_of(*conditions, [&](const json::Value& each) {
      const std::int64_t observed = number_at(each, {"observedGeneration"});
      return same_letters(api::text_at(each, {"type"}), type) && same_letters(api::text_at(each, {"status"}), wanted) &&
             (observed == 0 || observed >= generation);
    });
  };
}

// Where the path ends: '=' outside of braces and brackets.
std::size_t end_of_path(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' || text[i] == '[') ++depth;
    if (text[i] == '}' || text[i] == ']') --depth;
    if (text[i] == '=' && depth == 0) return i;
  }
  return text.size();
}

Result<Check> value_at(std::string_view text) {
  const std::size_t end = end_of_path(text);
  HF_ASSIGN(auto parsed, JsonTemplate::parse(text.substr(0, end)));
  const auto path = std::make_shared<const JsonTemplate>(std::move(parsed));
  const std::optional<std::string> wanted =
      end == text.size() ? std::nullopt : std::optional<std::string>(text.substr(end + 1));
  return Check([path, wanted](const json::Value& object) {
    const auto found = path->find(object);
    if (!wanted) return std::ranges::any_of(found, [](const json::Value* each) { return !each->is_null(); });
    return std::ranges::any_of(found, [&](const json::Value* each) { return text_of(*each) == *wanted; });
  });
}

class Waiting {
 public:
  Waiting(const client::Resource& object, const Awaited& awaited) : object_(object), awaited_(awaited) {}

  Result<bool> take(const client::WatchEvent& event) {
    const bool gone = event.change == client::Change::deleted;
    seen_ = !gone;
    if (awaited_.deletion()) return !gone;
    if (gone) return vanished();
    return !awaited_.holds(event.object);
  }

  Result<bool> begun() const {
    if (seen_) return true;
    if (awaited_.deletion()) return false;
    return vanished();
  }

 private:
  Result<bool> vanished() const {
    return with_hint(fail(Code::not_found, "{} is not there", object_.kind.label_of(object_.name)),
                     "check the name and the namespace (-n)");
  }

  const client::Resource& object_;
  const Awaited& awaited_;
  bool seen_ = false;
};

}  // namespace

Result<Awaited> Awaited::parse(std::string_view text) {
  constexpr std::string_view kCondition = "condition=";
  constexpr std::string_view kPath = "jsonpath=";
  Awaited awaited;
  awaited.text_ = text;
  if (text == "delete") return awaited;
  if (text.starts_with(kCondition) && text.size() > kCondition.size()) {
    awaited.holds_ = condition(text.substr(kCondition.size()));
    return awaited;
  }
  if (text.starts_with(kPath)) {
    HF_ASSIGN(awaited.holds_, value_at(text.substr(kPath.size())));
    return awaited;
  }
  return with_hint(fail(Code::usage, "\"{}\" cannot be waited for", text),
                   "write delete, condition=Ready, condition=Ready=False, or jsonpath={.status.phase}=Done");
}

Status wait_for(Session& session, client::ApiClient& client, const client::Resource& object, const Awaited& awaited,
                std::optional<Duration> limit) {
  World& world = session.world();
  const TimeLimit time(limit, world.clock, world.stop);
  Waiting waiting(object, awaited);
  const Status done = client::watch(
      client, object, {}, [&](const client::WatchEvent& event) { return waiting.take(event); },
      [&] { return waiting.begun(); }, world.clock, time.token());
  if (done || !time.over() || done.error().code != Code::cancelled) return done;
  return with_hint(fail(Code::timeout, "{} did not become {} within {}", object.kind.label_of(object.name),
                        awaited.text(), format_duration(*limit)),
                   "wait longer with --timeout, or look at it with \"holdfast describe\"");
}

}  // namespace holdfast::cli
