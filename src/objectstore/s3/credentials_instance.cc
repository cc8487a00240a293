#include "http/url.h"
#include "objectstore/s3/credential_document.h"
#include "objectstore/s3/credential_sources.h"
#include "objectstore/s3/instance_metadata.h"
#include "objectstore/s3/service_request.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr const char* kRoles = "iam/security-credentials/";

std::string first_line(const std::string& text) {
  const std::string line = text.substr(0, text.find_first_of("\r\n"));
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

class InstanceCredentials final : public CredentialProvider {
 public:
  InstanceCredentials(const CredentialSystem& system, http::Transport& transport)
      : system_(system), transport_(transport) {}

  Result<Credentials> get(const std::stop_token& stop) override {
    HF_ASSIGN(InstanceMetadata metadata, InstanceMetadata::open(system_, transport_, stop));
    auto roles = metadata.get(kRoles, stop);
    if (!roles && roles.error().code == Code::not_found) return fail(Code::not_found, "the instance has no role");
    if (!roles) return tl::unexpected<Error>(std::move(roles).error());
    const std::string role = first_line(*roles);
    if (role.empty()) return fail(Code::not_found, "the instance has no role");
    auto document = metadata.get(kRoles + http::percent_encode(role), stop);
    // The role was there a moment ago: it is being changed, not missing.
    if (!document && document.error().code == Code::not_found) {
      return fail(Code::unavailable, "the role {} of the instance has no credentials", printable(role));
    }
    if (!document) return tl::unexpected<Error>(std::move(document).error());
    auto credentials = parse_credential_document(*document);
    if (!credentials) return in_context(std::move(credentials).error(), "read the instance's credentials");
    credentials->source = "instance role " + printable(role);
    return credentials;
  }

 private:
  const CredentialSystem system_;
  http::Transport& transport_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_instance_credentials(const CredentialSystem& system,
                                                              http::Transport& transport) {
  return std::make_unique<InstanceCredentials>(system, transport);
}

Result<std::string> instance_region(const CredentialSystem& system, http::Transport& transport,
                                    const std::stop_token& stop) {
  HF_ASSIGN(InstanceMetadata metadata, InstanceMetadata::open(system, transport, stop));
  HF_ASSIGN(const std::string region, metadata.get("placement/region", stop));
  return first_line(region);
}

}  // namespace holdfast::objectstore::s3
