#include "cli/open_place.h"

#include "objectstore/local/local_store.h"
#include "objectstore/s3/s3_store.h"
#include "repository/naming.h"

namespace holdfast::cli {
namespace {

using repository::Place;

Result<bool> is_directory(const std::string& path, os::FileSystem& files) {
  HF_ASSIGN(const auto info, files.stat(path));
  return info && info->kind == os::FileKind::directory;
}

std::string path_of(const Place& place) {
  return place.key.empty() ? place.root : os::join_path(place.root, place.key);
}

}  // namespace

Result<OpenStore> OpenStore::open(const Place& place, const S3Flags& flags, Session& session) {
  World& world = session.world();
  OpenStore open;
  if (place.kind != Place::Kind::s3) {
    open.store_ = std::make_unique<objectstore::LocalStore>(objectstore::LocalOptions{.root = place.root}, world.files,
                                                            world.clock, world.random);
    return open;
  }
  HF_ASSIGN(S3Settings settings, s3_settings(flags, place.root, world));
  const objectstore::s3::CredentialSystem system{world.files, world.clock, world.environment, world.processes};
  if (settings.config.endpoint.empty()) {
    HF_ASSIGN(settings.config.endpoint, objectstore::s3::profile_endpoint(settings.credentials.profile, system));
  }
  if (settings.config.region.empty()) {
    auto region = objectstore::s3::find_region(settings.credentials, system, false, world.stop);
    if (region) settings.config.region = std::move(*region);
    if (!region && region.error().code != Code::not_found) return tl::unexpected(std::move(region).error());
  }
  settings.config.probe_prefix = repository::folder_of(place.key);
  open.transport_ = http::make_curl_transport(settings.config.transport);
  open.credentials_ = objectstore::s3::make_credentials(settings.credentials, system);
  const objectstore::s3::Surroundings surroundings{*open.transport_, *open.credentials_, world.clock, world.random};
  HF_ASSIGN(open.store_, objectstore::s3::S3Store::make(std::move(settings.config), surroundings));
  return open;
}

Result<Place> as_folder(Place place, os::FileSystem& files, bool may_be_missing) {
  if (place.kind == Place::Kind::s3) {
    if (!place.key.empty() && !place.key.ends_with('/')) place.key += '/';
    return place;
  }
  const std::string path = path_of(place);
  HF_ASSIGN(const auto info, files.stat(path));
  if (!info && !may_be_missing) return fail(Code::not_found, "{} does not exist", path);
  if (info && info->kind != os::FileKind::directory) {
    return with_hint(fail(Code::usage, "{} is not a directory", path), "name the directory that holds the snapshots");
  }
  place.root = path;
  place.key.clear();
  return place;
}

Status check_names_object(const Place& place, os::FileSystem& files) {
  if (place.key.empty() || place.key.ends_with('/')) {
    return with_hint(fail(Code::usage, "{} names a folder, not a snapshot", place.to_string()),
                     "holdfast snapshot list shows what is in it");
  }
  if (place.kind == Place::Kind::s3) return {};
  HF_ASSIGN(const bool directory, is_directory(path_of(place), files));
  if (!directory) return {};
  return with_hint(fail(Code::usage, "{} is a directory", path_of(place)),
                   "write a '/' at its end to mean the folder, or name a file in it");
}

}  // namespace holdfast::cli
