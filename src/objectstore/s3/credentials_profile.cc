#include <algorithm>
#include <array>

#include <fmt/ranges.h>

#include "objectstore/s3/credential_sources.h"
#include "objectstore/s3/profile_role.h"
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

// Ways a profile can have that we do not.
constexpr std::array kOtherWays{"sso_session", "sso_start_url", "source_profile", "credential_source"};
constexpr std::size_t kMostProfiles = 10;  // from the one asked for to the one with the keys

tl::unexpected<Error> has_other_way(const SharedProfile& profile, const std::string& way) {
  if (way == "source_profile" || way == "credential_source") {
    return with_hint(fail(Code::usage, "profile {} has {} without role_arn", profile.name, way),
                     "say which role, or give keys");
  }
  return with_hint(fail(Code::unsupported, "profile {} gets its credentials by {}", profile.name, way),
                   fmt::format("log in with aws sso login, and give another profile credential_process = aws configure "
                               "export-credentials --profile {} --format process",
                               profile.name));
}

class ProfileCredentials final : public CredentialProvider {
 public:
  ProfileCredentials(const CredentialOptions& options, const CredentialSystem& system, http::Transport& transport,
                     http::Transport& metadata)
      : options_{.profile = options.profile, .region = options.region},
        system_(system),
        transport_(transport),
        metadata_(metadata) {}

  Result<Credentials> get(const std::stop_token& stop) override {
    HF_ASSIGN(const SharedProfile profile, load_shared_profile(options_.profile, system_));
    return credentials_of(profile, {}, stop);
  }

 private:
  using Names = std::vector<std::string>;

  // `before`: the profiles that led here.
  Result<Credentials> credentials_of(const SharedProfile& profile, const Names& before, const std::stop_token& stop) {
    if (!profile.exists()) return missing(profile);
    if (has_role(profile)) return role(profile, before, stop);
    auto keys = keys_of(profile);
    if (keys || keys.error().code != Code::not_found) return keys;
    if (!profile.setting("web_identity_token_file").empty()) return web_identity(profile, stop);
    if (!profile.setting("credential_process").empty()) return credentials_of_process(profile, system_, stop);
    for (const char* way : kOtherWays) {
      if (!profile.setting(way).empty()) return has_other_way(profile, way);
    }
    return profile.asked_for ? Result<Credentials>(fail(Code::usage, "{}", keys.error().message)) : keys;
  }

  Result<Credentials> role(const SharedProfile& profile, const Names& before, const std::stop_token& stop) {
    HF_ASSIGN(const ProfileRole role, read_role(profile));
    auto by = role.source_profile.empty() ? from_service(role, stop) : from_profile(profile, role, before, stop);
    if (!by) return in_context(std::move(by).error(), "profile {}", profile.name);
    HF_ASSIGN(const std::string region, sts_region(options_, system_, stop));
    HF_ASSIGN(Credentials credentials, assume_role(role, *by, region, system_, transport_, stop));
    credentials.source = fmt::format("role {} of profile {}", role.arn, profile.name);
    return credentials;
  }

  Result<Credentials> from_profile(const SharedProfile& profile, const ProfileRole& role, Names before,
                                   const std::stop_token& stop) {
    // A profile may name itself: then its own keys ask for its role.
    if (role.source_profile == profile.name) return named(keys_of(profile));
    before.push_back(profile.name);
    if (std::ranges::find(before, role.source_profile) != before.end() || before.size() >= kMostProfiles) {
      return with_hint(
          fail(Code::usage, "the profiles {} -> {} never come to keys", fmt::join(before, " -> "), role.source_profile),
          "correct source_profile in " + profile.config_file);
    }
    HF_ASSIGN(const SharedProfile source, load_shared_profile(role.source_profile, system_));
    return named(credentials_of(source, before, stop));
  }

  Result<Credentials> from_service(const ProfileRole& role, const std::stop_token& stop) {
    const auto& name = role.credential_source;
    const auto service = name == "Environment"    ? make_environment_credentials(system_)
                         : name == "EcsContainer" ? make_container_credentials(system_, metadata_)
                                                  : make_instance_credentials(system_, metadata_);
    auto keys = named(service->get(stop));
    if (!keys) return in_context(std::move(keys).error(), "credential_source {}", name);
    return keys;
  }

  // What is named must be there: another source instead would hide the mistake.
  static Result<Credentials> named(Result<Credentials> keys) {
    if (!keys && keys.error().code == Code::not_found) return fail(Code::usage, "{}", keys.error().message);
    return keys;
  }

  Result<Credentials> web_identity(const SharedProfile& profile, const std::stop_token& stop) {
    const WebIdentity identity{.token_file = profile.setting("web_identity_token_file"),
                               .role_arn = profile.setting("role_arn"),
                               .session_name = profile.setting("role_session_name")};
    if (identity.role_arn.empty()) {
      return fail(Code::usage, "profile {} has web_identity_token_file without role_arn", profile.name);
    }
    HF_ASSIGN(const std::string region, sts_region(options_, system_, stop));
    return assume_role(identity, region, system_, transport_, stop);
  }

  const CredentialOptions options_;  // profile and region alone
  const CredentialSystem system_;
  http::Transport& transport_;
  http::Transport& metadata_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_profile_credentials(const CredentialOptions& options,
                                                             const CredentialSystem& system, http::Transport& transport,
                                                             http::Transport& metadata) {
  return std::make_unique<ProfileCredentials>(options, system, transport, metadata);
}

}  // namespace holdfast::objectstore::s3
