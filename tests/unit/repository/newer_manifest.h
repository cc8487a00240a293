// A manifest as a newer version would write it.
#pragma once

#include <string>

#include "base/sha256.h"

namespace holdfast::repository {

inline std::string of_a_newer_version(std::string manifest) {
  manifest.replace(manifest.find("\"version\": 1"), 12, "\"version\": 2");
  const std::string body = manifest.substr(0, manifest.find("  \"manifestSha256\""));
  return body + "  \"manifestSha256\": \"" + to_hex(Sha256::of(as_bytes(body))) + "\"\n}\n";
}

}  // namespace holdfast::repository
