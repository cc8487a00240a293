#include "objectstore/s3/credential_sources.h"

namespace holdfast::objectstore::s3 {
namespace {

class CredentialChain final : public CredentialProvider {
 public:
  explicit CredentialChain(std::vector<NamedSource> sources) : sources_(std::move(sources)) {}

  Result<Credentials> get(const std::stop_token& stop) override {
    std::string reasons;
    for (const NamedSource& entry : sources_) {
      auto credentials = entry.source->get(stop);
      if (credentials) return credentials;
      Error error = std::move(credentials).error();
      if (error.code != Code::not_found) {
        if (!reasons.empty()) error.message += fmt::format(" (tried before: {})", reasons);
        return in_context(std::move(error), "get S3 credentials from {}", entry.name);
      }
      reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", entry.name, error.to_string());
    }
    return with_hint(
        fail(Code::refused, "found no S3 credentials ({})", reasons),
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with AWS_PROFILE, or run where a role "
        "is attached");
  }

 private:
  const std::vector<NamedSource> sources_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_credential_chain(std::vector<NamedSource> sources) {
  return std::make_unique<CredentialChain>(std::move(sources));
}

}  // namespace holdfast::objectstore::s3
