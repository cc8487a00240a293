#include "registry/rule_objects.h"

#include "registry/codec.h"
#include "registry/keys.h"

namespace holdfast::registry {

Result<const api::Kind*> RuleObjects::find(std::string_view kind) const {
  for (const api::Kind& each : kinds_.all()) {
    if (each.kind == kind) return &each;
  }
  return fail(Code::internal, "there is no kind {}", kind);
}

Result<std::optional<json::Value>> RuleObjects::get(std::string_view kind, std::string_view name_space,
                                                    std::string_view name) const {
  HF_ASSIGN(const api::Kind* found, find(kind));
  auto entry = store_.get(object_key(*found, {.name_space = std::string(name_space), .name = std::string(name)}));
  if (!entry && entry.error().code == Code::not_found) return std::optional<json::Value>();
  if (!entry) return tl::unexpected(std::move(entry).error());
  HF_ASSIGN(auto object, decode_entry(*found, *entry));
  return std::optional<json::Value>(std::move(object));
}

Result<std::vector<json::Value>> RuleObjects::list(std::string_view kind) const {
  return list_in(kind, "");
}

Result<std::vector<json::Value>> RuleObjects::list_in(std::string_view kind, std::string_view name_space) const {
  HF_ASSIGN(const api::Kind* found, find(kind));
  store::ListRequest request;
  request.prefix = kind_prefix(*found, name_space);
  HF_ASSIGN(const store::Page page, store_.list(request));
  std::vector<json::Value> objects;
  for (const store::Entry& entry : page.entries) {
    HF_ASSIGN(auto object, decode_entry(*found, entry));
    objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace holdfast::registry
