// OpenAPI, from which clients learn the fields of the kinds: kubectl asks for it before each create, apply, edit,
// explain.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/kind.h"
#include "model/json.h"

namespace holdfast::api {

// The OpenAPI v3 document of one group and version: the schemas of its kinds and ObjectMeta, and paths with the
// operations that clients look for (a patch with the parameter fieldValidation, the kind as extension).
json::Value openapi_v3(const Kinds& kinds, const GroupVersion& group_version);
// Swagger 2.0 of all kinds: definitions, and the same paths without bodies.
json::Value openapi_v2(const Kinds& kinds);

// "io.k8c.kubermatic.v1.EtcdBackupConfig", "io.k8s.api.core.v1.Secret".
std::string schema_name(const Kind& kind);
constexpr std::string_view kObjectMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
// Of the answer to /openapi/v2 that is wanted as protobuf: 200 with an empty body, which is a valid document.
constexpr std::string_view kEmptyProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

// All documents as text, made once. Immutable; any thread.
class OpenApiDocuments {
 public:
  struct Document {
    std::string body;
    std::string hash;  // of the body; the ETag is it in quotes
  };

  explicit OpenApiDocuments(const Kinds& kinds);

  // GET /openapi/v3
  const Document& index() const { return index_; }
  // GET /openapi/v3/PATH, with PATH as in the index: "api/v1", "apis/kubermatic.k8c.io/v1". Null: there is none. With
  // the right ?hash= the answer may be kept for ever; with a wrong one, send the client to url().
  const Document* find(std::string_view path) const;
  std::optional<std::string> url(std::string_view path) const;
  // GET /openapi/v2 as JSON
  const Document& v2() const { return v2_; }

 private:
  Document index_;
  Document v2_;
  std::map<std::string, Document, std::less<>> documents_;
};

}  // namespace holdfast::api
