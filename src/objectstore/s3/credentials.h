// Who we are towards S3: keys from wherever this machine keeps them, without the user having to say.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "base/units.h"
#include "http/transport.h"
#include "os/clock.h"
#include "os/environment.h"
#include "os/file_system.h"
#include "os/process.h"

namespace holdfast::objectstore::s3 {

struct Credentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;            // empty for long-lived keys
  std::optional<WallTime> expiry;  // unset: they do not expire
  std::string source;              // for messages: "environment", "profile default", "instance role backup"
};

// Safe for concurrent use. No error ever holds a secret.
class CredentialProvider {
 public:
  virtual ~CredentialProvider() = default;

  // Credentials that are good now. Code::not_found: this source is not set up here (the message says why), so another
  // one may be asked. Any other error: it is set up, but did not work; asking a weaker source instead would hide that.
  virtual Result<Credentials> get(const std::stop_token& stop) = 0;

  // The service has said that the last credentials are expired or unknown: the next get() asks the source again.
  virtual void forget() {}
};

struct CredentialOptions {
  // Explicit keys come before everything else; both or neither.
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;
  std::string profile;  // empty: AWS_PROFILE, else "default"
  std::string region;   // for the endpoint of STS; empty: found like find_region() does, without asking the instance
  http::TransportOptions transport;  // CA, proxy and timeouts towards STS; metadata endpoints never go through a proxy
};

// What credential sources need of the machine. Everything must outlive the provider.
struct CredentialSystem {
  os::FileSystem& files;
  os::Clock& clock;
  const os::Environment& environment;
  os::Processes& processes;  // for credential_process
};

// The order AWS's own tools use: explicit keys, environment, web identity, shared credentials and config files (with
// the roles their profiles take on), container endpoint (ECS, EKS), instance role (EC2, IMDSv2). A profile that is
// named in the options, and not only by AWS_PROFILE, comes right after explicit keys. Cached, and asked again five
// minutes before they expire; while the old ones are still good a failed refresh is logged and they stay in use. When
// nothing is found: one Code::refused error which lists what was tried and why each did not apply.
std::unique_ptr<CredentialProvider> make_credentials(const CredentialOptions& options, const CredentialSystem& system);

// Region by AWS_REGION, AWS_DEFAULT_REGION, the profile in the config file, and with `ask_instance` the instance's own.
// Code::not_found when nobody knows.
Result<std::string> find_region(const CredentialOptions& options, const CredentialSystem& system, bool ask_instance,
                                const std::stop_token& stop);

// The profile's endpoint_url, unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is "true"; empty when there is none. `profile`
// empty: AWS_PROFILE, else "default". The flags and the environment come before it, which is up to the caller.
Result<std::string> profile_endpoint(const std::string& profile, const CredentialSystem& system);

// Keys that are given and never change; for tests, and for stores made with explicit keys.
std::unique_ptr<CredentialProvider> make_static_credentials(Credentials credentials);

}  // namespace holdfast::objectstore::s3
