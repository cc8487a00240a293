#include "server/metrics_listen.h"

#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

TEST(MetricsListen, IsThisMachineUnlessAnAddressIsSaid) {
  EXPECT_EQ(read_metrics_listen(":9464")->address, "127.0.0.1");
  EXPECT_EQ(read_metrics_listen(":9464")->port, 9464);
  EXPECT_EQ(read_metrics_listen("0.0.0.0:9464")->address, "0.0.0.0");
  EXPECT_EQ(read_metrics_listen("[::1]:0")->address, "::1");
}

TEST(MetricsListen, AnythingElseIsRefused) {
  for (const std::string_view text : {"", "9464", "127.0.0.1", "127.0.0.1:x"})
    EXPECT_FALSE(read_metrics_listen(text)) << text;
}

}  // namespace
}  // namespace holdfast::server
