// The objects in the store, as the rules look at them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "api/kind.h"
#include "api/rules.h"
#include "store/store.h"

namespace holdfast::registry {

// Lives no longer than one check. Secret values are hidden.
class RuleObjects : public api::Objects {
 public:
  RuleObjects(store::Store& store, const api::Kinds& kinds) : store_(store), kinds_(kinds) {}

  Result<std::optional<json::Value>> get(std::string_view kind, std::string_view name_space,
                                         std::string_view name) const override;
  Result<std::vector<json::Value>> list(std::string_view kind) const override;
  Result<std::vector<json::Value>> list_in(std::string_view kind, std::string_view name_space) const override;

 private:
  Result<const api::Kind*> find(std::string_view kind) const;

  store::Store& store_;
  const api::Kinds& kinds_;
};

}  // namespace holdfast::registry
