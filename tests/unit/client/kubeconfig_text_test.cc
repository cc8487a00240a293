#include "client/kubeconfig_text.h"

#include <gtest/gtest.h>

#include "client/kubeconfig.h"

#include "os/file_system.h"

namespace holdfast::client {
namespace {

TEST(KubeconfigText, is_read_back_and_holds_nothing_of_ours) {
  Connection ours;
  ours.server = "https://127.0.0.1:8443";
  ours.authority_pem = "-----BEGIN CERTIFICATE-----\n";
  ours.key_pem = Secret("our key");
  ours.token = Secret("our token");

  const std::string text = json::to_string(kubeconfig_for(ours, "ann", Secret("hft_x.y")));

  EXPECT_EQ(text.find("our"), std::string::npos);
  const auto read = parse_kubeconfig(text, "file");
  ASSERT_TRUE(read) << read.error().to_string();
  const auto theirs = resolve(*read, {}, os::real_file_system());
  ASSERT_TRUE(theirs) << theirs.error().to_string();
  EXPECT_EQ(theirs->server, ours.server);
  EXPECT_EQ(theirs->authority_pem, ours.authority_pem);
  EXPECT_EQ(theirs->token.reveal(), "hft_x.y");
}

}  // namespace
}  // namespace holdfast::client
