#include <gmock/gmock.h>

#include "objectstore/s3/endpoint.h"

namespace holdfast::test {
namespace {

using objectstore::s3::Addressing;
using objectstore::s3::check_config;
using objectstore::s3::Checksum;
using objectstore::s3::Config;
using objectstore::s3::Encryption;
using objectstore::s3::Endpoint;
using ::testing::HasSubstr;

Config at(const std::string& endpoint, const std::string& bucket = "backups") {
  Config config;
  config.endpoint = endpoint;
  config.bucket = bucket;
  return config;
}

std::string url(const Config& config, const std::string& key, const std::string& region = "eu-west-1") {
  const auto endpoint = Endpoint::make(config);
  if (!endpoint) return endpoint.error().to_string();
  const auto target = endpoint->target(key, region);
  EXPECT_EQ(target.origin.substr(target.origin.find("://") + 3), target.host);
  return target.origin + target.path;
}

TEST(Endpoint, AmazonIsReachedByRegionAndVirtualHost) {
  EXPECT_EQ(url(at(""), "a/b"), "https://backups.s3.eu-west-1.amazonaws.com/a/b");
  EXPECT_EQ(url(at("s3.amazonaws.com"), "a"), "https://backups.s3.eu-west-1.amazonaws.com/a");
  EXPECT_EQ(url(at(""), "a", "cn-north-1"), "https://backups.s3.cn-north-1.amazonaws.com.cn/a");
  EXPECT_EQ(url(at(""), ""), "https://backups.s3.eu-west-1.amazonaws.com/");
}

TEST(Endpoint, BucketWithDotsIsReachedByPathBecauseOfCertificates) {
  EXPECT_EQ(url(at("", "my.backups"), "a"), "https://s3.eu-west-1.amazonaws.com/my.backups/a");
}

TEST(Endpoint, OthersAreReachedByPathOverHttps) {
  EXPECT_EQ(url(at("minio.example.com:9000"), "a b"), "https://minio.example.com:9000/backups/a b");
  EXPECT_EQ(url(at("https://10.0.0.1"), ""), "https://10.0.0.1/backups");
  EXPECT_EQ(url(at("https://[::1]:8443"), "a"), "https://[::1]:8443/backups/a");
  EXPECT_EQ(url(at("https://host/storage/v1/s3/"), "a"), "https://host/storage/v1/s3/backups/a");
}

TEST(Endpoint, VirtualHostOnRequest) {
  Config config = at("storage.example.com");
  config.addressing = Addressing::virtual_host;

  EXPECT_EQ(url(config, "a"), "https://backups.storage.example.com/a");
}

TEST(Endpoint, EndpointThatHoldsTheBucketAlreadyIsTakenAsMeant) {
  EXPECT_EQ(url(at("https://backups.s3.eu-west-1.amazonaws.com"), "a"), "https://backups.s3.eu-west-1.amazonaws.com/a");
  Config spaces = at("https://backups.fra1.digitaloceanspaces.com");
  spaces.addressing = Addressing::virtual_host;
  EXPECT_EQ(url(spaces, "a"), "https://backups.fra1.digitaloceanspaces.com/a");
}

TEST(Endpoint, ServerCalledLikeItsBucketIsNotMistaken) {
  EXPECT_EQ(url(at("https://backups.example.com"), "a"), "https://backups.example.com/backups/a");
}

TEST(Endpoint, PlainHttpMustBeAllowed) {
  Config config = at("http://10.0.0.1:9000");
  const auto refused = Endpoint::make(config);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::usage);
  EXPECT_THAT(refused.error().hint, HasSubstr("https"));

  config.allow_http = true;

  EXPECT_EQ(url(config, "a"), "http://10.0.0.1:9000/backups/a");
}

TEST(Endpoint, AllowingHttpDoesNotTurnOffTls) {
  Config config = at("10.0.0.1:9000");
  config.allow_http = true;

  EXPECT_EQ(url(config, "a"), "https://10.0.0.1:9000/backups/a");
}

TEST(Endpoint, VirtualHostOnAnIpAddressIsRefused) {
  Config config = at("https://10.0.0.1");
  config.addressing = Addressing::virtual_host;

  const auto endpoint = Endpoint::make(config);

  ASSERT_FALSE(endpoint);
  EXPECT_EQ(endpoint.error().code, Code::usage);
  EXPECT_THAT(endpoint.error().hint, HasSubstr("path-style"));
}

TEST(Endpoint, RefusesWhatIsNoBucketRegionOrEndpoint) {
  for (const char* bucket : {"", "ab", "a/b", "a..b", "ü-bucket", "a b", ".abc", "a@b"}) {
    EXPECT_EQ(Endpoint::make(at("", bucket)).error().code, Code::usage) << bucket;
  }
  for (const char* endpoint : {"ftp://host", "https://", "https://user:pass@host", "https://host?x=y", "a b"}) {
    EXPECT_EQ(Endpoint::make(at(endpoint)).error().code, Code::usage) << endpoint;
  }
  Config config = at("");
  config.region = "evil.example.com/";
  EXPECT_EQ(Endpoint::make(config).error().code, Code::usage);
}

TEST(Endpoint, RegionInAnAmazonHostIsTheDefault) {
  EXPECT_EQ(Endpoint::make(at("s3.eu-central-1.amazonaws.com"))->default_region(), "eu-central-1");
  EXPECT_EQ(Endpoint::make(at("s3.dualstack.eu-west-3.amazonaws.com"))->default_region(), "eu-west-3");
  EXPECT_EQ(Endpoint::make(at("s3.cn-north-1.amazonaws.com.cn"))->default_region(), "cn-north-1");
  EXPECT_EQ(Endpoint::make(at(""))->default_region(), "us-east-1");
  EXPECT_EQ(Endpoint::make(at("minio.example.com"))->default_region(), "us-east-1");
}

TEST(S3Config, SecretsAndUnsignedBodiesNeedTls) {
  Config config = at("http://10.0.0.1");
  config.allow_http = true;
  EXPECT_TRUE(check_config(config));

  config.checksum = Checksum::none;
  EXPECT_EQ(check_config(config).error().code, Code::usage);

  config.checksum = Checksum::signed_payload;
  config.encryption.kind = Encryption::Kind::customer_key;
  config.encryption.customer_key = Secret(std::string(32, 'k'));
  EXPECT_EQ(check_config(config).error().code, Code::usage);
  config.endpoint = "https://10.0.0.1";
  EXPECT_TRUE(check_config(config));
}

TEST(S3Config, RefusesSizesS3CannotHave) {
  Config config = at("");
  for (const std::uint64_t size : {5 * kMiB - 1, 5 * kGiB + 1}) {
    config.part_size = size;
    EXPECT_EQ(check_config(config).error().code, Code::usage) << size;
  }
}

TEST(S3Config, RefusesACustomerKeyOfTheWrongSize) {
  Config config = at("");
  config.encryption.kind = Encryption::Kind::customer_key;
  config.encryption.customer_key = Secret("short");

  const auto checked = check_config(config);

  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().to_string(), ::testing::Not(HasSubstr("short")));
}

}  // namespace
}  // namespace holdfast::test
