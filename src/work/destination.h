// From a destination of a Seed to the store it names.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "work/world.h"

#include "http/transport.h"
#include "model/json.h"
#include "objectstore/object_store.h"
#include "objectstore/s3/credentials.h"
#include "pipeline/age.h"

namespace holdfast::work {

// A store with everything it lives on. What is stored lies below the destination's prefix, which nobody sees.
class OpenDestination {
 public:
  OpenDestination() = default;
  // Reads the credentials anew. Nothing is asked of the server. `name` is for messages. The world must outlive it.
  // Code::not_found: no such Secret. Code::unavailable: its directory is out of sight (local_directory.h).
  static Result<OpenDestination> open(const json::Value& destination, std::string_view name, World& world);

  objectstore::ObjectStore& store() { return *store_; }

 private:
  std::unique_ptr<http::Transport> transport_;
  std::unique_ptr<objectstore::s3::CredentialProvider> credentials_;
  std::unique_ptr<objectstore::ObjectStore> store_;  // last: it uses what stands above
};

// So many backups may be written to it at once unless it says otherwise.
constexpr std::size_t kMostConcurrent = 10;
std::size_t most_concurrent(const json::Value& destination);

// Bytes per second of one of its uploads; 0: no limit.
std::uint64_t upload_rate(const json::Value& destination);

Result<pipeline::age::EncryptTo> recipients_of(const json::Value& destination);
// The private keys of its Secret, if it names one.
Result<pipeline::age::DecryptWith> identities_of(const json::Value& destination, World& world);

}  // namespace holdfast::work
