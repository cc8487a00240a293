// From a place to the store it names.
#pragma once

#include <memory>
#include <string>

#include "cli/s3_options.h"
#include "cli/session.h"
#include "http/transport.h"
#include "objectstore/object_store.h"
#include "objectstore/s3/credentials.h"
#include "repository/place.h"

namespace holdfast::cli {

// A store with everything it lives on.
class OpenStore {
 public:
  OpenStore() = default;
  objectstore::ObjectStore& store() { return *store_; }

  // The store of a place: its directory or its bucket. Nothing is asked of the server. The session's world must outlive
  // it.
  static Result<OpenStore> open(const repository::Place& place, const S3Flags& flags, Session& session);

 private:
  std::unique_ptr<http::Transport> transport_;
  std::unique_ptr<objectstore::s3::CredentialProvider> credentials_;
  std::unique_ptr<objectstore::ObjectStore> store_;  // last: it uses what stands above
};

// A place that means a folder: a directory is entered, a key gets its '/' at the end. Code::not_found for a directory
// that does not exist, unless `may_be_missing`.
Result<repository::Place> as_folder(repository::Place place, os::FileSystem& files, bool may_be_missing);

// A place that must mean one object: Code::usage when it names a folder.
Status check_names_object(const repository::Place& place, os::FileSystem& files);

}  // namespace holdfast::cli
