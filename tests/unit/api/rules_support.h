// A handful of other objects for the rules to look at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/rules.h"

namespace holdfast::api {

// Objects written as YAML. Fails every question once `broken` is set.
class KnownObjects final : public Objects {
 public:
  explicit KnownObjects(std::vector<std::string_view> documents);

  Result<std::optional<json::Value>> get(std::string_view kind, std::string_view name_space,
                                         std::string_view name) const override;
  Result<std::vector<json::Value>> list(std::string_view kind) const override;
  Result<std::vector<json::Value>> list_in(std::string_view kind, std::string_view name_space) const override;

  bool broken = false;

 private:
  std::vector<json::Value> all_;
};

// A Seed with the destinations s3 (the default) and far.away, the cluster x and the config daily.
const KnownObjects& usual_objects();

// What the rules say about this document as a new one of a user, or as a change of `before`: texts of causes, then
// "warning: …".
std::vector<std::string> judged(std::string_view document, std::string_view before = "",
                                const Objects& objects = usual_objects(), const RuleHooks& hooks = {});
// The same for somebody who may know of no project but this one.
std::vector<std::string> judged_for(std::string_view project, std::string_view document, const Objects& objects);
std::vector<std::string> judged_of_server(std::string_view document);

}  // namespace holdfast::api
