#include "client/resource_kind.h"

#include <algorithm>
#include <cctype>

#include <fmt/ranges.h>

#include "api/fields.h"
#include "http/url.h"

namespace holdfast::client {
namespace {

std::vector<std::string> texts_at(const json::Value& value, std::string_view name) {
  std::vector<std::string> texts;
  if (const json::Array* array = api::array_at(value, {name})) {
    for (const json::Value& each : *array) {
      if (each.is_string()) texts.emplace_back(each.get_string());
    }
  }
  return texts;
}

ResourceKind read_kind(const json::Value& resource, std::string_view group, std::string_view version) {
  const auto text = [&](std::string_view name) { return std::string(api::text_at(resource, {name})); };
  return {.group = std::string(group),
          .version = std::string(version),
          .kind = std::string(api::text_at(resource, {"responseKind", "kind"})),
          .plural = text("resource"),
          .singular = text("singularResource"),
          .short_names = texts_at(resource, "shortNames"),
          .categories = texts_at(resource, "categories"),
          .verbs = texts_at(resource, "verbs"),
          .namespaced = text("scope") == "Namespaced"};
}

void read_group(const json::Value& group, std::vector<ResourceKind>& kinds) {
  const std::string_view name = api::text_at(group, {"metadata", "name"});
  const json::Array* versions = api::array_at(group, {"versions"});
  if (versions == nullptr) return;
  for (const json::Value& version : *versions) {
    const json::Array* resources = api::array_at(version, {"resources"});
    if (resources == nullptr) continue;
    for (const json::Value& resource : *resources)
      kinds.push_back(read_kind(resource, name, api::text_at(version, {"version"})));
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// Smaller is nearer: the plural before the singular and the kind, short names last. 0: not meant.
int match(const ResourceKind& kind, const std::string& word) {
  if (word == kind.plural) return 1;
  if (word == kind.singular || word == lower(kind.kind)) return 2;
  return std::ranges::find(kind.short_names, word) != kind.short_names.end() ? 3 : 0;
}

// "word", "word.group" and "word.version.group".
int match_qualified(const ResourceKind& kind, const std::string& word) {
  if (const int whole = match(kind, word); whole != 0) return whole;
  const std::size_t dot = word.find('.');
  if (dot == std::string::npos) return 0;
  const std::string rest = word.substr(dot + 1);
  if (rest != kind.group && rest != kind.version + "." + kind.group) return 0;
  return match(kind, word.substr(0, dot));
}

}  // namespace

std::string ResourceKind::api_version() const {
  return group.empty() ? version : group + "/" + version;
}

std::string ResourceKind::qualified_plural() const {
  return group.empty() ? plural : plural + "." + group;
}

std::string ResourceKind::label_of(std::string_view name) const {
  return fmt::format("{}{}{}/{}", lower(kind), group.empty() ? "" : ".", group, name);
}

bool ResourceKind::can(std::string_view verb) const {
  return std::ranges::find(verbs, verb) != verbs.end();
}

std::string Resource::path() const {
  std::string path = kind.group.empty() ? "/api/" : "/apis/" + http::percent_encode(kind.group) + "/";
  path += http::percent_encode(kind.version);
  if (!name_space.empty()) path += "/namespaces/" + http::percent_encode(name_space);
  path += "/" + http::percent_encode(kind.plural);
  if (!name.empty()) path += "/" + http::percent_encode(name);
  return path;
}

Result<ResourceKinds> ResourceKinds::read(const json::Value& core, const json::Value& groups) {
  ResourceKinds kinds;
  for (const json::Value* document : {&core, &groups}) {
    const json::Array* items = api::array_at(*document, {"items"});
    if (items == nullptr || api::text_at(*document, {"kind"}) != "APIGroupDiscoveryList") {
      return with_hint(fail(Code::unsupported, "the server does not say which kinds it has"),
                       "this is no Holdfast server, or one behind something that changes its answers");
    }
    for (const json::Value& group : *items)
      read_group(group, kinds.kinds_);
  }
  return kinds;
}

Result<ResourceKind> ResourceKinds::find(std::string_view word) const {
  const std::string wanted = lower(word);
  const ResourceKind* best = nullptr;
  int best_rank = 0;
  for (const ResourceKind& kind : kinds_) {
    const int rank = match_qualified(kind, wanted);
    if (rank == 0 || (best != nullptr && rank >= best_rank)) continue;
    best = &kind;
    best_rank = rank;
  }
  if (best != nullptr) return *best;
  std::vector<std::string> names;
  for (const ResourceKind& kind : kinds_) {
    if (kind.can("get")) names.push_back(kind.plural);
  }
  return with_hint(fail(Code::not_found, "the server has no kind \"{}\"", word),
                   fmt::format("it has: {}", fmt::join(names, ", ")));
}

Result<std::vector<ResourceKind>> ResourceKinds::find_several(std::string_view word) const {
  auto one = find(word);
  if (one) return std::vector<ResourceKind>{std::move(*one)};
  std::vector<ResourceKind> several;
  for (const ResourceKind& kind : kinds_) {
    const bool member = std::ranges::find(kind.categories, lower(word)) != kind.categories.end();
    if (member && kind.can("list")) several.push_back(kind);
  }
  if (several.empty()) return tl::unexpected(std::move(one).error());
  return several;
}

Result<ResourceKind> ResourceKinds::find(std::string_view api_version, std::string_view kind) const {
  for (const ResourceKind& each : kinds_) {
    if (each.kind == kind && each.api_version() == api_version) return each;
  }
  return with_hint(fail(Code::not_found, "the server has no kind {} in {}", kind, api_version),
                   "check apiVersion and kind of the object");
}

}  // namespace holdfast::client
