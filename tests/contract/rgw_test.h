// Base of tests that need the real S3 server beyond the contract suite.
#pragma once

#include <gmock/gmock.h>

#include "objectstore_contract.h"

#include "objectstore/s3/client.h"
#include "support/s3_fixture.h"

namespace holdfast::test {

// Each test has a prefix of its own in the shared bucket.
class RgwTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto found = rgw_server();
    ASSERT_TRUE(found) << "no S3 server is running: start one with scripts/ceph-rgw";
    server_ = *found;
  }

  objectstore::s3::Config config() const {
    objectstore::s3::Config config = rgw_config(server_, server_.bucket);
    config.probe_prefix = prefix_;
    config.retry.attempts = 3;
    return config;
  }
  std::unique_ptr<S3Fixture> owner(const objectstore::s3::Config& config) const {
    return std::make_unique<S3Fixture>(config, server_.access_key, server_.secret_key);
  }
  // What remains in the bucket below the prefix of this test.
  std::vector<std::string> keys() const {
    const auto fixture = owner(config());
    std::vector<std::string> found;
    const auto collect = [&](const objectstore::ObjectInfo& info) -> Status {
      found.push_back(info.key);
      return {};
    };
    const auto listed = fixture->store->list(prefix_, collect, {});
    EXPECT_TRUE(listed) << listed.error().to_string();
    return found;
  }
  // Ends every unfinished upload below the prefix and says how many there were.
  std::uint64_t unfinished_uploads() const {
    const auto fixture = owner(config());
    const auto aborted = fixture->store->abort_stale_uploads({prefix_, -std::chrono::hours(1)}, {});
    EXPECT_TRUE(aborted) << aborted.error().to_string();
    return aborted.value_or(0);
  }

  RgwServer server_;
  const std::string prefix_ = fmt::format("test/{:016x}/", os::real_random().next());
};

}  // namespace holdfast::test
