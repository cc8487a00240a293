// A snapshot on disk and a place to restore it to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "snapshot/restore.h"
#include "support/database_builder.h"
#include "support/faulty_file_system.h"
#include "support/fixed_random.h"
#include "support/temp_dir.h"

namespace holdfast::test {

class RestoreFixture : public testing::Test {
 protected:
  RestoreFixture() {
    builder_.like_etcd(200);
    builder_.free_pages = 3;
    options_.membership =
        snapshot::parse_membership("a=http://10.0.0.1:2380,b=http://10.0.0.2:2380,c=http://10.0.0.3:2380", "t").value();
    options_.targets = {{"a", target_, ""}};
    save(builder_.build_snapshot());
  }

  void save(const Bytes& bytes) {
    auto file = os::real_file_system().open(source_, os::OpenMode::overwrite);
    ASSERT_TRUE(file && (*file)->write_at(0, bytes));
    snapshot_ = bytes;
  }

  Result<snapshot::RestoreReport> restore_file(os::FileSystem& files) {
    HF_ASSIGN(const auto file, files.open(source_, os::OpenMode::read, 0600));
    return snapshot::restore({.file = file.get()}, options_, files, random_);
  }
  Result<snapshot::RestoreReport> restore_stream(os::FileSystem& files) {
    MemorySource source(snapshot_);
    return snapshot::restore({.stream = &source}, options_, files, random_);
  }

  // Names in the directory of all targets; the source is elsewhere.
  std::vector<std::string> left() { return os::real_file_system().list(place_.path()).value(); }

  static Bytes content(const std::string& path) {
    auto bytes = os::read_file(os::real_file_system(), path, 100 * kMiB);
    EXPECT_TRUE(bytes) << bytes.error().to_string();
    return bytes ? std::move(*bytes) : Bytes{};
  }
  static unsigned mode(const std::string& path) {
    const auto info = os::real_file_system().stat(path);
    return info && *info ? (*info)->mode : 0;
  }
  // Does a data directory have everything a server needs?
  static bool complete(const std::string& data_dir, const std::string& wal_dir) {
    constexpr const char* kWal = "/0000000000000000-0000000000000000.wal";
    os::FileSystem& files = os::real_file_system();
    const auto database = files.stat(data_dir + "/member/snap/db");
    const auto raft = files.stat(data_dir + "/member/snap/0000000000000001-0000000000000003.snap");
    const auto wal = files.stat(wal_dir + kWal);
    return database && *database && (*database)->size > 0 && raft && *raft && (*raft)->size > 0 && wal && *wal &&
           (*wal)->size == 64'000'000;
  }

  TempDir source_dir_;
  TempDir place_;
  const std::string source_ = source_dir_.file("snapshot.db");
  const std::string target_ = place_.file("etcd");
  DatabaseBuilder builder_;
  Bytes snapshot_;
  snapshot::RestoreOptions options_;
  FixedRandom random_;
};

}  // namespace holdfast::test
