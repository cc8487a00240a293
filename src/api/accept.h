// What a client wants to get: the header Accept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::api {

// In which shape an answer about resources goes out. All are JSON.
enum class Form { object, table, partial_metadata };
struct Accepted {
  Form form = Form::object;
  std::string version = "v1";  // of the group meta.k8s.io, for a table and partial metadata: "v1" or "v1beta1"
};

// The first entry of the list, from left to right, that we can write. `*/*`, `application/*` and `application/json` are
// plain objects; protobuf, CBOR, YAML and unknown `as=` are passed over. Weights (q=) are not looked at, but q=0
// excludes. An empty header is `*/*`. Nothing: not_acceptable().
std::optional<Accepted> negotiate(std::string_view accept);

// For /api and /apis: the version of the aggregated document that is wanted ("v2", "v2beta1"), or "" for the classic
// one.
std::optional<std::string> negotiate_discovery(std::string_view accept);
// The content type of that answer.
std::string discovery_content_type(std::string_view version);

// For /openapi/v2: true when the empty protobuf document is to be sent rather than JSON.
bool wants_protobuf(std::string_view accept);

}  // namespace holdfast::api
