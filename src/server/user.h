// Who makes a request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"

namespace holdfast::server {

// In this group everything is allowed: the organization of the administrator's certificate.
constexpr std::string_view kAdministrators = "system:masters";
constexpr std::string_view kAuthenticated = "system:authenticated";

// A launcher that came with its own credential.
struct LauncherIdentity {
  std::string cluster;
  std::string name;
  std::int64_t registration = 0;  // status.registrations of its Launcher
  std::string sha256;             // of the token it came with
};

struct User {
  std::string name;
  std::vector<std::string> groups;  // with kAuthenticated
  std::string uid;                  // of the token; empty for certificates
  std::string impersonator;         // who acts as this user; empty: nobody
  std::string method;               // "certificate", "token"; for the audit log
  std::string token;                // name of the Token they came with, if any
  std::optional<WallTime> expires;  // of that token
  // These alone decide about what they may, whatever Members say:
  std::optional<LauncherIdentity> launcher;
  bool joins = false;  // came with a token for launchers to join with

  bool in_group(std::string_view group) const;
};

}  // namespace holdfast::server
