#include "work/world.h"

#include "api/fields.h"

namespace holdfast::work {

Result<std::map<std::string, Secret>> referenced_secret(World& world, const json::Value& reference,
                                                        std::string_view name_space, std::string_view what) {
  const std::string_view named = api::text_at(reference, {"namespace"});
  const registry::ObjectId id{.name_space = std::string(named.empty() ? name_space : named),
                              .name = std::string(api::text_at(reference, {"name"}))};
  auto values = world.registry.secret_values(id);
  if (values) return values;
  if (values.error().code != Code::not_found)
    return in_context(std::move(values).error(), "read Secret {}/{}", id.name_space, id.name);
  return with_hint(fail(Code::not_found, "the Secret {}/{} with {} does not exist", id.name_space, id.name, what),
                   "create it");
}

}  // namespace holdfast::work
