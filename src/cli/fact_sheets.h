// Manifests for people.
#pragma once

#include <cstdint>
#include <string>

#include "cli/table.h"
#include "repository/manifest.h"

namespace holdfast::cli {

// "1.4 GB (1398101333 bytes)".
std::string exact_bytes(std::uint64_t bytes);

// "cdf818194e3a8c32", as etcd prints ids.
std::string id_text(std::uint64_t id);

// Everything the manifest says, one fact a line.
void add_manifest(FactSheet& facts, const repository::Manifest& manifest);

}  // namespace holdfast::cli
