// The launcher as a program of its own, beside a server that is stopped, killed and started again.
#include <csignal>
#include <thread>

#include "e2e/client_support.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class LauncherProgram : public ClientTest {
 protected:
  void make_token(const std::string& file, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"launcher", "token", "create", "--cluster", cluster()};
    words.insert(words.end(), more.begin(), more.end());
    write(file, ok(words));
  }

  std::vector<std::string> run_words(const std::string& name, const std::string& token) const {
    std::vector<std::string> words{"launcher",
                                   "run",
                                   "--cluster",
                                   cluster(),
                                   "--name",
                                   name,
                                   "--state-dir",
                                   file("state-" + name),
                                   "--data-dir",
                                   file("etcd"),
                                   "--server",
                                   server().url(),
                                   "--certificate-authority",
                                   server().file("data/pki/ca.crt")};
    if (!token.empty()) words.insert(words.end(), {"--join-token-file", file(token)});
    return words;
  }

  // One that has joined and was heard of.
  ChildProcess start_ready(const std::string& name, const std::string& token) const {
    ChildProcess launcher = start(run_words(name, token), "log");
    EXPECT_TRUE(wait_for("log", name + " of cluster " + cluster()));
    ok({"wait", "launcher/" + name, "-n", name_space(), "--for=condition=Ready", "--timeout=60s"});
    return launcher;
  }

  // SIGTERM, and its exit code.
  static int stop(ChildProcess& launcher) {
    launcher.signal(SIGTERM);
    return launcher.wait();
  }

  std::string ready(const std::string& name) const {
    return ok({"get", "launcher", name, "-n", name_space(), "-o",
               R"(jsonpath={.status.conditions[?(@.type=="Ready")].status})"});
  }
};

TEST_F(LauncherProgram, registers_is_listed_and_ends_when_told_to) {
  make_cluster();
  make_token("token");
  ChildProcess launcher = start_ready("etcd-1", "token");

  EXPECT_THAT(ok({"launcher", "list", cluster()}), AllOf(HasSubstr("etcd-1"), HasSubstr("True"), HasSubstr("Unknown")));
  EXPECT_THAT(ok({"launcher", "list"}), HasSubstr(cluster()));
  EXPECT_EQ(run_program({"stat", "-c", "%a", file("state-etcd-1/token")}).out, "600\n");
  EXPECT_THAT(read(file("log")), AllOf(Not(HasSubstr("hft_")), Not(HasSubstr("hfl_"))));

  EXPECT_EQ(stop(launcher), 0) << read(file("log"));
  // It needs no token to join with any more.
  ChildProcess again = start(run_words("etcd-1", ""), "log2");
  EXPECT_TRUE(wait_for("log2", "etcd-1 of cluster " + cluster()));
  EXPECT_EQ(stop(again), 0);
}

TEST_F(LauncherProgram, tokens_to_join_with_are_shown_once_and_checked) {
  make_cluster();
  const ProgramResult made = run({"launcher", "token", "create", "joiner", "--cluster", cluster(), "--uses", "1"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, StartsWith("hft_joiner."));
  EXPECT_THAT(made.err, AllOf(HasSubstr("only time"), Not(HasSubstr("hft_"))));
  fails(2, {"launcher", "token", "create"});
  fails(2, {"launcher", "token", "create", "--cluster", cluster(), "--seed", "s1"});
  EXPECT_THAT(fails(2, {"launcher", "token", "create", "--cluster", "nowhere"}), HasSubstr("spec.join.cluster"));
  // It opens nothing else.
  write("token", made.out);
  fails(4, {"get", "clusters", "--token-file", file("token")});

  ChildProcess launcher = start(run_words("etcd-1", "token"), "log");
  ASSERT_TRUE(wait_for("log", "etcd-1 of cluster"));
  EXPECT_EQ(stop(launcher), 0);
  const ProgramResult second = run(run_words("etcd-2", "token"));
  EXPECT_EQ(second.exit_code, 4) << second.out;
  EXPECT_THAT(second.err, HasSubstr("used up"));
}

TEST_F(LauncherProgram, a_token_that_has_expired_or_is_for_others_is_refused) {
  make_cluster();
  make_token("token", {"--expires-in", "1s"});
  ok({"wait", "ns/" + name_space(), "--for=jsonpath={.metadata.name}=" + name_space()});
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));  // until a time that was given has passed
  EXPECT_EQ(run(run_words("etcd-1", "token")).exit_code, 4);

  make_token("good");
  std::vector<std::string> words = run_words("etcd-1", "good");
  words[3] = "another";
  const ProgramResult other = run(words);
  EXPECT_EQ(other.exit_code, 4);
  EXPECT_THAT(other.err, HasSubstr("another cluster"));
  EXPECT_THAT(run(run_words("etcd-1", "")).err, HasSubstr("holdfast launcher token create"));
}

TEST_F(LauncherProgram, goes_on_when_the_server_comes_back) {
  make_cluster();
  make_token("token");
  ChildProcess launcher = start_ready("etcd-1", "token");

  server().kill();
  ASSERT_TRUE(server().start_again());
  ASSERT_EQ(run_program({"mkdir", file("etcd")}).exit_code, 0);  // news, which it does not keep for its next beat

  ok({"wait", "launcher/etcd-1", "-n", name_space(), "--for=jsonpath={.status.disk.data}=true", "--timeout=60s"});
  EXPECT_EQ(ready("etcd-1"), "True\n");
  EXPECT_EQ(stop(launcher), 0);
}

TEST_F(LauncherProgram, deleted_it_is_shut_out_and_another_machine_never_takes_its_name) {
  make_cluster();
  make_token("token");
  ChildProcess launcher = start_ready("etcd-1", "token");
  EXPECT_EQ(stop(launcher), 0);
  write("other-id", "another-machine");
  ASSERT_EQ(run_program({"mkdir", "-m", "700", file("state-other")}).exit_code, 0);
  ASSERT_EQ(run_program({"cp", file("other-id"), file("state-other/id")}).exit_code, 0);
  std::vector<std::string> words = run_words("etcd-1", "token");
  words[7] = file("state-other");
  const ProgramResult other = run(words);
  EXPECT_EQ(other.exit_code, 4) << other.out;
  EXPECT_THAT(other.err, AllOf(HasSubstr("another machine"), HasSubstr("kubectl delete launcher etcd-1")));

  ok({"delete", "launcher", "etcd-1", "-n", name_space(), "--yes"});

  fails(4, {"get", "launchers", "-n", name_space(), "--token-file", file("state-etcd-1/token")});
  ChildProcess again = start(words, "log2");
  EXPECT_TRUE(wait_for("log2", "etcd-1 of cluster"));
  EXPECT_EQ(stop(again), 0);
}

}  // namespace
}  // namespace holdfast::test
