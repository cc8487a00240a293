#include "objectstore/s3/sts_reply.h"

#include <pugixml.hpp>

namespace holdfast::objectstore::s3 {
namespace {

// No document types, no processing instructions: nothing in the text can refer to anything outside it.
constexpr unsigned kParseOptions = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_trim_pcdata;

bool parse(pugi::xml_document& document, std::string_view xml) {
  return static_cast<bool>(document.load_buffer(xml.data(), xml.size(), kParseOptions, pugi::encoding_utf8));
}

}  // namespace

Result<Credentials> parse_assumed_role(std::string_view xml) {
  pugi::xml_document document;
  if (!parse(document, xml)) return fail(Code::corrupt, "the answer of STS is not XML");
  pugi::xml_node found =
      document.child("AssumeRoleWithWebIdentityResponse").child("AssumeRoleWithWebIdentityResult").child("Credentials");
  if (!found) found = document.child("AssumeRoleResponse").child("AssumeRoleResult").child("Credentials");
  Credentials credentials{.access_key_id = found.child_value("AccessKeyId"),
                          .secret_access_key = Secret(found.child_value("SecretAccessKey")),
                          .session_token = Secret(found.child_value("SessionToken")),
                          .expiry = {},
                          .source = {}};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty() || credentials.session_token.empty()) {
    return fail(Code::corrupt, "the answer of STS holds no credentials");
  }
  const auto expiry = parse_time(found.child_value("Expiration"));
  if (!expiry) return fail(Code::corrupt, "the answer of STS does not say when the credentials expire");
  credentials.expiry = *expiry;
  return credentials;
}

StsFailure parse_sts_failure(std::string_view xml) {
  pugi::xml_document document;
  if (!parse(document, xml)) return {};
  const pugi::xml_node error = document.child("ErrorResponse").child("Error");
  return {.code = error.child_value("Code"), .message = error.child_value("Message")};
}

}  // namespace holdfast::objectstore::s3
