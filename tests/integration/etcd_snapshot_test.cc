// Snapshots of real servers, also of those that die, hang or refuse.
#include <atomic>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "integration/etcd_cluster_fixture.h"

#include "etcd/snapshot_failover.h"
#include "support/child_process.h"
#include "support/temp_dir.h"

namespace holdfast::etcd {
namespace {

using test::EtcdVersion;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::size_t kLimit = 512 * kMiB;

// More than what all buffers between a member and its reader hold, so that a stream is certainly still under way.
void fill_beyond_all_buffers(Client& client) {
  fill(client, "bulk/", 64, 1'000'000);
}

void expect_whole_snapshot(ByteView bytes) {
  ASSERT_GT(bytes.size(), 32U);
  EXPECT_EQ(bytes.size() % 512, 32U);
  const Sha256Digest digest = Sha256::of(bytes.first(bytes.size() - 32));
  EXPECT_TRUE(std::equal(digest.begin(), digest.end(), bytes.end() - 32));
}

class EtcdSnapshot : public EtcdVersions {};
INSTANTIATE_TEST_SUITE_P(Versions, EtcdSnapshot, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5), version_name);

TEST_P(EtcdSnapshot, IsWholeAndEndsInItsChecksum) {
  fill(*client_, prefix_, 20, 100'000);
  const auto stream = must(client_->snapshot(client_->endpoints()[0], {}));
  const Bytes bytes = must(read_all(*stream, kLimit));
  expect_whole_snapshot(bytes);
  EXPECT_EQ(bytes.size(), stream->database_size() + 32);
  EXPECT_EQ(stream->file_digest(), Sha256::of(bytes));
  EXPECT_EQ(stream->storage_version(), "");
  EXPECT_EQ(stream->endpoint(), client_->endpoints()[0]);
}

TEST_P(EtcdSnapshot, ThatIsHeldIsWholeAndSaysWhoseItIs) {
  fill(*client_, prefix_, 20, 100'000);
  const std::string endpoint = client_->endpoints()[0];
  const HeldSnapshot held = must(client_->held_snapshot(endpoint, {}));
  expect_whole_snapshot(must(read_all(*held.stream, kLimit)));
  const MemberStatus status = must(client_->status(endpoint));
  EXPECT_EQ(held.member_id, status.member_id);
  EXPECT_EQ(held.cluster_id, status.cluster_id);
}

TEST_P(EtcdSnapshot, IsRestoredByEtcdsOwnTool) {
  must(client_->put({.key = key("precious"), .value = "kept"}));
  const auto stream = must(client_->snapshot(client_->endpoints()[0], {}));
  const Bytes bytes = must(read_all(*stream, kLimit));
  const test::TempDir directory;
  must(os::write_file_atomically(os::real_file_system(), directory.file("snapshot.db"), bytes));
  const auto restored =
      test::run_program({test::etcdctl_program(GetParam()), "snapshot", "restore", directory.file("snapshot.db"),
                         "--data-dir", directory.file("data"), "--name", "m0", "--initial-cluster",
                         "m0=http://127.0.0.1:1", "--initial-advertise-peer-urls", "http://127.0.0.1:1"},
                        "", {"ETCDCTL_API=3"});
  EXPECT_EQ(restored.exit_code, 0) << restored.err;
}

TEST_P(EtcdSnapshot, IsTheSameWhileTheDatabaseChanges) {
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    const auto client = client_for(options_for(cluster_));
    while (!done)
      must(client->put({.key = key("busy"), .value = std::string(1000, 'x')}));
  });
  for (int i = 0; i < 3; ++i) {
    const auto stream = must(client_->snapshot(client_->endpoints()[0], {}));
    expect_whole_snapshot(must(read_all(*stream, kLimit)));
  }
  done = true;
}

TEST_P(EtcdSnapshot, EndsWhenStoppedWithinTheStream) {
  const auto cluster = own_cluster({.version = GetParam()});
  const auto client = client_for(options_for(*cluster));
  fill_beyond_all_buffers(*client);
  std::stop_source stop;
  const auto stream = must(client->snapshot(client->endpoints()[0], stop.get_token()));
  Bytes buffer(kMiB);
  must(stream->read(buffer));
  cluster->pause(0);
  std::jthread stopper([&] { stop.request_stop(); });
  const auto rest = read_all(*stream, kLimit);
  cluster->resume(0);
  ASSERT_FALSE(rest);
  EXPECT_EQ(rest.error().code, Code::cancelled);
}

TEST_P(EtcdSnapshot, CanBeGivenUpWithinTheStream) {
  const auto cluster = own_cluster({.version = GetParam()});
  const auto client = client_for(options_for(*cluster));
  fill_beyond_all_buffers(*client);
  Bytes buffer(kMiB);
  must(must(client->snapshot(client->endpoints()[0], {}))->read(buffer));
  must(client->put({.key = "still", .value = "alive"}));
}

TEST_P(EtcdSnapshot, OfAMemberThatHangsWithinTheStreamIsATimeout) {
  const auto cluster = own_cluster({.version = GetParam()});
  ClientOptions options = options_for(*cluster);
  fill_beyond_all_buffers(*client_for(options));
  options.stall_timeout = std::chrono::milliseconds(700);
  const auto stream = must(client_for(options)->snapshot(options.endpoints[0], {}));
  cluster->pause(0);
  const auto rest = read_all(*stream, kLimit);
  cluster->resume(0);
  ASSERT_FALSE(rest);
  EXPECT_EQ(rest.error().code, Code::timeout);
  EXPECT_TRUE(rest.error().retryable);
  EXPECT_THAT(rest.error().to_string(), HasSubstr("snapshot from " + options.endpoints[0] + ": no bytes for 700ms"));
}

TEST_P(EtcdSnapshot, OfAMemberThatHangsBeforeTheFirstMessageIsATimeout) {
  const auto cluster = own_cluster({.version = GetParam()});
  ClientOptions options = options_for(*cluster);
  options.stall_timeout = std::chrono::milliseconds(700);
  cluster->pause(0);
  const auto stream = client_for(options)->snapshot(options.endpoints[0], {});
  const auto held = client_for(options)->held_snapshot(options.endpoints[0], {});
  cluster->resume(0);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code, Code::timeout);
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code, Code::timeout);
}

TEST_P(EtcdSnapshot, ASlowReaderIsNotTakenForASlowMember) {
  const auto cluster = own_cluster({.version = GetParam()});
  ClientOptions options = options_for(*cluster);
  fill_beyond_all_buffers(*client_for(options));
  options.stall_timeout = std::chrono::milliseconds(500);
  const auto stream = must(client_for(options)->snapshot(options.endpoints[0], {}));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  expect_whole_snapshot(must(read_all(*stream, kLimit)));
}

TEST(EtcdSnapshotErrors, NobodyListeningIsUnavailable) {
  ClientOptions options;
  options.endpoints = {fmt::format("127.0.0.1:{}", test::free_port())};
  const Error error = client_for(options)->snapshot(options.endpoints[0], {}).error();
  EXPECT_EQ(error.code, Code::unavailable);
  EXPECT_THAT(error.to_string(), HasSubstr("Connection refused"));
}

TEST(EtcdSnapshotErrors, AHostThatCannotBeResolvedIsUnavailable) {
  ClientOptions options;
  options.endpoints = {"no-such-host.invalid:2379"};
  EXPECT_EQ(client_for(options)->snapshot(options.endpoints[0], {}).error().code, Code::unavailable);
}

// Three members with more data than all buffers hold.
class EtcdSnapshotFailover : public testing::TestWithParam<EtcdVersion> {
 protected:
  EtcdSnapshotFailover() { fill_beyond_all_buffers(*client_for(options_for(*cluster_))); }

  int index_of(const std::string& endpoint) const {
    const auto endpoints = cluster_->endpoints();
    return static_cast<int>(std::find(endpoints.begin(), endpoints.end(), endpoint) - endpoints.begin());
  }

  // Takes a snapshot; the member asked first meets `accident` after the first bytes.
  FailoverOutcome run(const ClientOptions& options, const std::function<void(int member)>& accident) {
    const auto client = client_for(options);
    int attempts = 0;
    const auto attempt = [&](SnapshotStream& stream, const Candidate& candidate) -> Status {
      bytes_.resize(kMiB);
      HF_ASSIGN(const std::size_t first, read_full(stream, bytes_));
      bytes_.resize(first);
      if (++attempts == 1) accident(index_of(candidate.status.endpoint));
      HF_ASSIGN(const Bytes rest, read_all(stream, kLimit));
      bytes_.insert(bytes_.end(), rest.begin(), rest.end());
      return {};
    };
    auto outcome = must(snapshot_with_failover(*client, choose_members(probe_members(*client)), attempt, {}));
    EXPECT_EQ(attempts, 2);
    EXPECT_THAT(outcome.failures, SizeIs(1));
    expect_whole_snapshot(bytes_);
    return outcome;
  }

  std::unique_ptr<test::EtcdCluster> cluster_ = own_cluster({.version = GetParam(), .members = 3});
  Bytes bytes_;
};
INSTANTIATE_TEST_SUITE_P(Versions, EtcdSnapshotFailover, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5),
                         version_name);

TEST_P(EtcdSnapshotFailover, GoesOnToTheNextMemberWhenOneIsKilled) {
  const auto outcome = run(options_for(*cluster_), [&](int member) { cluster_->kill(member); });
  EXPECT_THAT(outcome.candidate.reason, HasSubstr("follower"));
}

TEST_P(EtcdSnapshotFailover, GoesOnToTheNextMemberWhenOneHangs) {
  ClientOptions options = options_for(*cluster_);
  options.stall_timeout = std::chrono::seconds(2);
  int paused = 0;
  run(options, [&](int member) { cluster_->pause(paused = member); });
  cluster_->resume(paused);
}

// A learner that follows the one member of a cluster.
class Learner {
 public:
  Learner(const test::EtcdCluster& cluster, EtcdVersion version) {
    const std::string peer = fmt::format("http://127.0.0.1:{}", test::free_port());
    const auto client = client_for(options_for(cluster));
    const std::string first_peer = must(client->member_list()).members.at(0).peer_urls.at(0);
    ctl(cluster, version, {"member", "add", "learner", "--learner", "--peer-urls", peer});
    command_ = {test::etcd_program(version),
                "--name",
                "learner",
                "--data-dir",
                directory_.file("data"),
                "--listen-client-urls",
                url_,
                "--advertise-client-urls",
                url_,
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                fmt::format("m0={},learner={}", first_peer, peer),
                "--initial-cluster-state",
                "existing",
                "--initial-cluster-token",
                "etcd-cluster",
                "--logger",
                "zap"};
    start();
  }

  const std::string& url() const { return url_; }

  // What the learner says of itself, as soon as it answers. A new member gives up when it cannot learn of the cluster
  // at once (the other one may be busy), and is then started again.
  Result<MemberStatus> wait_for_status(Client& client) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (;;) {
      auto status = client.status(url_);
      if (status) return status;
      if (std::chrono::steady_clock::now() > limit)
        return in_context(std::move(status).error(), "the learner's log:\n{}", log());
      if (!process_.running()) start();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

 private:
  void start() {
    const int log = ::open(log_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    process_ = must(test::ChildProcess::start({.arguments = command_, .stdout_fd = log, .stderr_fd = log}));
    ::close(log);
  }

  std::string log() const {
    return std::string(as_text(must(os::read_file(os::real_file_system(), log_file_, 16 * kMiB))));
  }

  const test::TempDir directory_;
  const std::string log_file_ = directory_.file("log");
  const std::string url_ = fmt::format("http://127.0.0.1:{}", test::free_port());
  std::vector<std::string> command_;
  test::ChildProcess process_;
};

class EtcdLearner : public testing::TestWithParam<EtcdVersion> {};
INSTANTIATE_TEST_SUITE_P(Versions, EtcdLearner, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5), version_name);

TEST_P(EtcdLearner, IsNeverChosenAndNeverHangsASnapshot) {
  const auto cluster = own_cluster({.version = GetParam()});
  Learner learner(*cluster, GetParam());
  ClientOptions options = options_for(*cluster);
  options.endpoints.insert(options.endpoints.begin(), learner.url());
  options.stall_timeout = std::chrono::seconds(5);
  const auto client = client_for(options);
  const auto status = learner.wait_for_status(*client);

  ASSERT_TRUE(status) << status.error().to_string();
  EXPECT_TRUE(status->is_learner);
  const Choice choice = choose_members(probe_members(*client));
  ASSERT_THAT(choice.candidates, SizeIs(1));
  EXPECT_EQ(choice.candidates[0].status.endpoint, cluster->endpoints()[0]);
  EXPECT_THAT(choice.rejected, testing::ElementsAre(learner.url() + ": learner"));
  // Calls that a learner refuses are answered by the voting member.
  must(client->put({.key = "a", .value = "x"}));
  if (GetParam() == EtcdVersion::v3_4) {
    const Error error = client->snapshot(learner.url(), {}).error();
    EXPECT_TRUE(error.code == Code::unsupported || error.code == Code::timeout) << error.to_string();
  }
}

}  // namespace
}  // namespace holdfast::etcd
