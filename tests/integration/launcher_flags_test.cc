// The command lines of etcd_command() are what etcds of each version take.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "integration/launcher_places.h"
#include "launcher/supervise/child/child_supervisor.h"
#include "launcher/supervise/etcd_command.h"

#include "support/certificates.h"

namespace holdfast::test {
namespace {

class Flags : public testing::TestWithParam<EtcdVersion> {};

TEST_P(Flags, WithEverySettingItServes) {
  const TempDir directory;
  const auto certificates = make_certificates(directory.path());
  ASSERT_TRUE(certificates) << certificates.error().to_string();
  const std::string client = fmt::format("https://127.0.0.1:{}", free_port());
  const std::string peer = fmt::format("https://127.0.0.1:{}", free_port());
  const launcher::TlsFiles tls{.certificate = certificates->server_certificate_file,
                               .key = certificates->server_key_file,
                               .ca = certificates->ca_file};
  const launcher::EtcdSettings settings{
      .program = etcd_program(GetParam()),
      .name = "m0",
      .data_dir = directory.file("data"),
      .listen_peer_urls = {peer},
      .advertise_peer_urls = {peer},
      .listen_client_urls = {client},
      .advertise_client_urls = {client},
      .metrics_urls = {fmt::format("http://127.0.0.1:{}", free_port())},
      .initial_cluster = {{"m0", peer}},
      .initial_token = "flags",
      .peer_tls = tls,
      .client_tls = tls,
      .quota = 64 * kMiB,
      .log_level = "warn",
      .extra_flags = {"--auto-compaction-retention=1h", "--election-timeout=100", "--heartbeat-interval=20"}};
  // What etcd reads from its environment would contradict its flags, and etcd ends for that.
  const auto command =
      launcher::etcd_command(settings, os::Environment({{"ETCD_NAME", "other"}, {"ETCD_DATA_DIR", "/elsewhere"}}));
  ASSERT_TRUE(command) << command.error().to_string();
  launcher::ChildOptions options;
  options.data_dir = settings.data_dir;
  const auto supervisor =
      launcher::supervise_child(options, {os::real_file_system(), os::real_clock(), os::real_detached_processes()});
  ASSERT_TRUE(supervisor);

  ASSERT_TRUE((*supervisor)->start(*command, {}));

  EXPECT_TRUE(eventually([&] {
    return run_program({etcdctl_program(GetParam()), "--endpoints", client, "--cacert", certificates->ca_file, "--cert",
                        certificates->client_certificate_file, "--key", certificates->client_key_file,
                        "--command-timeout", "2s", "endpoint", "health"},
                       "", {"ETCDCTL_API=3"})
               .exit_code == 0;
  })) << (*supervisor)->log_tail(4096).value();
  EXPECT_TRUE((*supervisor)->stop(std::chrono::seconds(20), {}));
}

INSTANTIATE_TEST_SUITE_P(Versions, Flags, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5),
                         [](const auto& each) { return each.param == EtcdVersion::v3_4 ? "v34" : "v35"; });

}  // namespace
}  // namespace holdfast::test
