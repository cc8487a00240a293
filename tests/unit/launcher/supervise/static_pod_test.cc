#include <gmock/gmock.h>

#include "launcher/supervise/static_pod/pod_log.h"
#include "launcher/supervise/static_pod/static_pod_supervisor.h"

#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace holdfast::launcher {
namespace {

using ::testing::HasSubstr;

// A kubelet that obeys at once, or not at all.
class StaticPod : public testing::Test {
 protected:
  StaticPod() {
    put(manifest_, "the manifest");
    options_.manifest = manifest_;
    options_.running = [this]() -> Result<bool> {
      if (obeys_) runs_ = there(manifest_);
      return runs_;
    };
    options_.pod_logs = directory_.file("pods");
  }
  void put(const std::string& path, const std::string& text) {
    ASSERT_TRUE(files_.make_directories(os::parent_path(path)));
    ASSERT_TRUE(os::write_file_atomically(files_, path, as_bytes(text)));
  }
  bool there(const std::string& path) { return files_.stat(path).value().has_value(); }
  Result<std::unique_ptr<Supervisor>> open() { return supervise_static_pod(options_, files_, clock_); }

  test::TempDir directory_;
  os::FileSystem& files_ = os::real_file_system();
  test::FakeClock clock_;
  const std::string manifest_ = directory_.file("manifests/etcd.yaml");
  const std::string aside_ = directory_.file("manifests.holdfast/etcd.yaml");
  bool obeys_ = true;
  bool runs_ = false;
  StaticPodOptions options_;
};

TEST_F(StaticPod, TheManifestIsMovedAndNeverChanged) {
  auto pod = open().value();
  EXPECT_EQ(pod->state()->phase, Phase::running);

  ASSERT_TRUE(pod->stop({}, {}));
  EXPECT_FALSE(there(manifest_));
  EXPECT_TRUE(there(aside_));
  EXPECT_EQ(pod->state()->phase, Phase::stopped);
  ASSERT_TRUE(pod->stop({}, {})) << "twice is fine";

  ASSERT_TRUE(pod->start({}, {}));
  EXPECT_EQ(as_text(os::read_file(files_, manifest_, 100).value()), "the manifest");
  EXPECT_FALSE(there(aside_));
  ASSERT_TRUE(pod->start({}, {}));
}

TEST_F(StaticPod, AKubeletThatDoesNotLookIsATimeout) {
  auto pod = open().value();
  ASSERT_EQ(pod->state()->phase, Phase::running);
  obeys_ = false;

  const Status stopped = pod->stop(std::chrono::seconds(5), {});

  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Code::timeout);
  EXPECT_THAT(stopped.error().message, HasSubstr("2m5s"));
  EXPECT_TRUE(there(aside_)) << "it stays unwanted";
}

TEST_F(StaticPod, AStartThatFailsIsTakenBack) {
  auto pod = open().value();
  ASSERT_TRUE(pod->stop({}, {}));
  obeys_ = false;

  EXPECT_EQ(pod->start({}, {}).error().code, Code::timeout);

  EXPECT_TRUE(there(aside_));
  EXPECT_FALSE(there(manifest_));
}

TEST_F(StaticPod, TwoManifestsAreForPeopleToChooseFrom) {
  auto pod = open().value();
  ASSERT_TRUE(pod->stop({}, {}));
  put(manifest_, "another one");

  EXPECT_TRUE(pod->start({}, {})) << "there is one where it belongs, and it runs";
  const Status stopped = pod->stop({}, {});

  EXPECT_EQ(stopped.error().code, Code::exists);
  EXPECT_TRUE(there(manifest_));
  EXPECT_TRUE(there(aside_));
}

TEST_F(StaticPod, WithoutAManifestThereIsNothingToStart) {
  auto pod = open().value();
  ASSERT_TRUE(files_.remove(manifest_));

  EXPECT_EQ(pod->start({}, {}).error().code, Code::not_found);
}

TEST_F(StaticPod, PlacesThatCannotWorkAreRefused) {
  options_.aside = directory_.file("manifests/aside");
  EXPECT_EQ(open().error().code, Code::usage);
  options_.aside = "/proc/holdfast";
  EXPECT_FALSE(open());
  options_.aside = "";
  options_.manifest = directory_.file("nowhere/etcd.yaml");
  EXPECT_EQ(open().error().code, Code::not_found);
  options_.manifest = "etcd.yaml";
  EXPECT_EQ(open().error().code, Code::usage);
}

TEST_F(StaticPod, TheLogIsTheNewestOfThePods) {
  auto pod = open().value();
  EXPECT_EQ(pod->log_tail(100).value(), "") << "there is none yet";
  put(directory_.file("pods/kube-system_etcd-node1_aaa/etcd/0.log"), "old\n");
  put(directory_.file("pods/kube-system_etcd-node1_bbb/etcd/1.log"), "one\ntwo\n");
  put(directory_.file("pods/kube-system_etcdkeeper-node1_ccc/etcd/9.log"), "not ours\n");

  EXPECT_EQ(pod->log_tail(100).value(), "one\ntwo\n");
  EXPECT_EQ(pod->log_tail(4).value(), "two\n");
}

}  // namespace
}  // namespace holdfast::launcher
