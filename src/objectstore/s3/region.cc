#include <strings.h>

#include "objectstore/s3/credential_sources.h"
#include "objectstore/s3/metadata_transport.h"
#include "objectstore/s3/shared_config.h"

namespace holdfast::objectstore::s3 {

Result<std::string> find_region(const CredentialOptions& options, const CredentialSystem& system, bool ask_instance,
                                const std::stop_token& stop) {
  if (!options.region.empty()) return options.region;
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (const auto region = system.environment.get(variable)) return *region;
  }
  HF_ASSIGN(const SharedProfile profile, load_shared_profile(options.profile, system));
  if (const std::string region = profile.setting("region"); !region.empty()) return region;
  std::string reason = "AWS_REGION is not set and the profile names none";
  if (ask_instance) {
    const auto transport = make_metadata_transport(options, system);
    auto region = instance_region(system, *transport, stop);
    if (region && !region->empty()) return region;
    if (!region && region.error().code == Code::cancelled) return region;
    if (!region) reason += "; " + region.error().to_string();
  }
  return with_hint(fail(Code::not_found, "no region is known ({})", reason), "set AWS_REGION");
}

Result<std::string> profile_endpoint(const std::string& profile, const CredentialSystem& system) {
  const std::string ignored = system.environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").value_or("");
  if (::strcasecmp(ignored.c_str(), "true") == 0) return std::string();
  HF_ASSIGN(const SharedProfile found, load_shared_profile(profile, system));
  return found.setting("endpoint_url");
}

Result<std::string> sts_region(const CredentialOptions& options, const CredentialSystem& system,
                               const std::stop_token& stop) {
  auto region = find_region(options, system, false, stop);
  if (!region && region.error().code == Code::not_found) return std::string();
  return region;
}

}  // namespace holdfast::objectstore::s3
