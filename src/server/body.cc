#include "server/body.h"

#include <algorithm>
#include <utility>

#include "server/answer.h"

#include "api/causes.h"
#include "api/fields.h"
#include "api/patch/unprocessable.h"
#include "api/protobuf/decoder.h"

namespace holdfast::server {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

api::ApiResult<api::Decoded> decode(const Call& call) {
  const std::string type = media_type(call.request.header("Content-Type"));
  if (type.empty() || type == kJson) return api::decode_json(call.kind(), call.request.body);
  const bool protobuf = type == api::kProtobufMediaType && call.kind().built_in;
  if (!protobuf) {
    std::vector<std::string> accepted{std::string(kJson)};
    if (call.kind().built_in) accepted.emplace_back(api::kProtobufMediaType);
    return tl::unexpected(api::unsupported_media_type(std::move(accepted)));
  }
  auto object = api::decode_protobuf(as_bytes(call.request.body));
  if (!object) return tl::unexpected(std::move(object).error());
  return api::decode_value(call.kind(), std::move(*object));
}

api::ApiResult<json::Value> decode_options(const http::ServerRequest& request) {
  if (media_type(request.header("Content-Type")) == api::kProtobufMediaType || api::is_protobuf(as_bytes(request.body)))
    return api::decode_protobuf(as_bytes(request.body));
  std::vector<std::string> duplicates;
  return api::decode_body(request.body, duplicates);
}

}  // namespace

std::string media_type(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && is_blank(type.back()))
    type.remove_suffix(1);
  while (!type.empty() && is_blank(type.front()))
    type.remove_prefix(1);
  std::string out(type);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

api::ApiResult<json::Value> read_object_body(Call& call, const WriteParameters& parameters) {
  auto decoded = decode(call);
  if (!decoded) return tl::unexpected(std::move(decoded).error());
  if (parameters.validation != FieldValidation::ignore) {
    const std::vector<std::string> odd = api::oddities(*decoded);
    if (!odd.empty() && parameters.validation == FieldValidation::strict)
      return tl::unexpected(api::strict_error(call.kind(), *decoded));
    call.warnings.insert(call.warnings.end(), odd.begin(), odd.end());
  }
  return std::move(decoded->object);
}

api::ApiResult<DeleteBody> read_delete_body(const http::ServerRequest& request) {
  DeleteBody body;
  if (request.body.empty()) return body;
  const auto options = decode_options(request);
  if (!options) return tl::unexpected(options.error());
  if (!options->is_object()) return tl::unexpected(api::bad_request("DeleteOptions must be an object"));
  body.uid = std::string(api::text_at(*options, {"preconditions", "uid"}));
  body.resource_version = std::string(api::text_at(*options, {"preconditions", "resourceVersion"}));
  const json::Array* dry_run = api::array_at(*options, {"dryRun"});
  if (dry_run == nullptr) return body;
  for (const json::Value& each : *dry_run) {
    if (!each.is_string() || each.get_string() != "All")
      return tl::unexpected(api::unprocessable({api::causes::not_supported("dryRun", each, {"All"})}));
    body.dry_run = true;
  }
  return body;
}

}  // namespace holdfast::server
