// Our restore beside that of etcd's own tools: the same ids, the same write-ahead log and .snap, a database with the
// same hash.
#include <gtest/gtest.h>

#include "integration/restore_support.h"

#include "os/file_system.h"

namespace holdfast::test {
namespace {

constexpr const char* kWal = "/member/wal/0000000000000000-0000000000000000.wal";

Bytes content(const std::string& path) {
  auto bytes = os::read_file(os::real_file_system(), path, 100 * kMiB);
  EXPECT_TRUE(bytes) << bytes.error().to_string();
  return bytes ? std::move(*bytes) : Bytes{};
}

struct Case {
  EtcdVersion source;
  int members;
};

class RestoreBesideEtcd : public testing::TestWithParam<Case> {
 protected:
  std::string snap(const std::string& directory) const {
    return directory + "/member/snap/0000000000000001-000000000000000" + std::to_string(GetParam().members) + ".snap";
  }
  std::string ours(const std::string& name) const { return ours_.file(name); }
  std::string theirs(const std::string& name) const { return theirs_.file(name); }

  void restore_both(EtcdVersion tool, const snapshot::RestoreOptions& options,
                    const std::vector<std::string>& more = {}) {
    const auto report = restore_from(taken_.path, options);
    ASSERT_TRUE(report) << report.error().to_string();
    for (const std::string& name : layout_.names) {
      restore_with_etcd(tool, taken_.path, layout_, name, theirs_.path(), more);
    }
  }

  void expect_same_database(const std::string& name) {
    const UtlStatus our_status = utl_status(ours(name) + "/member/snap/db");
    const UtlStatus their_status = utl_status(theirs(name) + "/member/snap/db");
    EXPECT_EQ(our_status.hash, their_status.hash);
    EXPECT_EQ(our_status.revision, their_status.revision);
    EXPECT_EQ(our_status.total_key, their_status.total_key);
  }

  const TakenSnapshot& taken_ = taken_snapshot(GetParam().source);
  const Layout layout_{GetParam().members};
  TempDir ours_;
  TempDir theirs_;
};

INSTANTIATE_TEST_SUITE_P(Sources, RestoreBesideEtcd,
                         testing::Values(Case{EtcdVersion::v3_4, 1}, Case{EtcdVersion::v3_5, 1},
                                         Case{EtcdVersion::v3_4, 3}, Case{EtcdVersion::v3_5, 9}),
                         [](const auto& one) {
                           return std::string(version_name(one.param.source)) + "_" +
                                  std::to_string(one.param.members) + "_members";
                         });

TEST_P(RestoreBesideEtcd, MakesWhatEtcdutl35Makes) {
  restore_both(EtcdVersion::v3_5, restore_options(layout_, ours_.path()));

  for (const std::string& name : layout_.names) {
    EXPECT_EQ(content(ours(name) + kWal), content(theirs(name) + kWal)) << name;
    EXPECT_EQ(content(snap(ours(name))), content(snap(theirs(name)))) << name;
    expect_same_database(name);
  }
}

TEST_P(RestoreBesideEtcd, MakesTheDatabaseThatEtcdutl35MakesWithARaisedRevision) {
  snapshot::RestoreOptions options = restore_options(layout_, ours_.path());
  options.bump_revision = 1'000'000'000;
  options.mark_compacted = true;

  restore_both(EtcdVersion::v3_5, options, {"--bump-revision", "1000000000", "--mark-compacted"});

  expect_same_database(layout_.names[0]);
}

TEST_P(RestoreBesideEtcd, MakesTheRaftFilesThatEtcdctl34Makes) {
  restore_both(EtcdVersion::v3_4, restore_options(layout_, ours_.path()));

  // Equal but for the last record, in which 3.4 leaves the voters out.
  for (const std::string& name : layout_.names) {
    const Bytes our_wal = content(ours(name) + kWal);
    const Bytes their_wal = content(theirs(name) + kWal);
    ASSERT_EQ(our_wal.size(), 64'000'000U);
    ASSERT_EQ(their_wal.size(), 64'000'000U);
    std::size_t last = 0;
    std::size_t next = 0;
    for (std::size_t length = load_le<std::uint32_t>(our_wal.data()); length != 0;
         length = load_le<std::uint32_t>(our_wal.data() + next)) {
      last = next;
      next += 8 + (length + 7) / 8 * 8;
    }
    EXPECT_TRUE(std::equal(our_wal.begin(), our_wal.begin() + static_cast<std::ptrdiff_t>(last), their_wal.begin()));
    EXPECT_EQ(content(snap(ours(name))), content(snap(theirs(name)))) << name;
  }
}

TEST(RestoreForms, AllGiveADatabaseThatEtcdutlFindsWhole) {
  const TakenSnapshot& taken = taken_snapshot(EtcdVersion::v3_5);
  const Layout layout(1);
  for (const bool drop : {false, true}) {
    for (const bool bump : {false, true}) {
      TempDir directory;
      snapshot::RestoreOptions options = restore_options(layout, directory.path());
      options.drop_free_pages = drop;
      options.bump_revision = bump ? 1000 : 0;
      options.mark_compacted = bump;
      options.clear_alarms = true;

      const auto report = restore_from(taken.path, options);

      ASSERT_TRUE(report) << report.error().to_string();
      EXPECT_EQ(utl_status(directory.file("m0/member/snap/db")).revision, taken.revision + (bump ? 1000 : 0));
      EXPECT_EQ(report->revision, taken.revision + (bump ? 1000 : 0));
    }
  }
}

}  // namespace
}  // namespace holdfast::test
