#include "objectstore/s3/credential_sources.h"
#include "objectstore/s3/sts.h"
#include "objectstore/s3/token_file.h"

namespace holdfast::objectstore::s3 {
namespace {

class WebIdentityCredentials final : public CredentialProvider {
 public:
  WebIdentityCredentials(const CredentialOptions& options, const CredentialSystem& system, http::Transport& transport)
      : options_(options), system_(system), transport_(transport) {}

  Result<Credentials> get(const std::stop_token& stop) override {
    const auto file = system_.environment.get("AWS_WEB_IDENTITY_TOKEN_FILE");
    const auto role = system_.environment.get("AWS_ROLE_ARN");
    if (!file) return fail(Code::not_found, "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    if (!role) {
      return with_hint(fail(Code::usage, "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not"),
                       "set both, or unset both to have credentials looked for elsewhere");
    }
    const WebIdentity identity{.token_file = *file,
                               .role_arn = *role,
                               .session_name = system_.environment.get("AWS_ROLE_SESSION_NAME").value_or("")};
    HF_ASSIGN(const std::string region, sts_region(options_, system_, stop));
    return assume_role(identity, region, system_, transport_, stop);
  }

 private:
  const CredentialOptions options_;
  const CredentialSystem system_;
  http::Transport& transport_;
};

}  // namespace

Result<Credentials> assume_role(const WebIdentity& identity, const std::string& region, const CredentialSystem& system,
                                http::Transport& transport, const std::stop_token& stop) {
  auto token = read_token(system.files, identity.token_file);
  if (!token) {
    // A file that is named and not there is a mistake, not a source that is not set up.
    if (token.error().code == Code::not_found) return fail(Code::usage, "{}", token.error().message);
    return tl::unexpected<Error>(std::move(token).error());
  }
  const RoleQuestion question{.action = "AssumeRoleWithWebIdentity",
                              .role_arn = identity.role_arn,
                              .session_name = identity.session_name,
                              .more = {},
                              .web_identity_token = std::move(*token),
                              .hint = "check the trust policy of the role, and that the token file " +
                                      identity.token_file + " is the one of the service account it names"};
  HF_ASSIGN(Credentials credentials, ask_sts(question, region, system, transport, stop));
  credentials.source = "web identity, role " + identity.role_arn;
  return credentials;
}

std::unique_ptr<CredentialProvider> make_web_identity_credentials(const CredentialOptions& options,
                                                                  const CredentialSystem& system,
                                                                  http::Transport& transport) {
  return std::make_unique<WebIdentityCredentials>(options, system, transport);
}

}  // namespace holdfast::objectstore::s3
