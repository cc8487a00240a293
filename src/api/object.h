// What the API does with the bytes of one object before they are stored: decoding, checking against the schema,
// defaults.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "api/kind.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

// 3 MiB is what Kubernetes allows; the levels are those of a request, whatever the schema says.
constexpr json::Limits kBodyLimits{.bytes = 3 * 1024 * 1024, .levels = 64};
// Of unknown and duplicate fields, and of causes, at most this many are named.
constexpr std::size_t kMostNamed = 100;

// A decoded object and what was odd about it. Paths as people read them: "spec.keep".
struct Decoded {
  json::Value object;
  std::vector<std::string> unknown_fields;
  std::vector<std::string> duplicate_fields;
};

// The JSON text of a request, of any kind (patches, options). 413 when it is too large, 400 when it is not JSON or too
// deep. The first two of a request's checks that cost anything; both are linear in the size.
ApiResult<json::Value> decode_body(std::string_view body, std::vector<std::string>& duplicates,
                                   json::Limits limits = kBodyLimits);

// The object of a POST or PUT: decoded, of this kind (400 otherwise; one of Kubernetes' own kinds need not say so),
// pruned. Metadata of a wrong type is 400 as well; everything else that is wrong is found by validate().
ApiResult<Decoded> decode_json(const Kind& kind, std::string_view body, json::Limits limits = kBodyLimits);
// The same for an object that is JSON already (from protobuf, or a patched one).
ApiResult<Decoded> decode_value(const Kind& kind, json::Value object);

// `duplicate field "spec.name"`, `unknown field "spec.bogus"`: for Warning headers (fieldValidation=Warn).
std::vector<std::string> oddities(const Decoded& decoded);
// fieldValidation=Strict: of a POST or PUT a 400, of a PATCH a 422 with one cause of the field "patch".
ApiError strict_error(const Kind& kind, const Decoded& decoded);
ApiError strict_patch_error(const Kind& kind, std::string_view name, const Decoded& decoded);

// Removes what the schema does not know (names it in `unknown`, at most kMostNamed), and null members of fields that
// are not nullable. Whole numbers written with a fraction (5.0) become integers where the schema wants those. Metadata
// is pruned by the schema of ObjectMeta.
void prune(const Kind& kind, json::Value& object, std::vector<std::string>& unknown);
// Fills in defaults, also inside objects that are there.
void apply_defaults(const Kind& kind, json::Value& object);
// Types, required, enum, pattern, format, bounds, metadata (names, labels, annotations, finalizers, owner references).
// Empty: valid. At most kMostNamed causes.
std::vector<Cause> validate(const Kind& kind, const json::Value& object);
// What a change may not do to metadata: set or move the time of deletion, add finalizers to what is being deleted.
std::vector<Cause> validate_change(const json::Value& before, const json::Value& after);

}  // namespace holdfast::api
