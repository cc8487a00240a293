// A client of a server whose answers the test writes.
#pragma once

#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "client/api_client.h"

#include "support/fake_clock.h"
#include "support/http_server.h"
#include "support/temp_dir.h"

namespace holdfast::client {

class ClientFixture : public ::testing::Test {
 protected:
  ClientFixture() { connection_.server = server_.url(); }

  ApiClient& client() {
    if (!client_) client_ = ApiClient::create(connection_, os::real_file_system(), environment_, os::real_clock());
    return *client_;
  }

  void answer(const std::string& method, const std::string& target, const std::string& body, int status = 200) {
    server_.expect({.method = method, .target = target, .reply = {.status = status, .body = body}});
  }

  static Resource configs(const std::string& name = "") {
    return {.kind = {.group = "kubermatic.k8c.io",
                     .version = "v1",
                     .kind = "EtcdBackupConfig",
                     .plural = "etcdbackupconfigs",
                     .singular = "etcdbackupconfig"},
            .name_space = "n",
            .name = name};
  }
  static constexpr const char* kPath = "/apis/kubermatic.k8c.io/v1/namespaces/n/etcdbackupconfigs";

  test::HttpServer server_;
  os::Environment environment_;
  Connection connection_;
  std::stop_source stop_;

 private:
  std::unique_ptr<ApiClient> client_;
};

}  // namespace holdfast::client
