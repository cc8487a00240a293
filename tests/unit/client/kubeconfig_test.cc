#include "client/kubeconfig.h"

#include <gmock/gmock.h>

#include "base/bytes.h"
#include "support/temp_dir.h"

namespace holdfast::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kText = R"(apiVersion: v1
kind: Config
clusters:
- name: here
  cluster: {server: "https://127.0.0.1:8443/", certificate-authority-data: Q0E=, tls-server-name: holdfast, proxy-url: "http://proxy:1"}
- name: files
  cluster: {server: "https://b:1", certificate-authority: ca.pem}
- name: open
  cluster: {server: "http://b:1"}
users:
- name: ann
  user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
- name: bob
  user: {token: geheim, as: carl, as-groups: [x, y]}
- name: files
  user: {client-certificate: cert.pem, client-key: /elsewhere/key.pem, tokenFile: token}
- name: half
  user: {client-certificate-data: Q0VSVA==}
- name: robot
  user: {exec: {command: geheimnis, apiVersion: v1}}
- name: basic
  user: {username: u, password: geheim}
contexts:
- name: one
  context: {cluster: here, user: ann, namespace: cluster-a}
- name: two
  context: {cluster: here, user: bob}
- name: three
  context: {cluster: files, user: files}
- {name: robot, context: {cluster: here, user: robot}}
- {name: basic, context: {cluster: here, user: basic}}
- {name: half, context: {cluster: here, user: half}}
- {name: nobody, context: {cluster: here, user: missing}}
- {name: nowhere, context: {cluster: missing, user: ann}}
- {name: open, context: {cluster: open, user: bob}}
current-context: one
)";

class KubeconfigTest : public ::testing::Test {
 protected:
  Kubeconfig config(std::string_view text = kText) const {
    auto parsed = parse_kubeconfig(text, dir_.file("config"));
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().to_string());
    return parsed ? *parsed : Kubeconfig{};
  }
  Result<Connection> connection(const ConnectionChoice& choice = {}) const {
    return resolve(config(), choice, os::real_file_system());
  }
  Error refusal(const ConnectionChoice& choice) const {
    const auto made = connection(choice);
    EXPECT_FALSE(made);
    return made ? Error{} : made.error();
  }
  void write(const std::string& name, std::string_view text) const {
    ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), dir_.file(name), as_bytes(text)));
  }

  test::TempDir dir_;
};

TEST_F(KubeconfigTest, current_context_joins_cluster_and_user) {
  const auto made = connection();
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->server, "https://127.0.0.1:8443");
  EXPECT_EQ(made->name_space, "cluster-a");
  EXPECT_EQ(made->authority_pem, "CA");
  EXPECT_EQ(made->tls_server_name, "holdfast");
  EXPECT_EQ(made->proxy, "http://proxy:1");
  EXPECT_EQ(made->certificate_pem, "CERT");
  EXPECT_EQ(made->key_pem.reveal(), "KEY");
  EXPECT_TRUE(made->token.empty());
}

TEST_F(KubeconfigTest, another_context_can_be_chosen) {
  const auto made = connection({.context = "two"});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->token.reveal(), "geheim");
  EXPECT_EQ(made->name_space, "default");
  EXPECT_EQ(made->act_as, "carl");
  EXPECT_THAT(made->act_as_groups, ElementsAre("x", "y"));
}

TEST_F(KubeconfigTest, relative_paths_mean_the_directory_of_the_file) {
  write("ca.pem", "CA2");
  write("cert.pem", "CERT2");
  const auto absent = connection({.context = "three"});
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().to_string(), HasSubstr("/elsewhere/key.pem"));
  const Kubeconfig config = this->config();
  EXPECT_EQ(config.users.at("files").token_file, dir_.file("token"));
  EXPECT_EQ(config.clusters.at("files").authority_file, dir_.file("ca.pem"));
}

TEST_F(KubeconfigTest, flags_go_before_the_file) {
  write("ca", "MINE");
  const auto made = connection(
      {.server = "https://other:2", .authority_file = dir_.file("ca"), .token_file = "/run/token", .name_space = "n"});
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->server, "https://other:2");
  EXPECT_EQ(made->authority_pem, "MINE");
  EXPECT_EQ(made->token_file, "/run/token");
  EXPECT_EQ(made->name_space, "n");
  EXPECT_EQ(made->certificate_pem, "");  // a token that is named stands for somebody else
}

TEST_F(KubeconfigTest, an_address_alone_is_enough) {
  const auto made = resolve({}, {.server = "https://a:1", .token_file = "/t"}, os::real_file_system());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->server, "https://a:1");
}

TEST_F(KubeconfigTest, what_cannot_be_used_is_refused_with_a_reason) {
  EXPECT_THAT(refusal({.context = "robot"}).to_string(), HasSubstr("another program (exec)"));
  EXPECT_THAT(refusal({.context = "robot"}).to_string(), Not(HasSubstr("geheimnis")));
  EXPECT_THAT(refusal({.context = "basic"}).to_string(), HasSubstr("password"));
  EXPECT_THAT(refusal({.context = "half"}).to_string(), HasSubstr("not both"));
  EXPECT_THAT(refusal({.context = "nobody"}).to_string(), HasSubstr("no user \"missing\""));
  EXPECT_THAT(refusal({.context = "nowhere"}).to_string(), HasSubstr("no cluster \"missing\""));
  EXPECT_THAT(refusal({.context = "none"}).to_string(), HasSubstr("no context \"none\""));
  EXPECT_THAT(refusal({.server = "b:1"}).to_string(), HasSubstr("address of the server"));
}

TEST_F(KubeconfigTest, a_token_is_not_sent_in_the_open) {
  EXPECT_THAT(refusal({.context = "open"}).to_string(), HasSubstr("without encryption"));
  EXPECT_TRUE(connection({.context = "open", .server = "http://127.0.0.1:1"}));
}

TEST_F(KubeconfigTest, the_first_file_counts) {
  Kubeconfig first = config(
      "clusters: [{name: here, cluster: {server: 'https://first:1'}}]\nusers:\ncontexts: []\ncurrent-context: ''\n");
  first.merge(config());
  EXPECT_EQ(first.clusters.at("here").server, "https://first:1");
  EXPECT_EQ(first.clusters.at("here").authority_pem, "");
  EXPECT_EQ(first.current_context, "one");
  EXPECT_TRUE(first.users.contains("ann"));
}

TEST_F(KubeconfigTest, json_is_read_too) {
  EXPECT_EQ(config(R"({"current-context": "x", "contexts": [{"name": "x", "context": {"cluster": "c"}}]})")
                .contexts.at("x")
                .cluster,
            "c");
}

TEST_F(KubeconfigTest, broken_files_are_named_and_not_repeated) {
  const auto about = [](std::string_view text) {
    const auto parsed = parse_kubeconfig(text, "/k/config");
    EXPECT_FALSE(parsed);
    return parsed ? "" : parsed.error().to_string();
  };
  EXPECT_THAT(about("users: [{name: a, user: {client-key-data: ge.heim}}]"),
              HasSubstr("read the kubeconfig /k/config: user \"a\": client-key-data is no base64"));
  EXPECT_THAT(about("users: 1"), HasSubstr("users is not a list"));
  EXPECT_THAT(about("users: [{user: {}}]"), HasSubstr("has no name"));
  EXPECT_THAT(about("users: [\n  geheim: {"), Not(HasSubstr("geheim")));
  EXPECT_THAT(about("- a"), HasSubstr("not a mapping"));
  EXPECT_THAT(about("a: b\n---\nc: d\n"), HasSubstr("2 documents"));
  EXPECT_TRUE(parse_kubeconfig("", "x"));
}

}  // namespace
}  // namespace holdfast::client
