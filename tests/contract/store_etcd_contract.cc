// The suite against real etcd servers, each of which is shared by all tests; every test has a prefix of its own.
#include "contract/store_contract.h"

#include "store/etcd/etcd_store.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

EtcdCluster& shared_etcd(EtcdVersion version) {
  static std::map<EtcdVersion, std::unique_ptr<EtcdCluster>> clusters;
  auto& cluster = clusters[version];
  if (!cluster)
    cluster = must(make_etcd_cluster({.version = version, .extra_flags = {"--max-request-bytes", "8388608"}}));
  return *cluster;
}

class EtcdHarness final : public ResourceStoreHarness {
 public:
  explicit EtcdHarness(EtcdVersion version) : cluster_(shared_etcd(version)) {
    static int number = 0;
    prefix_ = "/test" + std::to_string(++number) + "/";
    open();
  }
  store::Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    open();
  }
  void let_pass(Duration duration) override { os::real_clock().sleep_for(duration, {}); }
  // etcd makes at least two seconds of a lease and looks twice a second which have ended.
  Duration surely_after(Duration ttl) const override { return ttl + std::chrono::seconds(3); }
  int histories() const override { return 40; }

 private:
  void open() {
    floor_ = std::make_unique<store::RevisionFloor>(os::real_file_system(), directory_.file("revision-floor"));
    auto client = must(etcd::make_client({.endpoints = cluster_.endpoints()}));
    store_ = must(store::EtcdStore::open(std::move(client), {.prefix = prefix_}, *floor_, os::real_clock()));
  }

  EtcdCluster& cluster_;
  std::string prefix_;
  TempDir directory_;
  std::unique_ptr<store::RevisionFloor> floor_;
  std::unique_ptr<store::EtcdStore> store_;
};

ResourceStoreKind kind(const char* name, EtcdVersion version) {
  return {.name = name, .make = [version] { return std::make_unique<EtcdHarness>(version); }};
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Etcd, StoreContract,
                         ::testing::Values(kind("v3_4", EtcdVersion::v3_4), kind("v3_5", EtcdVersion::v3_5)),
                         resource_store_name);

}  // namespace holdfast::test
