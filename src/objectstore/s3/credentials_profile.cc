#include <array>

#include "objectstore/s3/credential_sources.h"
#include "objectstore/s3/shared_config.h"

namespace holdfast::objectstore::s3 {
namespace {

std::string value_of(const IniSection& section, const std::string& name) {
  const auto found = section.find(name);
  return found == section.end() ? "" : found->second;
}

// Both keys from one file: halves of two different pairs would never work.
Result<Credentials> keys_of(const SharedProfile& profile) {
  for (const IniSection* section : {&profile.credentials, &profile.config}) {
    const std::string id = value_of(*section, "aws_access_key_id");
    const Secret secret(value_of(*section, "aws_secret_access_key"));
    if (id.empty() && secret.empty()) continue;
    if (id.empty() || secret.empty()) {
      return with_hint(
          fail(Code::usage, "profile {} has {} without {}", profile.name,
               id.empty() ? "aws_secret_access_key" : "aws_access_key_id",
               id.empty() ? "aws_access_key_id" : "aws_secret_access_key"),
          "complete the pair in " + (section == &profile.credentials ? profile.credentials_file : profile.config_file));
    }
    return Credentials{.access_key_id = id,
                       .secret_access_key = secret,
                       .session_token = Secret(value_of(*section, "aws_session_token")),
                       .expiry = {},
                       .source = "profile " + profile.name};
  }
  return fail(Code::not_found, "profile {} has no keys", profile.name);
}

tl::unexpected<Error> missing(const SharedProfile& profile) {
  if (profile.credentials_file.empty() && profile.config_file.empty()) {
    return fail(profile.asked_for ? Code::usage : Code::not_found, "no home directory (HOME) to look for profile {} in",
                profile.name);
  }
  if (!profile.unreadable.empty() && profile.asked_for)
    return fail(Code::refused, "cannot read {}", profile.unreadable);
  if (!profile.unreadable.empty()) return fail(Code::not_found, "cannot read {}", profile.unreadable);
  return with_hint(fail(profile.asked_for ? Code::usage : Code::not_found, "no profile {} in {} or {}", profile.name,
                        profile.credentials_file, profile.config_file),
                   "check the name, AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE");
}

class ProfileCredentials final : public CredentialProvider {
 public:
  ProfileCredentials(const CredentialOptions& options, const CredentialSystem& system, http::Transport& transport)
      : profile_name_(options.profile), region_(options.region), system_(system), transport_(transport) {}

  Result<Credentials> get(const std::stop_token& stop) override {
    HF_ASSIGN(const SharedProfile profile, load_shared_profile(profile_name_, system_));
    if (!profile.exists()) return missing(profile);
    auto keys = keys_of(profile);
    if (keys || keys.error().code != Code::not_found) return keys;
    if (!profile.setting("web_identity_token_file").empty()) return web_identity(profile, stop);
    constexpr std::array kOtherWays{"credential_process", "sso_session", "sso_start_url", "source_profile",
                                    "credential_source"};
    for (const char* way : kOtherWays) {
      if (profile.setting(way).empty()) continue;
      return with_hint(fail(Code::unsupported, "profile {} gets its credentials by {}", profile.name, way),
                       "give keys, or choose another profile with AWS_PROFILE");
    }
    return profile.asked_for ? Result<Credentials>(fail(Code::usage, "{}", keys.error().message)) : keys;
  }

 private:
  Result<Credentials> web_identity(const SharedProfile& profile, const std::stop_token& stop) {
    const WebIdentity identity{.token_file = profile.setting("web_identity_token_file"),
                               .role_arn = profile.setting("role_arn"),
                               .session_name = profile.setting("role_session_name")};
    if (identity.role_arn.empty()) {
      return fail(Code::usage, "profile {} has web_identity_token_file without role_arn", profile.name);
    }
    const CredentialOptions options{.profile = profile_name_, .region = region_};
    auto region = find_region(options, system_, false, stop);
    return assume_role(identity, region ? *region : std::string(), system_, transport_, stop);
  }

  const std::string profile_name_;
  const std::string region_;
  const CredentialSystem system_;
  http::Transport& transport_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_profile_credentials(const CredentialOptions& options,
                                                             const CredentialSystem& system,
                                                             http::Transport& transport) {
  return std::make_unique<ProfileCredentials>(options, system, transport);
}

}  // namespace holdfast::objectstore::s3
