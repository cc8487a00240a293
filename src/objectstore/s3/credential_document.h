// Private to s3/: the JSON document in which container endpoints and the instance metadata service hand credentials
// out.
#pragma once

#include <string>
#include <string_view>

#include "objectstore/s3/credentials.h"

namespace holdfast::objectstore::s3 {

// {"AccessKeyId": …, "SecretAccessKey": …, "Token": …, "Expiration": …, "Code": "Success"}; Code and Token, which some
// call otherwise, may be missing. Code::refused when Code says otherwise, Code::corrupt when it is no such document. No
// message holds a part of it but Code.
Result<Credentials> parse_credential_document(std::string_view text, std::string_view token_member = "Token");

}  // namespace holdfast::objectstore::s3
