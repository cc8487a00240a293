// Private to api/: what the rules of all kinds share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/fields.h"
#include "api/rules.h"
#include "base/units.h"

namespace holdfast::api {

// One object under judgement, and what was found.
class RuleCheck {
 public:
  RuleCheck(const RuleInput& input, const Objects& objects, const RuleHooks& hooks)
      : input_(input), objects_(objects), hooks_(hooks) {}

  const json::Value& object() const { return input_.object; }
  const json::Value* before() const { return input_.before; }
  bool is_new() const { return input_.before == nullptr; }
  bool by_server() const { return input_.by_server; }
  bool may_know(std::string_view project) const { return !input_.may_know || input_.may_know(project); }
  const Objects& objects() const { return objects_; }
  const RuleHooks& hooks() const { return hooks_; }

  std::string_view text(FieldNames names) const { return text_at(input_.object, names); }
  std::string_view name_space() const { return text({"metadata", "namespace"}); }
  // Is the field different from what it was, or the object new?
  bool changed(FieldNames names) const;

  void refuse(Cause cause);
  void warn(std::string text);
  // See RuleOutcome.
  void needs_absent(std::string_view kind, std::string_view name);
  void changes_keys() { outcome_.changes_keys = true; }
  void depends_on_keys() { outcome_.depends_on_keys = true; }
  RuleOutcome take() { return std::move(outcome_); }

 private:
  const RuleInput& input_;
  const Objects& objects_;
  const RuleHooks& hooks_;
  RuleOutcome outcome_;
};

// By kind.
Status check_backup_config(RuleCheck& check);
Status check_keys_of_config(RuleCheck& check);
Status check_keys_of_cluster(RuleCheck& check);
Status check_restore(RuleCheck& check);
Status check_operation(RuleCheck& check);
Status check_backup(RuleCheck& check);
Status check_seed(RuleCheck& check);
Status check_cluster(RuleCheck& check);
Status check_configuration(RuleCheck& check);
Status check_secret(RuleCheck& check);
Status check_config_map(RuleCheck& check);
Status check_launcher(RuleCheck& check);
Status check_member(RuleCheck& check);
Status check_token(RuleCheck& check);

// A duration of Go ("20m", "0s") that is 0 or lies between the two; refuses the field otherwise.
void check_duration(RuleCheck& check, const std::string& path, std::string_view text, Duration least, Duration most);

}  // namespace holdfast::api
