#include "objectstore/s3/credential_sources.h"

namespace holdfast::objectstore::s3 {
namespace {

class EnvironmentCredentials final : public CredentialProvider {
 public:
  explicit EnvironmentCredentials(const CredentialSystem& system) : environment_(system.environment) {}

  Result<Credentials> get(const std::stop_token& /*stop*/) override {
    const auto id = environment_.get("AWS_ACCESS_KEY_ID");
    const auto secret = environment_.get("AWS_SECRET_ACCESS_KEY");
    if (!id && !secret) return fail(Code::not_found, "AWS_ACCESS_KEY_ID is not set");
    if (!id || !secret) {
      return with_hint(fail(Code::usage, "{} is set, but {} is not", id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
                            id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID"),
                       "set both, or unset both to have credentials looked for elsewhere");
    }
    return Credentials{.access_key_id = *id,
                       .secret_access_key = Secret(*secret),
                       .session_token = Secret(environment_.get("AWS_SESSION_TOKEN").value_or("")),
                       .expiry = {},
                       .source = "environment"};
  }

 private:
  const os::Environment& environment_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_environment_credentials(const CredentialSystem& system) {
  return std::make_unique<EnvironmentCredentials>(system);
}

}  // namespace holdfast::objectstore::s3
