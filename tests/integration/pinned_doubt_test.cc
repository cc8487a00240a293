// Data directories that are not those of the member that is asked, or cannot be read: the stream is taken, and the
// reason told.
#include <filesystem>

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "integration/pinned_support.h"

#include "support/child_process.h"
#include "support/faulty_file_system.h"

namespace holdfast::repository {
namespace {

using test::EtcdVersion;
using testing::HasSubstr;

class PinnedDoubt : public PinnedSave {
 protected:
  // The stream was taken, all is well, and the reason has this text.
  void expect_streamed(const std::string& data_dir, const std::string& reason,
                       os::FileSystem& files = os::real_file_system()) {
    const auto report = save("doubt", data_dir, files);
    expect_sound("doubt", report);
    EXPECT_FALSE(report && report->pinned);
    EXPECT_THAT(fallback_, HasSubstr(reason));
    EXPECT_TRUE(report && report->failed_members.empty()) << "the member itself is blamed";
  }

  // As `cp -a` of a running member makes it.
  std::string copy_of_data_dir() {
    const std::string copy = directory_.file("copy");
    std::filesystem::copy(cluster_->data_dir(0), copy, std::filesystem::copy_options::recursive);
    return copy;
  }
  static std::string database_in(const std::string& data_dir) { return data_dir + "/member/snap/db"; }

  void put_something() {
    for (int i = 0; i < 5; ++i)
      ASSERT_TRUE(client_->put({.key = "more", .value = fmt::format("{}", i)}));
  }
};

// What is wrong here lies on our side, whatever the version.
INSTANTIATE_TEST_SUITE_P(Versions, PinnedDoubt, testing::Values(EtcdVersion::v3_5), pinned_version_name);

TEST_P(PinnedDoubt, ADirectoryThatIsNotThere) {
  expect_streamed(directory_.file("nowhere"), "No such file");
}

TEST_P(PinnedDoubt, ADirectoryThatIsNotAnEtcds) {
  std::filesystem::create_directories(directory_.file("other/member/wal"));
  expect_streamed(directory_.file("other"), "there is no write-ahead log");
}

TEST_P(PinnedDoubt, TheDirectoryOfAnotherCluster) {
  auto other = test::make_etcd_cluster({.version = GetParam()});
  ASSERT_TRUE(other) << other.error().to_string();
  expect_streamed((*other)->data_dir(0), "none of those to be asked");
}

TEST_P(PinnedDoubt, TheDirectoryOfAnotherMember) {
  share(3);
  auto one = etcd::make_client({.endpoints = {cluster_->endpoints()[0]}});
  ASSERT_TRUE(one);
  client_ = std::move(*one);
  expect_streamed(cluster_->data_dir(1), "none of those to be asked");
}

// etcd's own: each connection goes to the next member. The one that answered first may have the directory, but another
// one would make the snapshot.
TEST_P(PinnedDoubt, ABalancerOfConnections) {
  share(3);
  std::vector<std::string> members;
  for (const std::string& endpoint : cluster_->endpoints())
    members.push_back(endpoint.substr(endpoint.find("//") + 2));
  const std::string address = fmt::format("127.0.0.1:{}", test::free_port());
  auto gateway =
      test::ChildProcess::start({.arguments = {test::etcd_program(GetParam()), "gateway", "start", "--listen-addr",
                                               address, "--endpoints", fmt::format("{}", fmt::join(members, ","))}});
  ASSERT_TRUE(gateway) << gateway.error().to_string();
  wait_until([&] {
    client_ = std::move(*etcd::make_client({.endpoints = {address}}));
    return client_->status(address).has_value();
  });
  bool another_answered = false;
  for (int i = 0; i < 9 && !another_answered; ++i) {
    const std::string name = fmt::format("balanced-{}", i);
    const auto report = save(name, cluster_->data_dir(i % 3));
    expect_sound(name, report);
    another_answered = fallback_.find("leads to member") != std::string::npos;
    // One connection more, or the directory's own member may be the next one each time.
    if (i % 3 == 2) (*etcd::make_client({.endpoints = {address}}))->status(address).value();
  }
  EXPECT_TRUE(another_answered) << fallback_;
}

TEST_P(PinnedDoubt, ACopyThatNobodyHasOpen) {
  expect_streamed(copy_of_data_dir(), "no running etcd has this file open");
}

TEST_P(PinnedDoubt, AnOlderCopyThatSomebodyHasOpen) {
  const std::string copy = copy_of_data_dir();
  const auto held = os::real_file_system().open_held(database_in(copy));
  ASSERT_TRUE(held && *held);
  put_something();
  expect_streamed(copy, "its meta pages are not those of the member's snapshot");
}

TEST_P(PinnedDoubt, ACopyThatIsCutOff) {
  const std::string copy = copy_of_data_dir();
  std::filesystem::resize_file(database_in(copy), 4096);
  const auto held = os::real_file_system().open_held(database_in(copy));
  ASSERT_TRUE(held && *held);
  expect_streamed(copy, "pinned read of");
}

TEST_P(PinnedDoubt, ALogThatIsDamaged) {
  const std::string copy = copy_of_data_dir();
  for (const auto& entry : std::filesystem::directory_iterator(copy + "/member/wal")) {
    if (entry.path().extension() == ".wal") std::filesystem::resize_file(entry.path(), 20);
  }
  expect_streamed(copy, "the log does not");
}

TEST_P(PinnedDoubt, ADatabaseThatMayNotBeRead) {
  test::FaultyFileSystem files(os::real_file_system());
  files.fail_call(test::FileCall::open, 2, Code::refused);
  expect_streamed(cluster_->data_dir(0), "injected failure of open", files);
  EXPECT_TRUE(files.unreached_faults().empty());
}

TEST_P(PinnedDoubt, ALogThatMayNotBeRead) {
  test::FaultyFileSystem files(os::real_file_system());
  files.fail_call(test::FileCall::open, 1, Code::refused);
  expect_streamed(cluster_->data_dir(0), "injected failure of open", files);
}

TEST_P(PinnedDoubt, ADiskThatFailsInTheMiddle) {
  test::FaultyFileSystem files(os::real_file_system());
  files.fail_call(test::FileCall::read, 20, Code::unavailable);
  expect_streamed(cluster_->data_dir(0), "injected failure of read", files);
}

TEST_P(PinnedDoubt, AFileSystemThatTellsNothingAtTheEnd) {
  test::FaultyFileSystem files(os::real_file_system());
  files.fail_call(test::FileCall::stat, 3, Code::unavailable);
  expect_streamed(cluster_->data_dir(0), "injected failure of stat", files);
}

TEST_P(PinnedDoubt, ADatabaseTooSmallToBeHeld) {
  spoil();
  auto small = test::make_etcd_cluster({.version = GetParam()});
  ASSERT_TRUE(small) << small.error().to_string();
  cluster_ = std::move(*small);
  client_ = std::move(*etcd::make_client(client_options()));
  put_something();
  expect_streamed(cluster_->data_dir(0), "is not worth it");
}

// By its real path, through a link, and on a file system of its own in memory.
TEST_P(PinnedDoubt, WhereTheDirectoryLiesDoesNotMatter) {
  std::filesystem::create_directory_symlink(cluster_->data_dir(0), directory_.file("link"));
  const auto linked = save("linked", directory_.file("link"));
  expect_sound("linked", linked);
  EXPECT_TRUE(linked && linked->pinned) << fallback_;

  struct stat here{};
  struct stat memory{};
  if (::stat("/dev/shm", &memory) != 0 || ::stat(directory_.path().c_str(), &here) != 0) return;
  ASSERT_NE(here.st_dev, memory.st_dev);
  const std::string far = fmt::format("/dev/shm/holdfast-pinned-{}", test::free_port());
  start({.version = GetParam(),
         .data_dirs = {far},
         .peer_urls = {fmt::format("http://127.0.0.1:{}", test::free_port())}});
  const auto there = save("there", far);
  expect_sound("there", there);
  EXPECT_TRUE(there && there->pinned) << fallback_;
  client_.reset();
  cluster_.reset();
  std::filesystem::remove_all(far);
}

}  // namespace
}  // namespace holdfast::repository
