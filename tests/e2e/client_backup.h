// Commands about backups, with a server and a real etcd.
#pragma once

#include <memory>
#include <string>

#include "e2e/client_support.h"

#include "support/etcd_server.h"

namespace holdfast::test {

class ClientBackup : public ClientTest {
 protected:
  static void SetUpTestSuite() {
    auto made = make_etcd_cluster({});
    ASSERT_TRUE(made) << made.error().to_string();
    etcd_ = std::move(*made);
  }
  static void TearDownTestSuite() { etcd_.reset(); }

  void SetUp() override {
    ok({"destination", "add", "europe", "disk", "--path", server().file("backups")});
    ok({"cluster", "add", cluster(), "--member", etcd_->endpoints().front(), "--seed", "europe"});
  }

  std::string back_up(const std::string& reason = "a try") const {
    const json::Value made =
        document({"backup", "now", cluster(), "--destination", "disk", "--reason", reason, "--progress", "none"});
    return std::string(made.at("metadata").at("name").as_string());
  }

  static inline std::unique_ptr<EtcdCluster> etcd_;
};

}  // namespace holdfast::test
