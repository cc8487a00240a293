// The db file read under a live etcd: what is saved is what the stream would have given, whatever the member does
// meanwhile.
#include <filesystem>

#include "integration/pinned_support.h"

namespace holdfast::repository {
namespace {

using test::EtcdVersion;

INSTANTIATE_TEST_SUITE_P(Versions, PinnedSave, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5),
                         pinned_version_name);

void verify_hash_kv(SaveOptions& options) {
  options.verify_hash_kv = true;
}

TEST_P(PinnedSave, AtRestEqualsTheStream) {
  EXPECT_TRUE(same_as_stream_with([] {})) << fallback_;
}

TEST_P(PinnedSave, HashKvOfTheMemberAgrees) {
  const auto report = save("checked", cluster_->data_dir(0), os::real_file_system(), verify_hash_kv);
  expect_sound("checked", report);
  EXPECT_TRUE(report->pinned) << fallback_;
  EXPECT_TRUE(report->manifest.hash_kv) << report->hash_kv_not_compared;
}

TEST_P(PinnedSave, AWriteStormInTheMiddleChangesNothing) {
  std::unique_ptr<WriteStorm> storm;
  EXPECT_TRUE(same_as_stream_with([&] {
    storm = std::make_unique<WriteStorm>(client_options());
    storm->wait_for(300);
  })) << fallback_;
}

// What the compaction frees would be written over by the storm, if the pages were not held.
TEST_P(PinnedSave, ACompactionAndAStormInTheMiddleChangeNothing) {
  spoil();
  std::unique_ptr<WriteStorm> storm;
  const auto compact = [&] {
    const auto head = client_->range({.key = "/", .range_end = "0", .count_only = true});
    ASSERT_TRUE(head);
    ASSERT_TRUE(client_->compact(head->revision, true));
  };
  EXPECT_TRUE(same_as_stream_with([&] {
    ASSERT_TRUE(client_->remove({.key = "/bulk/", .range_end = "/bulk0"}));
    compact();
    storm = std::make_unique<WriteStorm>(client_options());
    for (int i = 0; i < 4; ++i) {
      storm->wait_for(100);
      compact();
    }
  })) << fallback_;
}

TEST_P(PinnedSave, DuringAStormEachSaveAgreesWithHashKv) {
  spoil();
  const WriteStorm storm(client_options());
  int pinned = 0;
  for (int i = 0; i < 2; ++i) {
    storm.wait_for(20);
    const std::string name = fmt::format("storm-{}", i);
    const auto report = save(name, cluster_->data_dir(0), os::real_file_system(), verify_hash_kv);
    expect_sound(name, report);
    if (!report) return;
    EXPECT_TRUE(report->manifest.hash_kv) << report->hash_kv_not_compared;
    pinned += report->pinned ? 1 : 0;
  }
  EXPECT_GT(pinned, 0) << fallback_;
}

TEST_P(PinnedSave, ADefragmentationThatBeginsInTheMiddleWaits) {
  std::jthread defragmentation;
  int exit_code = -1;
  const std::string before = cluster_->log(0);
  EXPECT_TRUE(same_as_stream_with([&] {
    defragmentation = std::jthread([&] {
      exit_code = test::run_program({test::etcdctl_program(GetParam()), "--endpoints", cluster_->endpoints()[0],
                                     "--command-timeout", "120s", "defrag"},
                                    "", {"ETCDCTL_API=3"})
                      .exit_code;
    });
    wait_until([&] { return cluster_->log(0).find("defragmenting", before.size()) != std::string::npos; });
  })) << fallback_;
  defragmentation.join();
  EXPECT_EQ(exit_code, 0);
}

TEST_P(PinnedSave, AfterADefragmentationTheNewFileIsRead) {
  const auto done = test::run_program({test::etcdctl_program(GetParam()), "--endpoints", cluster_->endpoints()[0],
                                       "--command-timeout", "120s", "defrag"},
                                      "", {"ETCDCTL_API=3"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_TRUE(same_as_stream_with([] {})) << fallback_;
}

TEST_P(PinnedSave, AMemberRestartedInTheMiddleIsStreamedAnew) {
  bool restarted = false;
  EXPECT_FALSE(same_as_stream_with([&] {
    cluster_->kill(0);
    const Status started = cluster_->start(0);
    EXPECT_TRUE(started) << started.error().to_string();
    const WriteStorm storm(client_options());
    storm.wait_for(100);
    restarted = true;
  }));
  EXPECT_TRUE(restarted);
  EXPECT_NE(fallback_.find("did not last"), std::string::npos) << fallback_;
}

TEST_P(PinnedSave, AMemberThatDiesInTheMiddleLeavesNothingBehind) {
  test::ActingFileSystem files("/snap/db", 20 * kMiB, [&] { cluster_->kill(0); });
  const auto report = save("dead", cluster_->data_dir(0), files);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::unavailable);
  EXPECT_FALSE(std::filesystem::exists(file("dead")));

  EXPECT_FALSE(save("stopped", cluster_->data_dir(0)));
  EXPECT_FALSE(std::filesystem::exists(file("stopped")));
  EXPECT_TRUE(cluster_->start(0));
}

// The member's own stream reads by the name of its file, so it may be wrong too from then on: then nothing is stored.
TEST_P(PinnedSave, AFileThatComesToItsPlaceIsNoticed) {
  spoil();
  const std::string database = cluster_->data_dir(0) + "/member/snap/db";
  test::ActingFileSystem files("/snap/db", 20 * kMiB, [&] {
    std::filesystem::copy_file(database, database + ".copy");
    std::filesystem::rename(database + ".copy", database);
  });
  const auto report = save("replaced", cluster_->data_dir(0), files);
  const std::string why = report ? report->why_not_pinned : report.error().message;
  EXPECT_NE(why.find("another file has come to its place"), std::string::npos) << why;
  EXPECT_EQ(std::filesystem::exists(file("replaced")), report.has_value());
  if (report) expect_sound("replaced", report);
}

TEST_P(PinnedSave, AFreshSaveIsRecognisedAsUnchanged) {
  const auto first = save("first", cluster_->data_dir(0));
  ASSERT_TRUE(first) << first.error().to_string();
  const auto second = save("second", cluster_->data_dir(0), os::real_file_system(),
                           [](SaveOptions& options) { options.skip_unchanged = true; });
  ASSERT_TRUE(second) << second.error().to_string();
  EXPECT_EQ(second->unchanged_since, "first");
  EXPECT_TRUE(second->pinned) << fallback_;
}

TEST_P(PinnedSave, ThroughTlsItIsTheSame) {
  start({.version = GetParam(), .tls = true});
  std::unique_ptr<WriteStorm> storm;
  EXPECT_TRUE(same_as_stream_with([&] {
    storm = std::make_unique<WriteStorm>(client_options());
    storm->wait_for(100);
  })) << fallback_;
}

TEST_P(PinnedSave, TheMemberWhoseDirectoryItIsIsAsked) {
  share(3);
  for (const int member : {2, 0}) {
    const std::string name = fmt::format("member-{}", member);
    const auto report = save(name, cluster_->data_dir(member), os::real_file_system(), verify_hash_kv);
    expect_sound(name, report);
    EXPECT_TRUE(report->pinned) << fallback_;
    EXPECT_EQ(report->manifest.etcd.endpoint, cluster_->endpoints()[static_cast<std::size_t>(member)]);
  }
}

}  // namespace
}  // namespace holdfast::repository
