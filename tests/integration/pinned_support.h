// Saves with --data-dir from real etcds, and what they are compared with.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "objectstore/local/local_store.h"
#include "os/random.h"
#include "repository/save.h"
#include "support/acting_file_system.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::repository {

// Clients that overwrite, delete and lease all the time, in transactions of 50 writes, until destroyed.
class WriteStorm {
 public:
  explicit WriteStorm(const etcd::ClientOptions& options);
  // Waits until so many more transactions are done than when it was called: several commits of bbolt when there are
  // 300.
  void wait_for(int transactions) const;

 private:
  std::atomic<int> done_ = 0;
  std::atomic<bool> over_ = false;
  std::jthread thread_;
};

// Tests against one member of each version with 40 MiB in its database, written, overwritten and compacted. It serves
// one test after the other.
class PinnedSave : public testing::TestWithParam<test::EtcdVersion> {
 protected:
  void SetUp() override { share(); }
  void TearDown() override;
  // With so many members, instead of what there was.
  void share(int members = 1);
  // As share(), for this test alone.
  void start(const test::EtcdOptions& options);
  // Of no use for the next test: it gets a fresh one.
  void spoil() { shared_members_ = 0; }

  void connect();
  etcd::ClientOptions client_options() const;
  // Plain, as name.db in directory_.
  Result<SaveReport> save(const std::string& name, const std::string& data_dir,
                          os::FileSystem& files = os::real_file_system(),
                          const std::function<void(SaveOptions&)>& change = {});
  std::string file(const std::string& name) const { return directory_.file(name + ".db"); }
  // The file is what the report says of it, in the eyes of etcdutl, and its trailer is right.
  void expect_sound(const std::string& name, const Result<SaveReport>& report) const;
  // Saves by the stream, then by the db file with `action` in the middle of the reading. The second save is pinned and
  // holds exactly what the first does, or it is sound and fell back: which of the two is returned.
  bool same_as_stream_with(const std::function<void()>& action);

  std::unique_ptr<test::EtcdCluster> cluster_;
  std::unique_ptr<etcd::Client> client_;
  int shared_members_ = 0;  // of cluster_, when the next test may have it; else 0
  test::TempDir directory_;
  objectstore::LocalStore store_{
      {.root = directory_.path()}, os::real_file_system(), os::real_clock(), os::real_random()};
  std::string fallback_;  // of the last save: why it fell back
};

// Sleeps a little at a time until it is so.
void wait_until(const std::function<bool()>& condition);

std::string pinned_version_name(const testing::TestParamInfo<test::EtcdVersion>& version);

}  // namespace holdfast::repository
