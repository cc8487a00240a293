#include "objectstore/s3/credential_sources.h"

namespace holdfast::objectstore::s3 {
namespace {

class StaticCredentials final : public CredentialProvider {
 public:
  explicit StaticCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  Result<Credentials> get(const std::stop_token& /*stop*/) override { return credentials_; }

 private:
  const Credentials credentials_;
};

class ExplicitCredentials final : public CredentialProvider {
 public:
  explicit ExplicitCredentials(const CredentialOptions& options)
      : credentials_{.access_key_id = options.access_key_id,
                     .secret_access_key = options.secret_access_key,
                     .session_token = options.session_token,
                     .expiry = {},
                     .source = "explicit keys"} {}

  Result<Credentials> get(const std::stop_token& /*stop*/) override {
    const bool has_id = !credentials_.access_key_id.empty();
    const bool has_secret = !credentials_.secret_access_key.empty();
    if (has_id && has_secret) return credentials_;
    if (!has_id && !has_secret) return fail(Code::not_found, "none given");
    return with_hint(fail(Code::usage, "{} is given without {}", has_id ? "an access key" : "a secret key",
                          has_id ? "its secret key" : "its access key"),
                     "give both, or neither to have them looked for on this machine");
  }

 private:
  const Credentials credentials_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_static_credentials(Credentials credentials) {
  return std::make_unique<StaticCredentials>(std::move(credentials));
}

std::unique_ptr<CredentialProvider> make_explicit_credentials(const CredentialOptions& options) {
  return std::make_unique<ExplicitCredentials>(options);
}

}  // namespace holdfast::objectstore::s3
