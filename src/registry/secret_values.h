// The values of a Secret on their way in and out: sealed in the store, hidden everywhere else.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/status.h"
#include "base/result.h"
#include "base/secret.h"
#include "model/json.h"
#include "os/random.h"
#include "registry/keys.h"
#include "registry/sealer.h"

namespace holdfast::registry {

// Stands for a value that is there ("(hidden)" in base64). Written back, it leaves the value as it is, so that reading
// and replacing a Secret never destroys it.
constexpr std::string_view kHiddenValue = "KGhpZGRlbik=";

// `stored`, with every value hidden; also those in the annotation in which `kubectl apply` keeps what it applied.
json::Value hide_values(json::Value object);

// stringData moved into data, in base64.
void merge_string_data(json::Value& object);

// Both forms of what is to be stored.
struct SealedSecret {
  json::Value stored;        // values sealed
  json::Value shown;         // values hidden
  bool same_values = false;  // names and values are those of `before`
};
// `object` as a client wrote it; `before` as it is stored, null for a new one. 422: a hidden value that stands for
// nothing, or data that is no base64.
api::ApiResult<SealedSecret> seal_values(const json::Value& object, const json::Value* before, const ObjectId& id,
                                         const Sealer& sealer, os::Random& random);

// Seals the values of a stored Secret that are not sealed with the newest key anew; every value is opened. False: there
// was none to seal. Errors are those of Sealer::open, and the object may be half done then.
Result<bool> reseal_values(json::Value& stored, const ObjectId& id, const Sealer& sealer, os::Random& random);

// The values of a stored Secret, for those who work with them.
Result<std::map<std::string, Secret>> open_values(const json::Value& stored, const ObjectId& id, const Sealer& sealer);

}  // namespace holdfast::registry
