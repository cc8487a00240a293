// The suite against a real S3 server, Ceph RGW.
#include "objectstore_contract.h"

#include "objectstore/prefix_store.h"
#include "support/s3_fixture.h"

namespace holdfast::test {
namespace {

class RgwHarness final : public StoreHarness {
 public:
  RgwHarness(const RgwServer& server, const std::string& bucket, std::size_t workers) {
    const std::string prefix = fmt::format("contract/{:016x}/", os::real_random().next());
    objectstore::s3::Config config = rgw_config(server, bucket);
    config.probe_prefix = prefix;
    config.upload_workers = workers;
    config.download_workers = workers;
    config.download_chunk = kMiB;
    fixture_ = std::make_unique<S3Fixture>(std::move(config), server.access_key, server.secret_key);
    store_ = objectstore::PrefixStore::make(std::move(fixture_->store), prefix).value();
  }
  objectstore::ObjectStore& store() override { return *store_; }
  std::vector<std::uint64_t> boundaries() const override {
    return {objectstore::s3::kSmallestPart, 2 * objectstore::s3::kSmallestPart};
  }

 private:
  std::unique_ptr<S3Fixture> fixture_;
  std::unique_ptr<objectstore::ObjectStore> store_;
};

StoreKind kind(const char* name, std::string RgwServer::* bucket, std::size_t workers) {
  return {.name = name, .make = [bucket, workers]() -> std::unique_ptr<StoreHarness> {
            const auto server = rgw_server();
            if (!server) throw std::runtime_error("no S3 server is running: start one with scripts/ceph-rgw");
            return std::make_unique<RgwHarness>(*server, (*server).*bucket, workers);
          }};
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(S3, ObjectStoreContract,
                         ::testing::Values(kind("Plain", &RgwServer::bucket, 4),
                                           kind("WithObjectLock", &RgwServer::locked_bucket, 1)),
                         store_name);

}  // namespace holdfast::test
