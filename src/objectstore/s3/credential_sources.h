// The sources that make_credentials() asks, one after the other. Private to s3/; each one lives in a file of its own.
// All answer get() as CredentialProvider says: Code::not_found when they are not set up here. None of them caches.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "objectstore/s3/credentials.h"
#include "objectstore/s3/shared_config.h"

namespace holdfast::objectstore::s3 {

// The keys in the options. Code::usage when only one of them is given.
std::unique_ptr<CredentialProvider> make_explicit_credentials(const CredentialOptions& options);

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. Code::usage when only one of the first two is set.
std::unique_ptr<CredentialProvider> make_environment_credentials(const CredentialSystem& system);

// A token that says who we are (Kubernetes puts it into a file), exchanged at STS for keys of a role.
struct WebIdentity {
  std::string token_file;
  std::string role_arn;
  std::string session_name;  // shows in the audit log of the account; empty: made from the time
};
// The exchange itself, at the endpoint that sts.h says. The token file is read anew each time.
Result<Credentials> assume_role(const WebIdentity& identity, const std::string& region, const CredentialSystem& system,
                                http::Transport& transport, const std::stop_token& stop);
// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME.
std::unique_ptr<CredentialProvider> make_web_identity_credentials(const CredentialOptions& options,
                                                                  const CredentialSystem& system,
                                                                  http::Transport& transport);

// What the profile's program says: credential_process, run without a shell, for a minute at most. No error holds a word
// of it but the program's name. Code::usage when there is no such program.
Result<Credentials> credentials_of_process(const SharedProfile& profile, const CredentialSystem& system,
                                           const std::stop_token& stop);

// The profile in the shared files: its role (source_profile, credential_source), its keys, its web identity, or its
// process. The keys that ask for a role are looked for anew each time. Code::unsupported for the other way a profile
// can have (single sign-on), Code::usage when a profile was asked for by name and is not there. `metadata` reaches the
// services beside this machine.
std::unique_ptr<CredentialProvider> make_profile_credentials(const CredentialOptions& options,
                                                             const CredentialSystem& system, http::Transport& transport,
                                                             http::Transport& metadata);

// The endpoint that ECS and EKS put beside a container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI.
std::unique_ptr<CredentialProvider> make_container_credentials(const CredentialSystem& system,
                                                               http::Transport& transport);

// The role of the EC2 instance, from its metadata service (IMDSv2 only).
std::unique_ptr<CredentialProvider> make_instance_credentials(const CredentialSystem& system,
                                                              http::Transport& transport);
// The region that the instance runs in, from the same service. Code::not_found when there is no such service here.
Result<std::string> instance_region(const CredentialSystem& system, http::Transport& transport,
                                    const std::stop_token& stop);

// What find_region() finds without asking the instance; empty when nobody knows.
Result<std::string> sts_region(const CredentialOptions& options, const CredentialSystem& system,
                               const std::stop_token& stop);

// The first source that is set up; its error also says why those before it are not. Code::refused with all reasons when
// none is.
struct NamedSource {
  std::string name;
  std::unique_ptr<CredentialProvider> source;
};
std::unique_ptr<CredentialProvider> make_credential_chain(std::vector<NamedSource> sources);

// Remembers what `source` gave, as make_credentials() promises. Credentials without an expiry are asked for again every
// five minutes, so that a replaced key in a file is noticed.
std::unique_ptr<CredentialProvider> make_cached_credentials(std::unique_ptr<CredentialProvider> source,
                                                            os::Clock& clock);

}  // namespace holdfast::objectstore::s3
