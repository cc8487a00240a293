#include "cli/resources/apply_files.h"

#include <optional>

#include "api/fields.h"
#include "cli/resources/apply_object.h"
#include "cli/resources/failures.h"
#include "cli/resources/find_named.h"
#include "cli/resources/object_output.h"
#include "cli/resources/targets.h"

namespace holdfast::cli {
namespace {

using client::ApiClient;
using client::Manifest;

constexpr const char* kStandardInput = "/dev/stdin";

Result<std::vector<Manifest>> read_file(const std::string& path, const std::string& shown, os::FileSystem& files) {
  HF_ASSIGN(const Bytes bytes, os::read_file(files, path, client::kMostManifestBytes));
  return client::read_manifests(as_text(bytes), shown);
}

Result<std::vector<std::string>> files_in(const std::string& directory, os::FileSystem& files) {
  HF_ASSIGN(const std::vector<std::string> names, files.list(directory));
  std::vector<std::string> paths;
  for (const std::string& name : names) {
    if (name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json"))
      paths.push_back(os::join_path(directory, name));
  }
  if (paths.empty()) return fail(Code::usage, "the directory {} has no file *.yaml, *.yml or *.json", directory);
  return paths;
}

std::string version_of(const json::Value& object) {
  return std::string(api::text_at(object, {"metadata", "resourceVersion"}));
}

// One object on its way.
Result<Outcome> apply_one(Session& session, ApiClient& client, const Manifest& manifest, const ApplyFlags& flags) {
  const std::stop_token& stop = session.world().stop;
  json::Value object = manifest.object;
  drop_managed_fields(object);
  HF_ASSIGN(client::Resource resource, resource_of(object, flags.name_space, client, stop));
  if (resource.name.empty()) return fail(Code::usage, "an object without metadata.name cannot be applied");
  const client::WriteOptions options{.dry_run = flags.dry_run, .force = flags.force};
  HF_ASSIGN(auto applied, apply_object(client, resource, object, options, stop));
  auto& [before, after] = applied;
  std::string done = "configured";
  if (!before) done = "created";
  if (before && version_of(*before) == version_of(after) && (!flags.dry_run || *before == after)) done = "unchanged";
  if (flags.dry_run) done += " (server dry run)";
  return Outcome{.resource = std::move(resource), .object = std::move(after), .done = std::move(done)};
}

// The Cluster of these objects that would bring the namespace of `object`; empty: none of them.
std::string cluster_for(const json::Object& object, const std::vector<Manifest>& manifests) {
  const std::string name_space(api::text_at(json::Value(object), {"metadata", "namespace"}));
  for (const Manifest& each : manifests) {
    const json::Value other(each.object);
    const std::string name(api::text_at(other, {"metadata", "name"}));
    if (api::text_at(other, {"kind"}) == "Cluster" && namespace_of_cluster(name) == name_space) return name;
  }
  return "";
}

// A dry run of a Cluster brings no namespace for what comes after it in the file.
Error in_dry_run(Error error, const Manifest& manifest, const std::vector<Manifest>& manifests) {
  const std::string cluster = cluster_for(manifest.object, manifests);
  if (error.code != Code::not_found || cluster.empty()) return error;
  error.message = fmt::format(
      "it cannot be tried yet: its namespace {} comes with the Cluster {} of the same files, and a dry run makes "
      "neither",
      namespace_of_cluster(cluster), cluster);
  error.hint = "apply the Cluster first, or apply without --dry-run";
  return error;
}

}  // namespace

Result<std::vector<Manifest>> read_manifest_files(const std::vector<std::string>& paths, os::FileSystem& files) {
  std::vector<Manifest> all;
  const auto add = [&](Result<std::vector<Manifest>> some) -> Status {
    if (!some) return tl::unexpected(std::move(some).error());
    for (Manifest& manifest : *some)
      all.push_back(std::move(manifest));
    return {};
  };
  for (const std::string& path : paths) {
    if (path == "-") {
      HF_TRY(add(read_file(kStandardInput, "standard input", files)));
      continue;
    }
    HF_ASSIGN(const auto info, files.stat(path));
    std::vector<std::string> inside{path};
    if (info && info->kind == os::FileKind::directory) {
      HF_ASSIGN(inside, files_in(path, files));
    }
    for (const std::string& file : inside)
      HF_TRY(add(read_file(file, file, files)));
  }
  if (all.empty()) return fail(Code::usage, "there is no object in what was given");
  return all;
}

Result<int> apply_manifests(Session& session, ApiClient& client, const std::vector<Manifest>& manifests,
                            const ApplyFlags& flags) {
  std::vector<Outcome> outcomes;
  Failures failures(session);
  for (const Manifest& manifest : manifests) {
    auto outcome = apply_one(session, client, manifest, flags);
    if (outcome) {
      outcomes.push_back(std::move(*outcome));
      continue;
    }
    Error failure = std::move(outcome).error();
    if (flags.dry_run) failure = in_dry_run(std::move(failure), manifest, manifests);
    Error error = in_context(std::move(failure), "{}", manifest.where).value();
    const bool stopped = error.code == Code::cancelled || error.code == Code::unavailable;
    failures.add(std::move(error));
    if (stopped) break;
  }
  if (failures.none() || !outcomes.empty()) print_outcomes(session, outcomes);
  return failures.result();
}

}  // namespace holdfast::cli
