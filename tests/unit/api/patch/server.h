// One object as a server keeps it: every request is one call, every stored change one tick of the clock. What a test
// compares is the object without managedFields, and the owners as short text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "unit/api/patch/json_text.h"
#include "unit/api/patch/sample_kind.h"

#include "api/patch/server_side_apply.h"
#include "api/patch/track_write.h"

namespace holdfast::test {

class Server {
 public:
  explicit Server(const api::Kind& kind = sample_kind()) : kind_(kind) {}

  struct Options {
    bool force = false;
    std::string subresource;
  };
  // `spec` in short: the members below it; or a whole configuration, when it has a "metadata" or "spec".
  std::string apply(std::string_view manager, std::string_view config);
  std::string apply(std::string_view manager, std::string_view config, const Options& options);
  // A POST or PUT.
  std::string write(std::string_view manager, std::string_view object, std::string_view subresource = "");
  // A merge patch.
  std::string patch(std::string_view manager, std::string_view patch, std::string_view subresource = "");

  json::Value object() const;  // without managedFields
  std::string spec() const;
  // One line per entry: `Apply kubectl: .spec.keep .spec.schedule`, ` status` after the manager of a subresource.
  std::string owners() const;
  const json::Value& stored() const { return *object_; }
  const std::optional<api::ApiError>& error() const { return error_; }
  int changes() const { return changes_; }

 private:
  std::string keep(api::ApiResult<json::Value> result);
  std::string now() const;

  const api::Kind& kind_;
  std::optional<json::Value> object_;
  std::optional<api::ApiError> error_;
  int changes_ = 0;
};

// {"apiVersion":…,"kind":"Sample","metadata":{"name":"s","namespace":"ns"},"spec":…}
json::Value sample(std::string_view spec);

}  // namespace holdfast::test
