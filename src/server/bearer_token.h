// What a bearer token looks like: "hft_NAME.SECRET" with the name of its Token object and 32 random bytes in base64url.
// The name says which digest to compare with; without the secret it is worth nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "os/random.h"

namespace holdfast::server {

constexpr std::string_view kTokenPrefix = "hft_";

Secret new_bearer_token(std::string_view name, os::Random& random);
// The name in a token; nothing when it cannot be one of ours.
std::optional<std::string> token_name(std::string_view token);
// Lower-case hex of the SHA-256 of the whole token: what is stored of it. The secret has 256 random bits, so that a
// plain digest cannot be searched.
std::string token_digest(std::string_view token);
// Takes the same time wherever they differ.
bool same_digest(std::string_view a, std::string_view b);

}  // namespace holdfast::server
