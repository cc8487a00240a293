// Runs the built program the way a person does, with nothing of the test machine's own settings.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "integration/restore_support.h"

#include "model/json.h"
#include "support/child_process.h"
#include "support/etcd_server.h"
#include "support/s3_fixture.h"
#include "support/temp_dir.h"

namespace holdfast::test {

// One etcd per version and test program, filled once with write_history() and not written to again.
const EtcdCluster& quiet_etcd(EtcdVersion version);

class EndToEnd : public ::testing::Test {
 protected:
  EndToEnd();

  ProgramResult run(std::vector<std::string> words, const std::vector<std::string>& environment = {}) const;
  // A run that must succeed; its standard output.
  std::string ok(const std::vector<std::string>& words) const;
  // A run that must succeed; its JSON document.
  json::Object document(std::vector<std::string> words) const;
  // Starts it and comes back at once; standard error goes to `log`.
  ChildProcess start(std::vector<std::string> words, const std::string& log) const;

  std::vector<std::string> environment(const std::vector<std::string>& more = {}) const;
  std::string file(const std::string& name) const { return dir_.file(name); }
  std::string read(const std::string& name) const;
  std::vector<std::string> files_in(const std::string& directory) const;

  // The shared bucket, below a prefix of this test's own: "s3://bucket/e2e/…/".
  std::string bucket_url() const;
  std::string bucket_prefix() const { return prefix_; }
  std::unique_ptr<S3Fixture> bucket() const;  // to look behind the program's back
  const RgwServer& rgw() const { return rgw_; }

 private:
  TempDir dir_;
  RgwServer rgw_;
  std::string prefix_;
};

}  // namespace holdfast::test
