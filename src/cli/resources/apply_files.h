// `holdfast apply`.
#pragma once

#include <string>
#include <vector>

#include "client/api_client.h"
#include "client/manifest.h"

#include "cli/session.h"

namespace holdfast::cli {

// The objects in files, directories (their *.yaml, *.yml and *.json, in the order of their names) and, for "-",
// standard input. Code::usage names file and line.
Result<std::vector<client::Manifest>> read_manifest_files(const std::vector<std::string>& paths, os::FileSystem& files);

struct ApplyFlags {
  bool dry_run = false;
  bool force = false;
  std::string name_space;  // that was asked for; empty: as the objects say, else the context's
};

// Server-side apply of each, in order; a failure does not keep the others back. Prints what became of them; the error
// is that of the first failure.
Result<int> apply_manifests(Session& session, client::ApiClient& client, const std::vector<client::Manifest>& manifests,
                            const ApplyFlags& flags);

}  // namespace holdfast::cli
