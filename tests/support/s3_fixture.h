// An S3 store for tests, with everything it needs of its surroundings.
#pragma once

#include <memory>
#include <string>

#include "http/transport.h"
#include "objectstore/s3/s3_store.h"
#include "support/rgw_server.h"

namespace holdfast::test {

// Keys that never change, and a count of how often they were given up.
class FixedCredentials final : public objectstore::s3::CredentialProvider {
 public:
  FixedCredentials(std::string access_key, std::string_view secret_key)
      : credentials_{.access_key_id = std::move(access_key),
                     .secret_access_key = Secret(secret_key),
                     .session_token = {},
                     .expiry = {},
                     .source = "test"} {}
  Result<objectstore::s3::Credentials> get(const std::stop_token&) override { return credentials_; }
  void forget() override { ++forgotten; }
  int forgotten = 0;

 private:
  const objectstore::s3::Credentials credentials_;
};

// The store and what must outlive it.
class S3Fixture {
 public:
  S3Fixture(objectstore::s3::Config config, std::string access_key, std::string_view secret_key,
            os::Clock& clock = os::real_clock(), os::Random& random = os::real_random())
      : credentials(std::move(access_key), secret_key), transport(http::make_curl_transport(config.transport)) {
    auto made = objectstore::s3::S3Store::make(std::move(config), {*transport, credentials, clock, random});
    if (made) {
      store = std::move(*made);
    } else {
      error = std::move(made).error();
    }
  }

  FixedCredentials credentials;
  std::unique_ptr<http::Transport> transport;
  std::unique_ptr<objectstore::s3::S3Store> store;
  Error error;  // when there is no store
};

// Reaches a bucket of the shared Ceph server as its owner.
inline objectstore::s3::Config rgw_config(const RgwServer& server, const std::string& bucket) {
  objectstore::s3::Config config;
  config.endpoint = server.endpoint;
  config.allow_http = true;
  config.bucket = bucket;
  config.part_size = objectstore::s3::kSmallestPart;
  config.retry.first_delay = std::chrono::milliseconds(20);
  config.transport.proxy = "";
  return config;
}

}  // namespace holdfast::test
