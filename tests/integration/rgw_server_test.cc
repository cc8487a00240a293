#include "support/rgw_server.h"

#include <gtest/gtest.h>

#include "support/etcd_server.h"

namespace holdfast::test {
namespace {

// Status of a signed request by one of the users, made by curl, which signs on its own account.
std::string status_of(const RgwServer& server, const std::string& key, const std::string& secret,
                      const std::string& path) {
  return run_program({"curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--user", key + ":" + secret,
                      "--aws-sigv4", "aws:amz:us-east-1:s3", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD",
                      server.endpoint + path})
      .out;
}

TEST(RgwServer, LetsItsOwnerListTheBuckets) {
  const auto server = rgw_server();
  ASSERT_TRUE(server) << "no S3 server is running: scripts/ceph-rgw start";
  EXPECT_EQ(status_of(*server, server->access_key, server->secret_key, "/holdfast-test"), "200");
  EXPECT_EQ(status_of(*server, server->access_key, server->secret_key, "/holdfast-locked?object-lock="), "200");
}

TEST(RgwServer, RefusesTheReaderAndAWrongSecret) {
  const auto server = rgw_server();
  ASSERT_TRUE(server) << "no S3 server is running: scripts/ceph-rgw start";
  EXPECT_EQ(status_of(*server, server->reader_access_key, server->reader_secret_key, "/holdfast-test"), "403");
  EXPECT_EQ(status_of(*server, server->access_key, "wrong", "/holdfast-test"), "403");
}

}  // namespace
}  // namespace holdfast::test
