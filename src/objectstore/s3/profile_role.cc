#include "objectstore/s3/profile_role.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "objectstore/s3/service_request.h"
#include "objectstore/s3/sts.h"

namespace holdfast::objectstore::s3 {
namespace {

// What STS takes.
constexpr int kShortest = 900;
constexpr int kLongest = 12 * 60 * 60;

bool is_duration(const std::string& text) {
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() && end == text.data() + text.size() && seconds >= kShortest && seconds <= kLongest;
}

bool is_known_source(const std::string& name) {
  constexpr std::array<std::string_view, 3> kKnown{"Environment", "Ec2InstanceMetadata", "EcsContainer"};
  return std::ranges::find(kKnown, name) != kKnown.end();
}

}  // namespace

bool has_role(const SharedProfile& profile) {
  if (profile.setting("role_arn").empty() || !profile.setting("web_identity_token_file").empty()) return false;
  return !profile.setting("source_profile").empty() || !profile.setting("credential_source").empty();
}

Result<ProfileRole> read_role(const SharedProfile& profile) {
  ProfileRole role{.arn = profile.setting("role_arn"),
                   .session_name = profile.setting("role_session_name"),
                   .external_id = profile.setting("external_id"),
                   .duration_seconds = profile.setting("duration_seconds"),
                   .source_profile = profile.setting("source_profile"),
                   .credential_source = profile.setting("credential_source")};
  if (!role.source_profile.empty() && !role.credential_source.empty()) {
    return with_hint(fail(Code::usage, "profile {} has both source_profile and credential_source", profile.name),
                     "take one of them out of " + profile.config_file);
  }
  if (!role.credential_source.empty() && !is_known_source(role.credential_source)) {
    return with_hint(
        fail(Code::usage, "profile {} has credential_source {}", profile.name, printable(role.credential_source)),
        "write Environment, Ec2InstanceMetadata or EcsContainer");
  }
  if (!role.duration_seconds.empty() && !is_duration(role.duration_seconds)) {
    return with_hint(
        fail(Code::usage, "profile {} has duration_seconds {}", profile.name, printable(role.duration_seconds)),
        fmt::format("write a number of seconds from {} to {}", kShortest, kLongest));
  }
  if (!profile.setting("mfa_serial").empty()) {
    return with_hint(fail(Code::unsupported, "the role of profile {} wants a one-time code (mfa_serial)", profile.name),
                     "backups run unattended: use a role that does not ask for one");
  }
  return role;
}

Result<Credentials> assume_role(const ProfileRole& role, const Credentials& by, const std::string& region,
                                const CredentialSystem& system, http::Transport& transport,
                                const std::stop_token& stop) {
  RoleQuestion question{
      .role_arn = role.arn,
      .session_name = role.session_name,
      .more = {},
      .web_identity_token = {},
      .signed_by = &by,
      .hint = fmt::format("the identity from {} needs sts:AssumeRole on it, and its trust policy must "
                          "name that identity (and the external_id, if it asks for one)",
                          by.source)};
  if (!role.duration_seconds.empty()) question.more.emplace_back("DurationSeconds", role.duration_seconds);
  if (!role.external_id.empty()) question.more.emplace_back("ExternalId", role.external_id);
  return ask_sts(question, region, system, transport, stop);
}

}  // namespace holdfast::objectstore::s3
