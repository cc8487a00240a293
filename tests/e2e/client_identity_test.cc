// Kubeconfigs, contexts, tokens, and completion.
#include "e2e/client_support.h"

namespace holdfast::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using ClientIdentity = ClientTest;

std::string without_newline(std::string text) {
  EXPECT_THAT(text, testing::EndsWith("\n"));
  text.pop_back();
  return text;
}

TEST_F(ClientIdentity, tokens_are_shown_once_and_can_be_revoked) {
  const ProgramResult made = run({"token", "create", "ci", "--for-user", "admin2", "--group", "system:masters",
                                  "--expires-in", "1h", "--description", "for tests"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const std::string token = without_newline(made.out);
  EXPECT_THAT(token, StartsWith("hft_ci."));
  EXPECT_THAT(made.err, AllOf(HasSubstr("only time"), Not(HasSubstr(token))));
  write("token", token + "\n");

  EXPECT_EQ(ok({"get", "ns", "default", "-o", "name", "--token-file", file("token")}), "namespace/default\n");
  EXPECT_THAT(ok({"token", "list", "-o", "wide"}), AllOf(HasSubstr("admin2"), HasSubstr("for tests")));
  EXPECT_THAT(ok({"get", "tokens", "-o", "yaml"}), Not(HasSubstr(token.substr(8))));
  fails(2, {"token", "revoke", "ci"});
  EXPECT_EQ(ok({"token", "revoke", "ci", "--yes"}), "token.holdfast.dev/ci revoked\n");
  EXPECT_THAT(fails(4, {"get", "ns", "--token-file", file("token")}), Not(HasSubstr(token)));
}

TEST_F(ClientIdentity, tokens_come_in_kubeconfigs_and_with_a_word_about_their_roles) {
  const ProgramResult made = run({"token", "create", "colleague", "--for-user", "zoe", "--expires-in", "30d",
                                  "--write-kubeconfig", file("zoe.kubeconfig")});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("zoe has no role yet"));
  EXPECT_THAT(made.out + made.err, Not(HasSubstr("hft_")));
  EXPECT_EQ(run_program({"stat", "-c", "%a", file("zoe.kubeconfig")}).out, "600\n");

  const ProgramResult who = run_bare({"config", "whoami"}, {"KUBECONFIG=" + file("zoe.kubeconfig")});
  EXPECT_EQ(who.exit_code, 0) << who.err;
  EXPECT_THAT(who.out, AllOf(HasSubstr("user     zoe\n"), HasSubstr("role     none\n")));
  EXPECT_THAT(ok({"get", "token", "colleague", "-o", "yaml"}), HasSubstr("expirationTime"));
  fails(4, {"token", "create", "--for-user", "zoe", "--write-kubeconfig", file("zoe.kubeconfig")});
  EXPECT_THAT(read(file("zoe.kubeconfig")), Not(HasSubstr("client-key")));
}

TEST_F(ClientIdentity, a_token_file_with_two_lines_is_named) {
  write("two", "hft_a.b\nsecond\n");
  EXPECT_THAT(fails(2, {"get", "ns", "--token-file", file("two")}),
              AllOf(HasSubstr(file("two") + " holds more than one line"), Not(HasSubstr("second"))));
}

TEST_F(ClientIdentity, who_may_not_is_told_so) {
  write("token", ok({"token", "create", "--for-user", "nobody"}));
  EXPECT_THAT(fails(4, {"get", "seeds", "-n", "kubermatic", "--token-file", file("token")}),
              AllOf(HasSubstr("nobody"), HasSubstr("ask an administrator")));
}

TEST_F(ClientIdentity, kubeconfigs_are_found_and_merged) {
  const std::string admin = server().kubeconfig();
  EXPECT_EQ(run_bare({"get", "ns", "default", "-o", "name"}, {"KUBECONFIG=/nowhere:" + admin}).out,
            "namespace/default\n");
  ASSERT_EQ(run_program({"mkdir", file(".kube")}).exit_code, 0);
  ASSERT_EQ(run_program({"cp", admin, file(".kube/config")}).exit_code, 0);
  EXPECT_EQ(run_bare({"get", "ns", "default", "-o", "name"}, {}).exit_code, 0);
  EXPECT_EQ(run_bare({"get", "ns", "--kubeconfig", "/nowhere"}, {}).exit_code, 3);
  EXPECT_EQ(run_bare({"get", "ns", "--context", "other"}, {}).exit_code, 2);
}

TEST_F(ClientIdentity, an_address_and_a_token_are_enough) {
  write("token", ok({"token", "create", "--for-user", "a", "--group", "system:masters"}));
  const std::string url = document({"config", "get-contexts"}).at("contexts").at(0).at("server").as_string().c_str();
  const std::string authority = server().file("data/pki/ca.crt");
  EXPECT_EQ(run_bare({"get", "ns", "default", "-o", "name", "--server", url, "--token-file", file("token"),
                      "--certificate-authority", authority},
                     {})
                .out,
            "namespace/default\n");
  EXPECT_EQ(run_bare({"get", "ns", "--server", url, "--token-file", file("token")}, {}).exit_code, 4);
}

TEST_F(ClientIdentity, contexts_are_listed_and_chosen) {
  write("more",
        "contexts:\n- {name: other, context: {cluster: holdfast, user: robot}}\n"
        "users:\n- {name: robot, user: {exec: {command: /bin/true}}}\ncurrent-context: other # for now\n");
  const std::vector<std::string> list{"KUBECONFIG=" + file("more") + ":" + server().kubeconfig()};
  EXPECT_THAT(run_bare({"config", "get-contexts"}, list).out,
              AllOf(StartsWith("CURRENT "), HasSubstr("*         other"), HasSubstr("          holdfast")));
  EXPECT_EQ(run_bare({"config", "current-context"}, list).out, "other\n");
  const ProgramResult robot = run_bare({"get", "ns"}, list);
  EXPECT_EQ(robot.exit_code, 2);
  EXPECT_THAT(robot.err, HasSubstr("exec"));

  EXPECT_EQ(run_bare({"config", "use-context", "holdfast"}, list).exit_code, 0);

  EXPECT_EQ(run_bare({"config", "current-context"}, list).out, "holdfast\n");
  EXPECT_EQ(run_bare({"get", "ns", "default"}, list).exit_code, 0);
  EXPECT_THAT(read(file("more")), HasSubstr("\ncurrent-context: \"holdfast\"\n"));
  EXPECT_EQ(run_bare({"config", "use-context", "none"}, list).exit_code, 2);
}

TEST_F(ClientIdentity, kinds_and_names_are_completed) {
  make_cluster();
  EXPECT_THAT(ok({"__complete", "--", "get"}), AllOf(HasSubstr("etcdbackupconfigs\n"), HasSubstr("seeds\n")));
  EXPECT_EQ(ok({"__complete", "--", "get", "ecfg", "-n", name_space()}), "daily\n");
  EXPECT_EQ(ok({"__complete", "--", "-n", name_space(), "delete", "-y", "ecfg", "daily"}), "daily\n");
  EXPECT_EQ(run_bare({"__complete", "--", "get", "ecfg", "--server", "https://127.0.0.1:1"}, {}).out, "");
  EXPECT_EQ(run_bare({"__complete", "--", "get", "ecfg", "--server", "https://127.0.0.1:1"}, {}).exit_code, 0);
}

TEST_F(ClientIdentity, names_are_completed_where_a_command_or_a_flag_wants_one) {
  make_cluster();
  const auto offers = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"__complete", "--"});
    return "\n" + ok(words);
  };
  const std::string own = "\n" + cluster() + "\n";
  EXPECT_THAT(offers({"schedule", "suspend", "--cluster", cluster()}), HasSubstr("\ndaily\n"));
  EXPECT_THAT(offers({"schedule", "remove"}), HasSubstr("\ndaily\n"));
  EXPECT_THAT(offers({"backup", "list"}), HasSubstr(own));
  EXPECT_THAT(offers({"backup", "delete", "--cluster"}), HasSubstr(own));
  EXPECT_THAT(offers({"backup", "delete", "--cluster", "="}), HasSubstr(own));
  EXPECT_EQ(offers({"backup", "now", cluster(), "--for-schedule"}), "\ndaily\n");
  EXPECT_THAT(offers({"backup", "now", cluster(), "--destination"}), HasSubstr("\nd1\n"));
  EXPECT_THAT(offers({"destination", "test"}), HasSubstr("\ns1\n"));
  EXPECT_THAT(offers({"destination", "test", "s1"}), HasSubstr("\nd1\n"));
  EXPECT_THAT(offers({"cluster", "add", "x", "--seed"}), HasSubstr("\ns1\n"));
  EXPECT_THAT(offers({"get", "ecfg", "-n"}), HasSubstr("\n" + name_space() + "\n"));
  EXPECT_EQ(offers({"config", "use-context"}), "\nholdfast\n");
  EXPECT_EQ(offers({"get", "ecfg", "--context"}), "\nholdfast\n");
  EXPECT_EQ(offers({"backup", "now", cluster(), "--reason"}), "\n");
  EXPECT_EQ(offers({"destination", "add", "s1"}), "\n") << "a new name";
}

TEST_F(ClientIdentity, bash_offers_the_names_of_the_server) {
  make_cluster();
  write("script", ok({"completion", "bash"}));
  const ProgramResult offered = run_program(
      {"bash", "-euc",
       ". \"$1\"; COMP_WORDS=(\"$2\" get ecfg -n \"$3\" da); COMP_CWORD=5; _holdfast; echo \"${COMPREPLY[@]-}\"",
       "bash", file("script"), HOLDFAST_PROGRAM, name_space()},
      "", {"HOME=" + file(""), "HOLDFAST_KUBECONFIG=" + server().kubeconfig()});
  EXPECT_EQ(offered.out, "daily\n") << offered.err;
}

}  // namespace
}  // namespace holdfast::test
