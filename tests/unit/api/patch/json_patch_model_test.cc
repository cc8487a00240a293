// Random JSON patches against a model that is as simple as can be: a tree of its own, rebuilt by recursion.
#include <optional>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "unit/api/patch/json_text.h"

#include "api/patch/json_patch.h"

namespace holdfast::api {
namespace {

using test::arbitrary_json;
using test::canonical;

using Path = std::vector<std::string>;
using Maybe = std::optional<json::Value>;

std::size_t place(const json::Array& list, const std::string& part) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (std::to_string(i) == part) return i;
  }
  return list.size();
}

Maybe value_at(const json::Value& document, const Path& path) {
  if (path.empty()) return document;
  const Path rest(path.begin() + 1, path.end());
  if (document.is_object() && document.get_object().contains(path.front())) {
    return value_at(document.get_object().at(path.front()), rest);
  }
  if (document.is_array() && place(document.get_array(), path.front()) < document.get_array().size()) {
    return value_at(document.get_array()[place(document.get_array(), path.front())], rest);
  }
  return std::nullopt;
}

// `edit` changes the object or list that the last part is in; false: it cannot.
template <class Edit>
Maybe edited(json::Value document, const Path& path, const Edit& edit) {
  if (path.size() == 1) return edit(document, path.front()) ? Maybe(document) : std::nullopt;
  const auto below = value_at(document, {path.front()});
  if (!below) return std::nullopt;
  const auto changed = edited(*below, Path(path.begin() + 1, path.end()), edit);
  if (!changed) return std::nullopt;
  if (document.is_object()) {
    document.get_object()[path.front()] = *changed;
  } else {
    document.get_array()[place(document.get_array(), path.front())] = *changed;
  }
  return document;
}

Maybe added(const json::Value& document, const Path& path, const json::Value& value) {
  if (path.empty()) return value;
  return edited(document, path, [&](json::Value& parent, const std::string& part) {
    if (parent.is_object()) parent.get_object()[part] = value;
    if (!parent.is_array()) return parent.is_object();
    json::Array& list = parent.get_array();
    const std::size_t at = part == "-" ? list.size() : place(list, part);
    if (part != "-" && part != std::to_string(at)) return false;
    json::Array longer(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(at));
    longer.push_back(value);
    longer.insert(longer.end(), list.begin() + static_cast<std::ptrdiff_t>(at), list.end());
    list = longer;
    return true;
  });
}

Maybe removed(const json::Value& document, const Path& path) {
  if (path.empty() || !value_at(document, path)) return std::nullopt;
  return edited(document, path, [&](json::Value& parent, const std::string& part) {
    if (parent.is_object()) return parent.get_object().erase(part) == 1;
    json::Array shorter;
    for (std::size_t i = 0; i < parent.get_array().size(); ++i) {
      if (std::to_string(i) != part) shorter.push_back(parent.get_array()[i]);
    }
    parent = shorter;
    return true;
  });
}

struct Step {
  std::string verb;
  Path path;
  Path from;
  json::Value value;
};

bool is_prefix(const Path& a, const Path& b) {
  return a.size() < b.size() && std::equal(a.begin(), a.end(), b.begin());
}

Maybe modelled(const json::Value& document, const Step& step) {
  const auto source = value_at(document, step.from);
  if (step.verb == "add") return added(document, step.path, step.value);
  if (step.verb == "remove") return removed(document, step.path);
  if (step.verb == "copy") return source ? added(document, step.path, *source) : std::nullopt;
  const auto target = value_at(document, step.path);
  if (step.verb == "test")
    return target && canonical(*target) == canonical(step.value) ? Maybe(document) : std::nullopt;
  if (step.verb == "replace") {
    if (!target) return std::nullopt;
    if (step.path.empty()) return step.value;
    const auto without = removed(document, step.path);
    return added(*without, step.path, step.value);
  }
  if (!source || is_prefix(step.from, step.path)) return std::nullopt;
  if (step.from == step.path) return document;
  const auto without = removed(document, step.from);
  return without ? added(*without, step.path, *source) : std::nullopt;
}

std::string pointer(const Path& path) {
  std::string text;
  for (const std::string& part : path) {
    text += '/';
    for (const char c : part) {
      text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
  }
  return text;
}

rc::Gen<Path> arbitrary_path() {
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, 4), [](std::size_t size) {
    return rc::gen::container<Path>(
        size, rc::gen::element<std::string>("a", "b", "c", "m~n", "o/p", "0", "0", "1", "2", "-", "00"));
  });
}

RC_GTEST_PROP(JsonPatchModel, EveryStepDoesWhatTheModelDoes, ()) {
  const json::Value document = *arbitrary_json(4, true);
  const Step step{.verb = *rc::gen::element<std::string>("add", "remove", "replace", "move", "copy", "test"),
                  .path = *arbitrary_path(),
                  .from = *arbitrary_path(),
                  .value = *arbitrary_json(2, true)};
  const json::Array patch{json::Object{
      {"op", step.verb}, {"path", pointer(step.path)}, {"from", pointer(step.from)}, {"value", step.value}}};
  const auto wanted = modelled(document, step);
  const auto result = apply_json_patch(document, patch);
  RC_CLASSIFY(result.has_value());
  RC_ASSERT(result.has_value() == wanted.has_value());
  if (result) RC_ASSERT(canonical(*result) == canonical(*wanted));
}

RC_GTEST_PROP(JsonPatchModel, AListOfStepsIsOneAfterTheOther, ()) {
  json::Value document = *arbitrary_json(4, true);
  json::Array patch;
  Maybe wanted = document;
  for (int i = 0; i < 5; ++i) {
    const Step step{.verb = "add", .path = *arbitrary_path(), .from = {}, .value = *arbitrary_json(2, true)};
    const auto next = wanted ? modelled(*wanted, step) : std::nullopt;
    if (!next) continue;
    wanted = next;
    patch.push_back(json::Object{{"op", "add"}, {"path", pointer(step.path)}, {"value", step.value}});
  }
  const auto result = apply_json_patch(document, patch);
  RC_ASSERT(result.has_value());
  RC_ASSERT(canonical(*result) == canonical(*wanted));
}

}  // namespace
}  // namespace holdfast::api
