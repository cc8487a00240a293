// The options that say how to reach S3. Keys come from the environment, AWS's shared files, files named here, or the
// machine's role; never from the command line.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "cli/option.h"
#include "cli/session.h"
#include "objectstore/s3/config.h"
#include "objectstore/s3/credentials.h"

namespace holdfast::cli {

struct S3Flags {
  objectstore::s3::Config config;  // what needs no further work
  std::string ca_file;
  bool insecure_skip_verify = false;
  std::optional<std::string> proxy;
  Duration connect_timeout = std::chrono::seconds(10);
  Duration stall_timeout = std::chrono::seconds(30);
  std::string customer_key_file;
  std::string profile;
  std::string access_key_id;
  std::string secret_key_file;
  std::string session_token_file;
};

OptionGroup s3_options(S3Flags& flags);

struct S3Settings {
  objectstore::s3::Config config;
  objectstore::s3::CredentialOptions credentials;
};

// Reads the files named by the flags. Code::usage when options contradict each other.
Result<S3Settings> s3_settings(const S3Flags& flags, const std::string& bucket, World& world);

}  // namespace holdfast::cli
