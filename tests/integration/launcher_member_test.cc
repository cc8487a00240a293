// A member is staged beside a running etcd, swapped in, and taken back; real servers say what they find.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "integration/restore_support.h"
#include "launcher/member/bring_to.h"
#include "launcher/member/stage.h"

#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::test {
namespace {

using launcher::Goal;
using testing::HasSubstr;

constexpr const char* kId = "r-1";
constexpr std::uint64_t kBump = 1'000'000'000;

// The plain snapshot as a stream, from a file.
class FileSource final : public ByteSource {
 public:
  explicit FileSource(std::unique_ptr<os::File> file) : file_(std::move(file)) {}
  Result<std::size_t> read(ByteSpan into) override {
    HF_ASSIGN(const std::size_t count, file_->read_at(at_, into));
    at_ += count;
    return count;
  }

 private:
  std::unique_ptr<os::File> file_;
  std::uint64_t at_ = 0;
};

struct Case {
  EtcdVersion version;
  int members;
  bool linked;  // the data directory is a link: names change inside it
};

class SwappedMembers : public testing::TestWithParam<Case> {
 protected:
  SwappedMembers() {
    for (const std::string& name : layout_.names) {
      const std::string data = directory_.file(name);
      if (GetParam().linked) {
        EXPECT_TRUE(os::real_file_system().make_directories(data + "-disk"));
        EXPECT_EQ(::symlink((name + "-disk").c_str(), data.c_str()), 0);
      }
      places_.push_back({.data_dir = data, .wal_dir = ""});
    }
  }

  void start() {
    EtcdOptions options{.version = GetParam().version, .members = GetParam().members};
    for (const launcher::Place& place : places_)
      options.data_dirs.push_back(place.data_dir);
    options.peer_urls = layout_.peer_urls;
    options.initial_cluster_token = "first";
    auto cluster = make_etcd_cluster(options);
    ASSERT_TRUE(cluster) << cluster.error().to_string();
    cluster_ = std::move(*cluster);
  }
  void stop() {
    for (int i = 0; i < GetParam().members; ++i)
      cluster_->stop(i);
    cluster_.reset();
  }
  Ctl ctl() const { return Ctl(GetParam().version, *cluster_); }

  // Fills, takes the snapshot, and goes on writing.
  void live() {
    start();
    if (HasFatalFailure()) return;
    write_history(ctl());
    keys_then_ = ctl().keyspace(0);
    revision_then_ = ctl().revision(0);
    ctl().ok(0, {"snapshot", "save", snapshot_});
    ctl().ok(0, {"put", "/later", "written after the backup"});
    ctl().ok(0, {"del", "/registry/b"});
    keys_now_ = ctl().keyspace(0);
    revision_now_ = ctl().revision(0);
  }

  // With another token, so that the restored cluster is another one than what ran.
  launcher::StageReport stage(std::size_t member) {
    launcher::StageRequest request;
    request.id = kId;
    request.membership = snapshot::parse_membership(layout_.initial_cluster(), "second").value();
    request.member_name = layout_.names[member];
    request.revision_bump = kBump;
    request.source.revision = revision_then_;
    request.open_source = [this]() -> Result<std::unique_ptr<ByteSource>> {
      HF_ASSIGN(auto file, os::real_file_system().open(snapshot_, os::OpenMode::read));
      return std::unique_ptr<ByteSource>(std::make_unique<FileSource>(std::move(file)));
    };
    auto report = launcher::stage(os::real_file_system(), os::real_random(), places_[member], request);
    EXPECT_TRUE(report) << report.error().to_string();
    return report ? std::move(*report) : launcher::StageReport{};
  }

  Status bring(std::size_t member, Goal goal) {
    auto& files = os::real_file_system();
    return launcher::bring_to(files, places_[member], {.goal = goal, .id = kId, .key = {}},
                              launcher::held_by_lock(files));
  }
  void bring_all(Goal goal) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const Status done = bring(i, goal);
      ASSERT_TRUE(done) << done.error().to_string();
    }
  }

  const Layout layout_{GetParam().members};
  TempDir directory_;
  const std::string snapshot_ = directory_.file("snapshot.db");
  std::vector<launcher::Place> places_;
  std::unique_ptr<EtcdCluster> cluster_;
  std::string keys_then_;
  std::string keys_now_;
  std::int64_t revision_then_ = 0;
  std::int64_t revision_now_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Versions, SwappedMembers,
                         testing::Values(Case{EtcdVersion::v3_4, 1, true}, Case{EtcdVersion::v3_5, 1, true},
                                         Case{EtcdVersion::v3_4, 3, false}, Case{EtcdVersion::v3_5, 3, false}),
                         [](const auto& one) {
                           return fmt::format("{}_with_{}", version_name(one.param.version), one.param.members);
                         });

TEST_P(SwappedMembers, ServeWhatWasStagedAndAfterTheWayBackWhatTheyServedBefore) {
  live();
  ASSERT_FALSE(HasFatalFailure());
  std::vector<launcher::StagedFacts> staged;
  for (std::size_t i = 0; i < places_.size(); ++i)
    staged.push_back(stage(i).facts);
  ASSERT_FALSE(HasFailure());
  EXPECT_EQ(ctl().keyspace(0), keys_now_) << "staging has changed what runs";
  EXPECT_THAT(bring(0, Goal::swapped).error().message, HasSubstr("etcd still runs"));
  stop();

  bring_all(Goal::swapped);
  start();
  ASSERT_FALSE(HasFatalFailure());
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const int member = static_cast<int>(i);
    EXPECT_EQ(ctl().keyspace(member), keys_then_);
    EXPECT_EQ(ctl().revision(member), staged[i].revision);
    EXPECT_EQ(ctl().hash_kv(member, 0), staged[i].hash_kv);
    EXPECT_EQ(staged[i].hash_kv, staged[0].hash_kv);
    EXPECT_EQ(staged[i].cluster_id, staged[0].cluster_id);
  }
  EXPECT_EQ(staged[0].revision, revision_then_ + static_cast<std::int64_t>(kBump));
  ctl().ok(0, {"put", "/new", "written after the restore"});
  EXPECT_THAT(bring(0, Goal::returned).error().message, HasSubstr("etcd still runs"));
  stop();

  bring_all(Goal::returned);
  start();
  ASSERT_FALSE(HasFatalFailure());
  for (int i = 0; i < GetParam().members; ++i) {
    EXPECT_EQ(ctl().keyspace(i), keys_now_);
    EXPECT_EQ(ctl().revision(i), revision_now_);
  }
  ctl().ok(0, {"put", "/new", "written after the way back"});
}

}  // namespace
}  // namespace holdfast::test
