// Secrets do not show: not in the process list, not in the output, not in errors, not in what is stored.
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e_support.h"

#include "support/full_listener.h"

namespace holdfast::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kPassword = "correct-horse-battery";

// An etcd that wants to know who asks.
const EtcdCluster& guarded_etcd() {
  static const std::unique_ptr<EtcdCluster> cluster = [] {
    auto made = make_etcd_cluster({.version = EtcdVersion::v3_5});
    if (!made) throw std::runtime_error(made.error().to_string());
    const Ctl ctl(EtcdVersion::v3_5, **made);
    ctl.ok(0, {"put", "key", "value"});
    ctl.ok(0, {"user", "add", fmt::format("root:{}", kPassword)});
    ctl.ok(0, {"user", "grant-role", "root", "root"});
    ctl.ok(0, {"auth", "enable"});
    return std::move(*made);
  }();
  return *cluster;
}

class Secrets : public EndToEnd {
 protected:
  const EtcdCluster& etcd_ = guarded_etcd();
};

std::string command_line_of(pid_t pid) {
  std::ifstream in(fmt::format("/proc/{}/cmdline", pid));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST_F(Secrets, a_password_on_the_command_line_leaves_the_process_list) {
  for (const std::vector<std::string>& login :
       {std::vector<std::string>{"--user", std::string("root:") + kPassword},
        std::vector<std::string>{"--user=root", std::string("--password=") + kPassword}}) {
    std::vector<std::string> words{"snapshot",           "save",        file("x.db"),   "--endpoints",
                                   etcd_.endpoints()[0], "--overwrite", "--limit-rate", "4KiB"};
    words.insert(words.end(), login.begin(), login.end());
    ChildProcess child = start(words, file("log"));
    // It is there to be seen until the program has got hold of it; a limited save lasts long enough to look later.
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    const std::string shown = command_line_of(child.pid());
    EXPECT_TRUE(child.running());
    child.signal(SIGINT);
    child.wait();
    EXPECT_THAT(shown, HasSubstr("--limit-rate"));
    EXPECT_THAT(shown, Not(HasSubstr(kPassword)));
    EXPECT_THAT(read("log"), Not(HasSubstr(kPassword)));
  }
}

TEST_F(Secrets, a_proxys_password_leaves_the_process_list) {
  const FullListener silent;
  ChildProcess child = start({"snapshot", "list", bucket_url(), "--s3-proxy",
                              fmt::format("http://me:{}@127.0.0.1:{}", kPassword, silent.port())},
                             file("log"));
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  const std::string shown = command_line_of(child.pid());
  child.signal(SIGINT);
  EXPECT_EQ(child.wait(), 130);
  EXPECT_THAT(shown, HasSubstr("--s3-proxy"));
  EXPECT_THAT(shown, Not(HasSubstr(kPassword)));
  EXPECT_THAT(read("log"), Not(HasSubstr(kPassword)));
}

TEST_F(Secrets, keys_and_passphrases_may_come_through_pipes) {
  const auto by_shell = [&](const std::string& line) {
    return run_program({"bash", "-c", fmt::format("{} snapshot {}", HOLDFAST_PROGRAM, line)}, "sesame\n",
                       environment());
  };
  const std::string etcd =
      " --endpoints " + etcd_.endpoints()[0] + " --user root --password-file <(echo " + kPassword + ")";
  ASSERT_EQ(run_program({"age-keygen", "-o", file("key.txt")}).exit_code, 0);
  const auto saved = by_shell(fmt::format("save {} -R <(age-keygen -y {}){}", file("a.db.age"), file("key.txt"), etcd));
  EXPECT_EQ(saved.exit_code, 0) << saved.err;
  const auto opened = by_shell(fmt::format("status {} -i <(cat {})", file("a.db.age"), file("key.txt")));
  EXPECT_EQ(opened.exit_code, 0) << opened.err;
  const auto locked = by_shell(fmt::format("save {} --passphrase-file /dev/stdin{}", file("b.db.age"), etcd));
  EXPECT_EQ(locked.exit_code, 0) << locked.err;
  const auto unlocked = by_shell(fmt::format("status {} --passphrase-file <(echo sesame)", file("b.db.age")));
  EXPECT_EQ(unlocked.exit_code, 0) << unlocked.err;
}

TEST_F(Secrets, it_says_that_the_command_line_is_a_bad_place) {
  const ProgramResult result = run({"snapshot", "save", file("x.db"), "--endpoints", etcd_.endpoints()[0], "--user",
                                    std::string("root:") + kPassword});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("warning: a secret was given on the command line"));
}

TEST_F(Secrets, a_password_from_the_environment_or_a_file_works_in_silence) {
  const ProgramResult by_environment = run({"snapshot", "save", file("a.db"), "--endpoints", etcd_.endpoints()[0]},
                                           {"ETCDCTL_USER=root", std::string("ETCDCTL_PASSWORD=") + kPassword});
  EXPECT_EQ(by_environment.exit_code, 0) << by_environment.err;
  EXPECT_THAT(by_environment.err, IsEmpty());
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), file("pw"), as_bytes(kPassword)));
  ok({"snapshot", "save", file("b.db"), "--endpoints", etcd_.endpoints()[0], "--user", "root", "--password-file",
      file("pw")});
}

TEST_F(Secrets, a_wrong_password_is_not_shown) {
  const ProgramResult result =
      run({"snapshot", "save", file("x.db"), "--endpoints", etcd_.endpoints()[0], "--log-level", "debug"},
          {"ETCDCTL_USER=root", "ETCDCTL_PASSWORD=wrong-horse"});
  EXPECT_EQ(result.exit_code, 4) << result.err;
  EXPECT_THAT(result.err, Not(HasSubstr("wrong-horse")));
}

TEST_F(Secrets, nothing_that_is_printed_or_stored_holds_a_key) {
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), file("pass"), as_bytes("sesame-open\n")));
  const ProgramResult result = run({"snapshot", "save", bucket_url() + "x", "--endpoints", etcd_.endpoints()[0],
                                    "--passphrase-file", file("pass"), "--log-level", "debug", "-o", "json"},
                                   {"ETCDCTL_USER=root", std::string("ETCDCTL_PASSWORD=") + kPassword});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto manifest =
      objectstore::get_bytes(*bucket()->store, bucket_prefix() + "x.db.zst.age.manifest.json", kMiB, {});
  ASSERT_TRUE(manifest) << manifest.error().to_string();
  for (const std::string& secret : {std::string(kPassword), rgw().secret_key, std::string("sesame-open")}) {
    EXPECT_THAT(result.out, Not(HasSubstr(secret)));
    EXPECT_THAT(result.err, Not(HasSubstr(secret)));
    EXPECT_THAT(std::string(as_text(*manifest)), Not(HasSubstr(secret)));
  }
}

TEST_F(Secrets, a_client_certificate_is_enough_where_there_is_one) {
  const auto guarded = make_etcd_cluster({.version = EtcdVersion::v3_5, .tls = true});
  ASSERT_TRUE(guarded) << guarded.error().to_string();
  const EtcdCluster& etcd = **guarded;
  ok({"snapshot", "save", file("x.db"), "--endpoints", etcd.endpoints()[0], "--cacert", etcd.ca_file(), "--cert",
      etcd.client_certificate_file(), "--key", etcd.client_key_file()});
  const ProgramResult without = run({"snapshot", "save", file("y.db"), "--endpoints", etcd.endpoints()[0], "--cacert",
                                     etcd.ca_file(), "--command-timeout", "3s"});
  EXPECT_NE(without.exit_code, 0);
  EXPECT_THAT(files_in(file("")), Not(::testing::Contains("y.db")));
}

}  // namespace
}  // namespace holdfast::test
