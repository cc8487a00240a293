// Private to s3/: the answers of AWS STS (Query API, XML), which come from the network.
#pragma once

#include <string>
#include <string_view>

#include "objectstore/s3/credentials.h"

namespace holdfast::objectstore::s3 {

// The keys in the answer to AssumeRole or AssumeRoleWithWebIdentity. Code::corrupt when it is not such an answer; the
// message never holds a part of it.
Result<Credentials> parse_assumed_role(std::string_view xml);

struct StsFailure {
  std::string code;  // "ExpiredTokenException"; empty when the answer is no STS error
  std::string message;
};
StsFailure parse_sts_failure(std::string_view xml);

}  // namespace holdfast::objectstore::s3
