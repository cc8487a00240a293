// A real S3 server, Ceph RGW, shared by the test programs of one ctest run: scripts/ceph-rgw starts it once (ctest
// fixture "rgw") and writes what one needs to reach it into <build>/rgw/env; this reads that file.
#pragma once

#include <optional>
#include <string>

namespace holdfast::test {

struct RgwServer {
  std::string endpoint;    // "http://127.0.0.1:41234"
  std::string access_key;  // full rights
  std::string secret_key;
  std::string reader_access_key;  // a second user, who owns nothing in the first one's buckets
  std::string reader_secret_key;
  std::string bucket;         // exists, owned by the first user
  std::string locked_bucket;  // the same, made with object lock
};

// Empty when no server is running: tests that need one must then fail, not pass silently, with a message that names the
// script.
std::optional<RgwServer> rgw_server();

}  // namespace holdfast::test
