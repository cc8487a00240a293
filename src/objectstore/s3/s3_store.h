// A bucket of any S3 server as an object store. docs/objectstore.md says what it does when things go wrong.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "objectstore/object_store.h"
#include "objectstore/s3/client.h"
#include "objectstore/s3/conditional_support.h"
#include "objectstore/s3/config.h"
#include "objectstore/s3/credentials.h"

namespace holdfast::objectstore::s3 {

// What the store needs of its surroundings. Everything must outlive it.
struct Surroundings {
  http::Transport& transport;
  CredentialProvider& credentials;
  os::Clock& clock;
  os::Random& random;
};

// One put uses up to config.upload_workers threads, one open source up to config.download_workers; memory is bounded by
// config.upload_memory per put (but holds one part at least) and by the chunks of each open source.
// A put whose connection was lost at its very end is looked up before it is called failed or stored. In a bucket with
// versions, remove() hides the object behind a delete marker; old versions are for the bucket's lifecycle rules.
class S3Store final : public ObjectStore, public UnfinishedUploads {
 public:
  // Code::usage when the configuration cannot be used. Does not talk to the server.
  static Result<std::unique_ptr<S3Store>> make(Config config, const Surroundings& surroundings);

  Result<ObjectInfo> put(const std::string& key, ByteSource& source, const PutOptions& options,
                         const std::stop_token& stop) override;
  Result<Opened> get(const std::string& key, const ByteRange& range, const std::stop_token& stop) override;
  Result<ObjectInfo> head(const std::string& key, const std::stop_token& stop) override;
  Status list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) override;
  Status remove(const std::string& key, const std::stop_token& stop) override;
  // Asks a server that is not Amazon's about conditional puts, with a probe object, the first time.
  Features features(const std::stop_token& stop) const override;
  std::string describe() const override { return client_.place(); }

  UnfinishedUploads* unfinished_uploads() override { return this; }
  Result<std::uint64_t> abort_stale_uploads(const StaleUploads& which, const std::stop_token& stop) override;

  Traffic traffic() const { return client_.traffic(); }

 private:
  S3Store(Config config, Endpoint endpoint, const Surroundings& surroundings);

  Result<ObjectInfo> store(const std::string& key, ByteSource& source, const PutOptions& options,
                           const std::stop_token& stop);
  Status check_condition(const std::string& key, bool in_parts, const std::stop_token& stop);
  Result<Opened> open(const std::string& key, const ByteRange& range, const std::stop_token& stop);
  Result<Opened> open_empty(const std::string& key, const ByteRange& range, const std::stop_token& stop);
  // Turns a failure into what the caller is told: a missing object by its name, a HEAD (which has no body) explained.
  Error told(const std::string& key, Failure failure, const std::stop_token& stop);
  void note_versions(const http::ResponseHead& head);

  const Config config_;
  mutable Client client_;
  mutable ConditionalSupport conditions_;
  std::atomic<bool> versions_{false};  // the bucket has shown that it keeps versions
};

}  // namespace holdfast::objectstore::s3
