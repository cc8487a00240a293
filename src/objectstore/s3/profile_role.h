// Private to s3/: the role a profile takes on with somebody else's keys.
// Source: "Assume role credential provider" (AWS SDKs and Tools Reference Guide).
#pragma once

#include <stop_token>
#include <string>

#include "objectstore/s3/shared_config.h"

namespace holdfast::objectstore::s3 {

// Where the keys come from that ask for the role: one of the two is set.
struct ProfileRole {
  std::string arn;
  std::string session_name;      // may be empty
  std::string external_id;       // may be empty
  std::string duration_seconds;  // digits, or empty: as STS has it
  std::string source_profile;
  std::string credential_source;  // "Environment", "Ec2InstanceMetadata" or "EcsContainer"
};

// Does the profile say so? A profile whose role is asked for with a web identity does not.
bool has_role(const SharedProfile& profile);

// Code::usage for settings that contradict each other or cannot be, Code::unsupported for a role that wants a one-time
// code typed in.
Result<ProfileRole> read_role(const SharedProfile& profile);

// Asks STS for the role with the keys `by`.
Result<Credentials> assume_role(const ProfileRole& role, const Credentials& by, const std::string& region,
                                const CredentialSystem& system, http::Transport& transport,
                                const std::stop_token& stop);

}  // namespace holdfast::objectstore::s3
