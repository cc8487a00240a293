// What the bearer token of a launcher is recognized by, and how one token follows another. Pure.
//
// There is one credential, or two: the one in use, and the next one from when it was asked for until it is used first,
// which ends the one before. So neither an answer that is lost nor a launcher that dies in between shuts it out.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "model/json.h"

namespace holdfast::server {

// A launcher that cannot reach its server for so long has to join again.
constexpr Duration kLauncherCredentialFor = std::chrono::hours(24 * 30);

struct LauncherCredential {
  std::string sha256;  // of the token, in hexadecimal
  WallTime expires{};
  friend bool operator==(const LauncherCredential&, const LauncherCredential&) = default;
};

// The one in use first; at most two.
using LauncherCredentials = std::vector<LauncherCredential>;

// Of a Launcher as it lies in the store. What is no credential is passed over.
LauncherCredentials read_credentials(const json::Value& launcher);
json::Array credentials_as_json(const LauncherCredentials& credentials);

// Which of them a token with this digest is; nothing: none, or one that has expired.
std::optional<std::size_t> find_credential(const LauncherCredentials& all, std::string_view sha256, WallTime now);

// After the one at `index` was used.
LauncherCredentials after_use(const LauncherCredentials& all, std::size_t index);

// After the one at `index` was used to ask for `next`; the same when that is there already. A next one that was asked
// for before and never used is void.
LauncherCredentials after_renewal(const LauncherCredentials& all, std::size_t index, std::string_view next,
                                  WallTime now);

// Lower-case hexadecimal of 32 bytes.
bool is_digest(std::string_view text);

}  // namespace holdfast::server
