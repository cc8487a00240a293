#include "cli/restore_document.h"

#include <gmock/gmock.h>

namespace holdfast::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string command(const std::string& initial_cluster, const std::string& wal_dir = "") {
  const auto membership = snapshot::parse_membership(initial_cluster, "token");
  EXPECT_TRUE(membership) << membership.error().to_string();
  return start_command({.name = "m1", .data_dir = "/d", .wal_dir = wal_dir}, *membership);
}

TEST(StartCommandTest, addresses_are_listened_on_as_they_are) {
  EXPECT_EQ(command("m1=http://10.0.0.1:2380"),
            "etcd --name m1 --data-dir /d --listen-peer-urls http://10.0.0.1:2380 --listen-client-urls "
            "http://10.0.0.1:2379 --advertise-client-urls http://10.0.0.1:2379");
  EXPECT_THAT(command("m1=http://[fd00::1]:2380"), HasSubstr("--listen-peer-urls http://[fd00::1]:2380 "));
}

TEST(StartCommandTest, for_a_host_name_it_listens_on_every_address_and_tells_clients_the_name) {
  EXPECT_EQ(command("m1=http://etcd1.example.com:12380"),
            "etcd --name m1 --data-dir /d --listen-peer-urls http://0.0.0.0:12380 --listen-client-urls "
            "http://0.0.0.0:2379 --advertise-client-urls http://etcd1.example.com:2379");
}

TEST(StartCommandTest, etcd_knows_localhost) {
  EXPECT_THAT(command("m1=http://localhost:2380"), HasSubstr("--listen-peer-urls http://localhost:2380 "));
}

TEST(StartCommandTest, two_names_of_one_port_are_one_place_to_listen_on) {
  EXPECT_THAT(command("m1=http://a.example.com:2380,m1=http://b.example.com:2380"),
              HasSubstr("--listen-peer-urls http://0.0.0.0:2380 "));
}

TEST(StartCommandTest, https_needs_certificates) {
  EXPECT_THAT(command("m1=https://10.0.0.1:2380"),
              AllOf(HasSubstr(" --cert-file SERVER.crt --key-file SERVER.key "),
                    HasSubstr(" --peer-cert-file PEER.crt --peer-key-file PEER.key ")));
  EXPECT_THAT(command("m1=http://10.0.0.1:2380"), Not(HasSubstr("cert")));
}

TEST(StartCommandTest, a_log_elsewhere_is_named) {
  EXPECT_THAT(command("m1=http://10.0.0.1:2380", "/fast/wal"), HasSubstr(" --data-dir /d --wal-dir /fast/wal "));
}

}  // namespace
}  // namespace holdfast::cli
