// An S3 store against a scripted server: what exactly is sent, and what is made of odd answers.
#pragma once

#include <gmock/gmock.h>

#include "support/fake_clock.h"
#include "support/fixed_random.h"
#include "support/http_server.h"
#include "support/s3_fixture.h"

namespace holdfast::test {

class ScriptedS3 : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(server_.complaints(), ::testing::IsEmpty()); }

  objectstore::s3::Config config() const {
    objectstore::s3::Config config;
    config.endpoint = server_.url();
    config.allow_http = true;
    config.bucket = "bucket";
    config.conditional_put = objectstore::s3::ConditionalPut::supported;
    config.part_size = objectstore::s3::kSmallestPart;
    config.transport.proxy = "";
    return config;
  }
  // The store under test; waits take no time.
  objectstore::s3::S3Store& start(const objectstore::s3::Config& config) {
    fixture_ = std::make_unique<S3Fixture>(config, "AKID", "SECRET", clock_, random_);
    if (!fixture_->store) throw std::runtime_error(fixture_->error.to_string());
    return *fixture_->store;
  }
  objectstore::s3::S3Store& start() { return start(config()); }

  static HttpReply error(int status, const std::string& code, const std::string& more = "", HeaderList headers = {}) {
    return {.status = status,
            .headers = std::move(headers),
            .body = "<Error><Code>" + code + "</Code>" + more + "</Error>"};
  }

  static HttpReply stored(const std::string& etag = "e") { return {.headers = {{"ETag", "\"" + etag + "\""}}}; }
  // The look at a new object that follows every put.
  void expect_look(const std::string& target, std::uint64_t size, const std::string& etag = "e") {
    server_.expect({.method = "HEAD",
                    .target = target,
                    .reply = {.headers = {{"ETag", "\"" + etag + "\""}}, .content_length = size}});
  }

  FakeClock clock_;
  FixedRandom random_;
  HttpServer server_{{.any_order = true}};
  std::unique_ptr<S3Fixture> fixture_;
};

}  // namespace holdfast::test
