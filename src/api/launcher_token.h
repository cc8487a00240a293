// What the bearer token of a launcher looks like: "hfl_CLUSTER/NAME.SECRET" with the name of its Launcher in the
// namespace of the cluster, and 32 random bytes in base64url.
//
// The launcher makes the secret itself and tells the server its digest only: it has the token before it asks, so that
// an answer that is lost leaves neither of the two without the other, and asking again changes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "os/random.h"

namespace holdfast::api {

constexpr std::string_view kLauncherTokenPrefix = "hfl_";
// Who a launcher is: this, its cluster, a colon and its name. No Token may give such a name.
constexpr std::string_view kLauncherUser = "holdfast:launcher:";
constexpr std::string_view kLaunchers = "holdfast:launchers";  // the group of all of them
// Who comes with a token to join with.
constexpr std::string_view kJoinUser = "holdfast:join";
// POST launchers/NAME/credential: registers, or asks for the next credential.
constexpr std::string_view kCredential = "credential";

struct LauncherName {
  std::string cluster;
  std::string name;
  friend bool operator==(const LauncherName&, const LauncherName&) = default;
};

Secret new_launcher_token(const LauncherName& launcher, os::Random& random);
// Whose token it is; nothing when it cannot be one of a launcher.
std::optional<LauncherName> launcher_of_token(std::string_view token);
// Lower-case hex of the SHA-256 of the whole token.
std::string launcher_token_digest(std::string_view token);

}  // namespace holdfast::api
