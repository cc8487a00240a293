// Which URL a bucket and its objects have.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "objectstore/s3/config.h"

namespace holdfast::objectstore::s3 {

// Immutable. The region is a parameter because AWS may only tell it in its first answer.
class Endpoint {
 public:
  // Code::usage when endpoint, bucket, region or scheme cannot be used.
  static Result<Endpoint> make(const Config& config);

  struct Target {
    std::string origin;  // "https://bucket.s3.eu-west-1.amazonaws.com"
    std::string host;    // as it is sent and signed
    std::string path;    // before percent-encoding; of the bucket itself when the key is empty
  };
  Target target(const std::string& key, const std::string& region) const;

  const std::string& bucket() const { return bucket_; }
  bool is_aws() const { return aws_; }  // one of Amazon's own hosts
  bool is_https() const { return scheme_ == "https"; }
  bool is_path_style() const { return !virtual_host_; }
  // For when none is configured: the one Amazon's host name tells, else us-east-1.
  std::string default_region() const;
  std::string describe() const;  // "https://s3.example.com", "aws"

 private:
  std::string scheme_;
  std::string host_;  // with port; empty: Amazon's host for the region
  std::string base_path_;
  std::string bucket_;
  bool aws_ = false;
  bool virtual_host_ = false;
};

// Letters, digits and '-': anything else in an answer must not become part of a host name.
bool is_region_name(std::string_view text);

}  // namespace holdfast::objectstore::s3
