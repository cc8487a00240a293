// Private to s3/: the metadata service of an EC2 instance, version 2 (a session token for every question).
// Source: "Use the Instance Metadata Service to access instance metadata" (Amazon EC2 User Guide).
#pragma once

#include <stop_token>
#include <string>
#include <utility>

#include "objectstore/s3/credentials.h"

namespace holdfast::objectstore::s3 {

class InstanceMetadata {
 public:
  // Opens a session. Code::not_found when the service is switched off, or nobody answers within a second: then this is
  // no EC2 instance. What `system` holds and the transport must outlive it.
  static Result<InstanceMetadata> open(const CredentialSystem& system, http::Transport& transport,
                                       const std::stop_token& stop);

  // The document under /latest/meta-data/. Code::not_found when there is none.
  Result<std::string> get(const std::string& path, const std::stop_token& stop);

 private:
  InstanceMetadata(const CredentialSystem& system, http::Transport& transport, std::string endpoint, Secret token)
      : system_(system), transport_(&transport), endpoint_(std::move(endpoint)), token_(std::move(token)) {}

  CredentialSystem system_;
  http::Transport* transport_;
  std::string endpoint_;  // without a slash at the end
  Secret token_;
};

}  // namespace holdfast::objectstore::s3
