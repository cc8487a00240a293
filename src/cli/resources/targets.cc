#include "cli/resources/targets.h"

#include "api/fields.h"
#include "cli/setters.h"

namespace holdfast::cli {
namespace {

using client::ApiClient;
using client::Resource;
using client::ResourceKind;

struct Names {
  std::vector<ResourceKind> kinds;
  std::vector<std::string> names;
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> items;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    items.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return items;
}

std::string namespace_of(const ResourceKind& kind, const TargetFlags& flags, const ApiClient& client) {
  return kind.namespaced && !flags.all_namespaces ? client.connection().name_space : "";
}

Resource make(const ResourceKind& kind, const std::string& name, const TargetFlags& flags, const ApiClient& client) {
  return {.kind = kind, .name_space = namespace_of(kind, flags, client), .name = name};
}

Status check_names(bool named, const TargetFlags& flags) {
  if (!named) return {};
  if (flags.all_namespaces) return fail(Code::usage, "a name is one of one namespace: -A does not go with it");
  if (flags.selection.labels.empty() && flags.selection.fields.empty()) return {};
  return fail(Code::usage, "give either names or a selector");
}

Result<std::vector<Resource>> read_pairs(const std::vector<std::string>& words, const TargetFlags& flags,
                                         ApiClient& client, const client::ResourceKinds& kinds) {
  std::vector<Resource> targets;
  for (const std::string& word : words) {
    const std::size_t slash = word.find('/');
    if (slash == std::string::npos || slash + 1 == word.size())
      return fail(Code::usage, "\"{}\" is not KIND/NAME, as the others are", word);
    HF_ASSIGN(const ResourceKind kind, kinds.find(word.substr(0, slash)));
    targets.push_back(make(kind, word.substr(slash + 1), flags, client));
  }
  return targets;
}

}  // namespace

std::vector<Option> selection_options(TargetFlags& flags) {
  std::vector<Option> options;
  options.push_back({.name = "selector",
                     .letters = "l",
                     .value_name = "LABELS",
                     .help = "only objects with these labels: a=b,c!=d,e in (f,g),h",
                     .only_flag = true,
                     .set = set_text(flags.selection.labels)});
  options.push_back({.name = "field-selector",
                     .value_name = "FIELDS",
                     .help = "only objects with these values: metadata.name=a",
                     .only_flag = true,
                     .set = set_text(flags.selection.fields)});
  options.push_back({.name = "all-namespaces",
                     .letters = "A",
                     .help = "the objects of all namespaces",
                     .only_flag = true,
                     .set = set_switch(flags.all_namespaces)});
  return options;
}

std::vector<Positional> target_positionals() {
  return {{.name = "KIND", .help = "a kind, or KIND/NAME", .completes = Completes::resource},
          {.name = "NAME",
           .help = "names of objects, or further KIND/NAME",
           .repeatable = true,
           .optional = true,
           .completes = Completes::resource}};
}

Result<std::vector<Resource>> read_targets(const std::vector<std::string>& words, const TargetFlags& flags,
                                           ApiClient& client, const std::stop_token& stop) {
  if (words.empty()) return fail(Code::usage, "no kind is named");
  const bool pairs = words.front().find('/') != std::string::npos;
  HF_TRY(check_names(pairs || words.size() > 1, flags));
  HF_ASSIGN(const client::ResourceKinds* kinds, client.kinds(stop));
  if (pairs) return read_pairs(words, flags, client, *kinds);
  std::vector<Resource> targets;
  for (const std::string& word : split(words.front())) {
    HF_ASSIGN(const std::vector<ResourceKind> several, kinds->find_several(word));
    if (several.size() > 1 && words.size() > 1)
      return fail(Code::usage, "\"{}\" means several kinds, so no names can follow", word);
    for (const ResourceKind& kind : several) {
      if (words.size() == 1) targets.push_back(make(kind, "", flags, client));
      for (std::size_t i = 1; i < words.size(); ++i)
        targets.push_back(make(kind, words[i], flags, client));
    }
  }
  return targets;
}

Result<std::vector<Resource>> find_objects(const std::vector<std::string>& words, const TargetFlags& flags,
                                           ApiClient& client, const std::stop_token& stop) {
  HF_ASSIGN(const std::vector<Resource> targets, read_targets(words, flags, client, stop));
  std::vector<Resource> found;
  for (const Resource& target : targets) {
    if (!target.name.empty()) {
      found.push_back(target);
      continue;
    }
    if (flags.selection.labels.empty() && flags.selection.fields.empty())
      return with_hint(fail(Code::usage, "no object of the kind {} is named", target.kind.plural),
                       "give a name, or choose with -l or --field-selector");
    HF_ASSIGN(const json::Value list, client.list(target, flags.selection, client::Form::object, stop));
    for (const json::Value& item : *api::array_at(list, {"items"})) {
      found.push_back({.kind = target.kind,
                       .name_space = std::string(api::text_at(item, {"metadata", "namespace"})),
                       .name = std::string(api::text_at(item, {"metadata", "name"}))});
    }
  }
  return found;
}

Result<Resource> resource_of(const json::Value& object, const std::string& name_space, ApiClient& client,
                             const std::stop_token& stop) {
  HF_ASSIGN(const client::ResourceKinds* kinds, client.kinds(stop));
  Resource resource;
  HF_ASSIGN(resource.kind, kinds->find(api::text_at(object, {"apiVersion"}), api::text_at(object, {"kind"})));
  resource.name = api::text_at(object, {"metadata", "name"});
  if (!resource.kind.namespaced) return resource;
  resource.name_space = api::text_at(object, {"metadata", "namespace"});
  if (!name_space.empty() && !resource.name_space.empty() && name_space != resource.name_space) {
    return fail(Code::usage, "{} says it belongs to the namespace {}, and --namespace says {}", resource.name,
                resource.name_space, name_space);
  }
  if (resource.name_space.empty()) resource.name_space = client.connection().name_space;
  return resource;
}

std::string label_of(const client::Resource& resource) {
  return resource.name.empty() ? resource.kind.qualified_plural() : resource.kind.label_of(resource.name);
}

}  // namespace holdfast::cli
