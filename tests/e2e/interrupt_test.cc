// SIGINT and SIGTERM in the middle: nothing is left behind, whatever was going on.
#include <chrono>
#include <csignal>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e_support.h"

#include "objectstore/unfinished_uploads.h"
#include "support/full_listener.h"

namespace holdfast::test {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// An etcd with some 12 MB that do not compress.
const EtcdCluster& full_etcd() {
  static const std::unique_ptr<EtcdCluster> cluster = [] {
    auto made = make_etcd_cluster({.version = EtcdVersion::v3_5});
    if (!made) throw std::runtime_error(made.error().to_string());
    const Ctl ctl(EtcdVersion::v3_5, **made);
    Bytes noise(900 * kKiB);
    for (int i = 0; i < 10; ++i) {
      os::real_random().fill(noise);
      ctl.ok(0, {"put", fmt::format("noise-{}", i)}, to_base64(noise));
    }
    return std::move(*made);
  }();
  return *cluster;
}

class Interrupts : public EndToEnd {
 protected:
  // Starts it, waits until it reports progress of the phase, ends it by the signal. Returns the exit code.
  int interrupted(std::vector<std::string> words, int signal) {
    words.insert(words.end(), {"--progress", "json"});
    ChildProcess child = start(words, file("log"));
    for (int tries = 0; tries < 200 && !moving(); ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_TRUE(child.running()) << read("log");
    EXPECT_TRUE(moving()) << read("log");
    child.signal(signal);
    return child.wait();
  }
  // A save that has waited half a second for a member that never answers.
  ChildProcess waiting_for(const FullListener& silent) {
    ChildProcess child =
        start({"snapshot", "save", file("x.db"), "--endpoints", fmt::format("127.0.0.1:{}", silent.port()),
               "--dial-timeout", "60s", "--command-timeout", "60s"},
              file("log"));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    return child;
  }
  bool moving() const { return read("log").find("\"done\":") != std::string::npos; }

  const EtcdCluster& etcd_ = full_etcd();
};

TEST_F(Interrupts, a_save_to_a_file_leaves_nothing) {
  ASSERT_TRUE(os::real_file_system().make_directories(file("out")));
  EXPECT_EQ(interrupted({"snapshot", "save", file("out/x.db"), "--endpoints", etcd_.endpoints()[0], "--limit-rate",
                         "1MB", "--spool-dir", file("out")},
                        SIGINT),
            130);
  EXPECT_THAT(files_in(file("out")), IsEmpty());
}

TEST_F(Interrupts, a_save_to_a_bucket_leaves_neither_object_nor_upload) {
  EXPECT_EQ(interrupted({"snapshot", "save", bucket_url() + "x", "--compression", "none", "--endpoints",
                         etcd_.endpoints()[0], "--limit-rate", "3MB"},
                        SIGTERM),
            143);
  const auto look = bucket();
  int objects = 0;
  ASSERT_TRUE(look->store->list(bucket_prefix(), [&](const auto&) -> Status { return ++objects, Status{}; }, {}));
  EXPECT_EQ(objects, 0);
  const auto stale = look->store->abort_stale_uploads({bucket_prefix(), Duration{0}}, {});
  ASSERT_TRUE(stale) << stale.error().to_string();
  EXPECT_EQ(*stale, 0U);
  EXPECT_THAT(files_in(file("")), ElementsAre("log"));
}

TEST_F(Interrupts, a_restore_leaves_no_directory) {
  ok({"snapshot", "save", "file://" + file("x"), "--compression", "none", "--endpoints", etcd_.endpoints()[0]});
  ASSERT_TRUE(os::real_file_system().make_directories(file("target")));
  // A stored snapshot is streamed, so the rate can be limited.
  ok({"snapshot", "save", bucket_url() + "x", "--endpoints", etcd_.endpoints()[0]});
  EXPECT_EQ(
      interrupted({"snapshot", "restore", bucket_url() + "x", "--data-dir", file("target/d"), "--limit-rate", "1MB"},
                  SIGINT),
      130);
  EXPECT_THAT(files_in(file("target")), IsEmpty());
}

TEST_F(Interrupts, a_save_that_waits_for_a_member_ends_within_a_moment) {
  const FullListener silent;
  ChildProcess child = waiting_for(silent);
  const auto begin = std::chrono::steady_clock::now();
  child.signal(SIGINT);
  EXPECT_EQ(child.wait(), 130) << read("log");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(Interrupts, a_second_signal_ends_it_at_once) {
  const FullListener silent;
  ChildProcess child = waiting_for(silent);
  child.signal(SIGTERM);
  child.signal(SIGINT);
  EXPECT_THAT(child.wait(), AnyOf(130, 143));
}

TEST_F(Interrupts, the_error_says_that_it_was_interrupted) {
  EXPECT_EQ(interrupted({"snapshot", "save", file("x.db"), "--endpoints", etcd_.endpoints()[0], "--limit-rate", "1MB"},
                        SIGINT),
            130);
  EXPECT_THAT(read("log"), HasSubstr("holdfast: cannot save snapshot"));
}

}  // namespace
}  // namespace holdfast::test
