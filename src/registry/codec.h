// Objects as the bytes that lie in the store, and back.
#pragma once

#include <optional>
#include <string>

#include "api/kind.h"
#include "api/status.h"
#include "base/result.h"
#include "model/json_excerpt.h"
#include "model/stored_json.h"
#include "os/random.h"
#include "registry/keys.h"
#include "registry/sealer.h"
#include "store/store.h"

namespace holdfast::registry {

// The object of an entry as everybody may see it: secret values hidden, metadata.resourceVersion set. Code::corrupt
// names the key when it is no JSON.
Result<json::Value> decode_entry(const api::Kind& kind, const store::Entry& entry,
                                 json::Memory memory = json::Memory::common);
// The same of these members only, quicker; it may have more. In memory of one piece.
Result<json::Value> decode_excerpt(const api::Kind& kind, const store::Entry& entry, const json::Excerpt& excerpt);
// The same as it lies there: secret values sealed.
Result<json::Value> decode_stored(const store::Entry& entry, json::Memory memory = json::Memory::common);

// What lies nowhere but in the store and in the answer to a creation.
json::Value hide_secrets(const api::Kind& kind, json::Value object);

struct Encoded {
  std::string bytes;
  json::Value shown;  // secret values hidden
};
// An object that is in the store.
struct Current {
  store::Entry entry;
  json::Value object;  // secret values hidden
};
// `object` as it will lie in the store; `before` is what lies there now, or null. Nothing when nothing changes.
api::ApiResult<std::optional<Encoded>> encode(const api::Kind& kind, json::Value object, const Current* before,
                                              const ObjectId& id, const Sealer& sealer, os::Random& random);

// `object` with metadata.resourceVersion.
json::Value with_revision(json::Value object, store::Revision revision);

}  // namespace holdfast::registry
