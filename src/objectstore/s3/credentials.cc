#include "objectstore/s3/credentials.h"

#include "objectstore/s3/credential_sources.h"
#include "objectstore/s3/metadata_transport.h"

namespace holdfast::objectstore::s3 {
namespace {

http::TransportOptions with_trust(http::TransportOptions options, const os::Environment& environment) {
  if (options.ca_file.empty() && options.ca_pem.empty())
    options.ca_file = environment.get("AWS_CA_BUNDLE").value_or("");
  return options;
}

// Owns what the sources talk through.
class MachineCredentials final : public CredentialProvider {
 public:
  MachineCredentials(const CredentialOptions& options, const CredentialSystem& system)
      : transport_(http::make_curl_transport(with_trust(options.transport, system.environment), system.environment,
                                             system.clock)),
        metadata_(make_metadata_transport(options, system)),
        sources_(make_cached_credentials(make_credential_chain(sources(options, system)), system.clock)) {}

  Result<Credentials> get(const std::stop_token& stop) override { return sources_->get(stop); }
  void forget() override { sources_->forget(); }

 private:
  std::vector<NamedSource> sources(const CredentialOptions& options, const CredentialSystem& system) {
    std::vector<NamedSource> all;
    all.push_back({"explicit keys", make_explicit_credentials(options)});
    // Who names a profile means it; AWS_PROFILE alone comes after keys in the environment, as with AWS's tools.
    const bool named = !options.profile.empty() && system.environment.get("AWS_PROFILE") != options.profile;
    const auto shared_files = [&] {
      all.push_back({"shared files", make_profile_credentials(options, system, *transport_, *metadata_)});
    };
    if (named) shared_files();
    all.push_back({"environment", make_environment_credentials(system)});
    all.push_back({"web identity", make_web_identity_credentials(options, system, *transport_)});
    if (!named) shared_files();
    all.push_back({"container endpoint", make_container_credentials(system, *metadata_)});
    all.push_back({"instance role", make_instance_credentials(system, *metadata_)});
    return all;
  }

  const std::unique_ptr<http::Transport> transport_;
  const std::unique_ptr<http::Transport> metadata_;
  const std::unique_ptr<CredentialProvider> sources_;  // last: uses the transports
};

}  // namespace

std::unique_ptr<http::Transport> make_metadata_transport(const CredentialOptions& options,
                                                         const CredentialSystem& system) {
  http::TransportOptions transport = with_trust(options.transport, system.environment);
  transport.proxy = "";
  transport.connect_timeout = std::chrono::seconds(1);
  transport.stall_timeout = std::chrono::seconds(5);
  return http::make_curl_transport(transport, system.environment, system.clock);
}

std::unique_ptr<CredentialProvider> make_credentials(const CredentialOptions& options, const CredentialSystem& system) {
  return std::make_unique<MachineCredentials>(options, system);
}

}  // namespace holdfast::objectstore::s3
