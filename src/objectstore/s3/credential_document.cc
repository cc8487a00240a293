#include "objectstore/s3/credential_document.h"

#include "model/json.h"
#include "objectstore/s3/service_request.h"

namespace holdfast::objectstore::s3 {

Result<Credentials> parse_credential_document(std::string_view text, std::string_view token_member) {
  HF_ASSIGN(const json::Value value, json::parse(text, kLargestAnswer));
  if (!value.is_object()) return fail(Code::corrupt, "the answer is not a JSON object");
  const json::Object& document = value.get_object();
  if (json::has(document, "Code")) {
    HF_ASSIGN(const std::string code, json::get_string(document, "Code"));
    if (code != "Success") return fail(Code::refused, "the answer says {} instead of credentials", printable(code));
  }
  HF_ASSIGN(const std::string id, json::get_string(document, "AccessKeyId"));
  HF_ASSIGN(const std::string secret, json::get_string(document, "SecretAccessKey"));
  if (id.empty() || secret.empty()) return fail(Code::corrupt, "the answer holds an empty key");
  Credentials credentials{
      .access_key_id = id, .secret_access_key = Secret(secret), .session_token = {}, .expiry = {}, .source = {}};
  if (json::has(document, token_member)) {
    HF_ASSIGN(const std::string token, json::get_string(document, token_member));
    credentials.session_token = Secret(token);
  }
  if (json::has(document, "Expiration")) {
    HF_ASSIGN(const std::string expiration, json::get_string(document, "Expiration"));
    const auto expiry = parse_time(expiration);
    if (!expiry) return fail(Code::corrupt, "member \"Expiration\" is not a time");
    credentials.expiry = *expiry;
  }
  return credentials;
}

}  // namespace holdfast::objectstore::s3
