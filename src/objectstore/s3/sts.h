// Private to s3/: asks AWS STS, or a server that does its work, for the keys of a role.
// Source: "AssumeRole" and "AssumeRoleWithWebIdentity" (AWS Security Token Service API Reference).
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "objectstore/s3/credentials.h"

namespace holdfast::objectstore::s3 {

struct RoleQuestion {
  std::string action = "AssumeRole";
  std::string role_arn;
  std::string session_name;                               // shows in the account's audit log; empty: made from the time
  std::vector<std::pair<std::string, std::string>> more;  // further parameters, before percent-encoding
  Secret web_identity_token;                              // one more, when not empty
  const Credentials* signed_by = nullptr;                 // null: the question carries no signature
  std::string hint;                                       // what to do when it is refused
};

// Asks at AWS_ENDPOINT_URL_STS, else AWS_ENDPOINT_URL, else AWS's endpoint for `region` (empty: the global one). Sent
// again when STS is busy. Code::refused when STS says no; no error holds a secret of the question. The answer's
// Credentials::source is the caller's to fill in.
Result<Credentials> ask_sts(const RoleQuestion& question, const std::string& region, const CredentialSystem& system,
                            http::Transport& transport, const std::stop_token& stop);

}  // namespace holdfast::objectstore::s3
