#include "launcher/supervise/etcd_command.h"

#include <gmock/gmock.h>

#include "base/bytes.h"

namespace holdfast::launcher {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

EtcdSettings plain() {
  return {.program = "/usr/bin/etcd",
          .name = "m0",
          .data_dir = "/var/lib/etcd",
          .listen_peer_urls = {"http://10.0.0.1:2380"},
          .advertise_peer_urls = {"http://10.0.0.1:2380"},
          .listen_client_urls = {"http://10.0.0.1:2379", "http://127.0.0.1:2379"},
          .advertise_client_urls = {"http://10.0.0.1:2379"},
          .initial_cluster = {{"m0", "http://10.0.0.1:2380"}, {"m1", "http://10.0.0.2:2380"}},
          .initial_token = "prod"};
}

EtcdSettings secure() {
  EtcdSettings settings = plain();
  settings.listen_peer_urls = {"https://10.0.0.1:2380"};
  settings.advertise_peer_urls = {"https://10.0.0.1:2380"};
  settings.listen_client_urls = {"https://10.0.0.1:2379"};
  settings.advertise_client_urls = {"https://10.0.0.1:2379"};
  settings.initial_cluster = {{"m0", "https://10.0.0.1:2380"}};
  settings.peer_tls = {.certificate = "/pki/peer.crt", .key = "/pki/peer.key", .ca = "/pki/ca.crt"};
  settings.client_tls = {.certificate = "/pki/server.crt", .key = "/pki/server.key", .ca = ""};
  return settings;
}

std::vector<std::string> arguments(const EtcdSettings& settings) {
  const auto command = etcd_command(settings, os::Environment());
  EXPECT_TRUE(command) << command.error().to_string();
  return command ? command->arguments : std::vector<std::string>();
}

std::string refusal(const EtcdSettings& settings) {
  const auto command = etcd_command(settings, os::Environment());
  EXPECT_FALSE(command);
  if (command) return "";
  EXPECT_EQ(command.error().code, Code::usage);
  return command.error().to_string();
}

std::string refusal_of_extra(std::vector<std::string> flags) {
  EtcdSettings settings = plain();
  settings.extra_flags = std::move(flags);
  return refusal(settings);
}

TEST(EtcdCommand, SaysEverySettingOnce) {
  EXPECT_THAT(
      arguments(plain()),
      ElementsAre("--name=m0", "--data-dir=/var/lib/etcd", "--listen-peer-urls=http://10.0.0.1:2380",
                  "--initial-advertise-peer-urls=http://10.0.0.1:2380",
                  "--listen-client-urls=http://10.0.0.1:2379,http://127.0.0.1:2379",
                  "--advertise-client-urls=http://10.0.0.1:2379",
                  "--initial-cluster=m0=http://10.0.0.1:2380,m1=http://10.0.0.2:2380", "--initial-cluster-state=new",
                  "--initial-cluster-token=prod", "--logger=zap", "--log-outputs=stderr", "--log-level=info"));
}

TEST(EtcdCommand, TlsQuotaMetricsStateAndExtraFlagsAreSaidWhenTheyAreSet) {
  EtcdSettings settings = secure();
  settings.metrics_urls = {"http://127.0.0.1:2381"};
  settings.quota = 8 * kGiB;
  settings.initial_state = InitialState::existing;
  settings.log_level = "warn";
  settings.extra_flags = {"--auto-compaction-retention=8h", "-pre-vote"};

  const std::vector<std::string> all = arguments(settings);

  for (const char* each :
       {"--peer-cert-file=/pki/peer.crt", "--peer-key-file=/pki/peer.key", "--peer-trusted-ca-file=/pki/ca.crt",
        "--peer-client-cert-auth=true", "--cert-file=/pki/server.crt", "--key-file=/pki/server.key",
        "--listen-metrics-urls=http://127.0.0.1:2381", "--quota-backend-bytes=8589934592",
        "--initial-cluster-state=existing", "--log-level=warn", "--auto-compaction-retention=8h", "--pre-vote"})
    EXPECT_THAT(all, Contains(each));
  EXPECT_THAT(all, Not(Contains(HasSubstr("--client-cert-auth=")))) << "without a CA nobody can be asked for one";
}

TEST(EtcdCommand, OfTheEnvironmentOnlyWhatConcernsTheMachineAndGoIsPassedOn) {
  const os::Environment own({{"PATH", "/bin"},
                             {"GOMAXPROCS", "2"},
                             {"ETCD_UNSUPPORTED_ARCH", "arm64"},
                             {"ETCD_NAME", "other"},
                             {"HOLDFAST_TOKEN", "hunter2"},
                             {"HTTPS_PROXY", "http://proxy:3128"}});

  const auto command = etcd_command(plain(), own);

  ASSERT_TRUE(command);
  EXPECT_EQ(command->environment, (std::map<std::string, std::string>{
                                      {"PATH", "/bin"}, {"GOMAXPROCS", "2"}, {"ETCD_UNSUPPORTED_ARCH", "arm64"}}));
}

TEST(EtcdCommand, AMemberThatItsOwnClusterDoesNotKnowIsRefused) {
  EtcdSettings other_url = plain();
  other_url.initial_cluster.front().peer_url = "http://10.0.0.9:2380";
  EtcdSettings unknown = plain();
  unknown.name = "m7";

  EXPECT_THAT(refusal(other_url), HasSubstr("peer URLs [http://10.0.0.9:2380], and it advertises"));
  EXPECT_THAT(refusal(unknown), HasSubstr("gives m7 the peer URLs []"));
}

TEST(EtcdCommand, WhatWouldSpeakInTheClearByMistakeIsRefused) {
  EtcdSettings no_certificate = secure();
  no_certificate.peer_tls = {};
  EtcdSettings no_https = plain();
  no_https.client_tls = secure().client_tls;
  EtcdSettings no_key = secure();
  no_key.client_tls.key.clear();

  EXPECT_THAT(refusal(no_certificate), HasSubstr("peer URLs are https and there is no certificate"));
  EXPECT_THAT(refusal(no_https), HasSubstr("certificate for client URLs and none of them is https"));
  EXPECT_THAT(refusal(no_key), HasSubstr("the key for client URLs is empty"));
}

TEST(EtcdCommand, UrlsWithPasswordsAndOtherNonsenseAreRefused) {
  for (const char* url : {"http://root:hunter2@10.0.0.1:2379", "10.0.0.1:2379", "http://10.0.0.1",
                          "http://a:1,http://b:2", "ftp://a:1"}) {
    EtcdSettings settings = plain();
    settings.advertise_client_urls = {url};
    EXPECT_NE(refusal(settings), "") << url;
  }
}

TEST(EtcdCommand, WhatIsNotSaidOrCannotBeIsRefused) {
  const auto changed = [](const std::function<void(EtcdSettings&)>& change) {
    EtcdSettings settings = plain();
    change(settings);
    return refusal(settings);
  };

  EXPECT_THAT(changed([](auto& s) { s.program = "etcd"; }), HasSubstr("the program is no absolute path"));
  EXPECT_THAT(changed([](auto& s) { s.data_dir = "etcd"; }), HasSubstr("the data directory is no absolute path"));
  EXPECT_THAT(changed([](auto& s) { s.name = "a=b"; }), HasSubstr("the name of a member"));
  EXPECT_THAT(changed([](auto& s) { s.name = "a\n"; }), HasSubstr("control character"));
  EXPECT_THAT(changed([](auto& s) { s.initial_token.clear(); }), HasSubstr("token"));
  EXPECT_THAT(changed([](auto& s) { s.listen_client_urls.clear(); }), HasSubstr("no client URL to listen on"));
  EXPECT_THAT(changed([](auto& s) { s.log_level = "loud"; }), HasSubstr("no log level of etcd"));
}

TEST(EtcdCommand, ExtraFlagsMayNotSayWhatSettingsSay) {
  for (const char* flag : {"--data-dir=/elsewhere", "-data-dir=/elsewhere", "--name", "--log-outputs=stdout",
                           "--peer-cert-file=x", "--initial-cluster-state=new"})
    EXPECT_THAT(refusal_of_extra({flag}), HasSubstr("is said by a setting of its own")) << flag;
}

TEST(EtcdCommand, ExtraFlagsMayNotTakeTheMemberOutOfOurHands) {
  for (const char* flag : {"--config-file=/etc/etcd.yaml", "--force-new-cluster", "--force-new-cluster=true",
                           "--wal-dir=/wal", "--discovery=https://x/y", "--discovery-password=hunter2", "--auto-tls",
                           "--proxy=on", "--help", "-h", "--version"}) {
    const std::string refused = refusal_of_extra({flag});
    EXPECT_THAT(refused, HasSubstr("cannot be given")) << flag;
    EXPECT_THAT(refused, Not(HasSubstr("hunter2")));
  }
}

TEST(EtcdCommand, ExtraFlagsAreFlagsEachInOneWordAndOnce) {
  EXPECT_THAT(refusal_of_extra({"--pre-vote", "true"}), HasSubstr("is no flag"));
  EXPECT_THAT(refusal_of_extra({"gateway"}), HasSubstr("is no flag"));
  EXPECT_THAT(refusal_of_extra({"--"}), HasSubstr("is no flag"));
  EXPECT_THAT(refusal_of_extra({""}), HasSubstr("is no flag"));
  EXPECT_THAT(refusal_of_extra({"---name=x"}), HasSubstr("is no flag"));
  EXPECT_THAT(refusal_of_extra({"--pre-vote=a\nb"}), HasSubstr("is no flag"));
  EXPECT_THAT(refusal_of_extra({"--pre-vote", "-pre-vote=false"}), HasSubstr("given twice"));
}

}  // namespace
}  // namespace holdfast::launcher
