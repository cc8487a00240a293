// Everything the comparison runs on: a filled etcd, a real S3 server, keys and directories.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "side_by_side/job.h"

#include "base/result.h"
#include "support/etcd_server.h"
#include "support/rgw_server.h"
#include "support/temp_dir.h"

namespace holdfast::bench {

struct SettingOptions {
  std::uint64_t objects = 400'000;
  std::string holdfast;        // the program under test
  std::string etcd_fill;       // the program that fills an etcd
  std::string work_directory;  // large: several copies of the database
};

struct Setting {
  SettingOptions options;
  std::unique_ptr<test::EtcdCluster> etcd;
  std::string endpoint;  // of etcd
  test::RgwServer s3;
  std::string s3cmd_config;   // file
  std::string age_identity;   // file
  std::string age_recipient;  // "age1…"
  std::vector<std::string> s3_environment;

  std::string path(const std::string& name) const;
  // "holdfast snapshot …" with what it needs to reach the bucket.
  Command holdfast(std::vector<std::string> arguments) const;
  Command s3cmd(std::vector<std::string> arguments) const;
};

// Starts etcd 3.5, fills it, finds the S3 server (scripts/bench has started it) and makes an age key.
Result<Setting> make_setting(const SettingOptions& options);

// The rows of the table in docs/performance.md.
std::vector<Job> all_jobs(const Setting& setting);

}  // namespace holdfast::bench
