#include "server/service.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "store/revision_floor.h"
#include "store/sqlite/sqlite_store.h"
#include "support/notify_socket.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

TEST(Listen, IsAnAddressAndAPort) {
  ServiceOptions options;

  EXPECT_TRUE(read_listen("0.0.0.0:1234", options));
  EXPECT_EQ(options.address, "0.0.0.0");
  EXPECT_EQ(options.port, 1234);
  EXPECT_TRUE(read_listen("[::1]:0", options));
  EXPECT_EQ(options.address, "::1");
  EXPECT_TRUE(read_listen(":8443", options));
  EXPECT_EQ(options.address, "0.0.0.0");
}

TEST(Listen, AnythingElseIsRefused) {
  ServiceOptions options;
  for (const std::string_view text : {"", "localhost", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000"})
    EXPECT_FALSE(read_listen(text, options)) << text;
}

class Running : public testing::Test {
 protected:
  Result<std::unique_ptr<Service>> start() {
    ServiceOptions options;
    options.data_directory = dir.file("data");
    options.port = 0;
    options.secrets_key = Secret(secrets_key);
    options.rotate_secrets_key = rotate;
    floor = std::make_unique<store::RevisionFloor>(os::real_file_system(), dir.file("data/floor"));
    const ServiceWorld world{
        os::real_file_system(), os::real_clock(),
        os::real_random(),      environment,
        os::real_processes(),   [](const etcd::ClientOptions& client) { return etcd::make_client(client); }};
    return start_service(options, world, [this]() -> Result<std::unique_ptr<store::Store>> {
      store::SqliteOptions sqlite;
      sqlite.path = dir.file("data/store.db");
      HF_ASSIGN(auto store,
                store::SqliteStore::open(sqlite, *floor, os::real_file_system(), os::real_clock(), os::real_random()));
      return std::unique_ptr<store::Store>(std::move(store));
    });
  }

  std::string key_file() {
    return std::string(as_text(os::read_file(os::real_file_system(), dir.file("data/secrets.key"), kMiB).value()));
  }

  std::string secrets_key;
  bool rotate = false;
  os::Environment environment;
  test::TempDir dir;
  std::unique_ptr<store::RevisionFloor> floor;
  std::unique_ptr<store::RevisionFloor> kept;  // of a server that runs when another one starts
};

TEST_F(Running, IsReadyWhenItHasStarted) {
  const auto service = start();

  ASSERT_TRUE(service) << service.error().to_string();
  EXPECT_TRUE((*service)->url().starts_with("https://127.0.0.1:"));
  EXPECT_TRUE((*service)->kubeconfig_written());
  const api::Kind* namespaces = (*service)->registry().kinds().find("", "v1", "namespaces");
  EXPECT_TRUE((*service)->registry().get(*namespaces, {.name_space = "", .name = "default"}));
  (*service)->stop(std::chrono::seconds(1));
}

TEST_F(Running, StartsAgainWithWhatItHad) {
  ASSERT_TRUE(start());

  const auto again = start();

  ASSERT_TRUE(again) << again.error().to_string();
  const api::Kind* namespaces = (*again)->registry().kinds().find("", "v1", "namespaces");
  EXPECT_TRUE((*again)->registry().get(*namespaces, {.name_space = "", .name = "kubermatic"}));
}

TEST_F(Running, AnotherKeyForSecretsIsAddedWhenAskedFor) {
  ASSERT_TRUE(start());
  const std::string before = key_file();
  rotate = true;

  const auto again = start();

  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_TRUE(key_file().starts_with(before));
  EXPECT_GT(key_file().size(), before.size());
}

TEST_F(Running, TellsTheServiceManagerHowItIs) {
  test::NotifySocket manager(dir.file("notify"));
  environment = os::Environment(
      std::map<std::string, std::string>{{"NOTIFY_SOCKET", manager.address()}, {"WATCHDOG_USEC", "4000000"}});
  const auto service = start();

  ASSERT_TRUE(service) << service.error().to_string();
  EXPECT_TRUE(manager.wait_for("READY=1"));
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(manager.wait_for("WATCHDOG=1"));
  (*service)->stop(std::chrono::seconds(1));
  EXPECT_TRUE(manager.wait_for("STOPPING=1"));
}

TEST_F(Running, ThatCannotStartIsNotReady) {
  test::NotifySocket manager(dir.file("notify"));
  const auto first = start();
  ASSERT_TRUE(first);
  kept = std::move(floor);
  environment = os::Environment(std::map<std::string, std::string>{{"NOTIFY_SOCKET", manager.address()}});

  EXPECT_FALSE(start());

  EXPECT_EQ(manager.next(0), std::nullopt);
}

TEST_F(Running, AStartThatIsRefusedAddsNoKey) {
  const auto first = start();
  ASSERT_TRUE(first);
  kept = std::move(floor);
  const std::string before = key_file();
  rotate = true;

  EXPECT_FALSE(start());
  EXPECT_EQ(key_file(), before);
}

TEST_F(Running, AKeyThatWasGivenAsTextIsNotReplaced) {
  secrets_key = "1:" + to_base64(as_bytes(std::string(32, 'k')));
  rotate = true;

  const auto service = start();

  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().code, Code::usage);
  EXPECT_EQ(service.error().to_string().find("a2tr"), std::string::npos);
}

TEST_F(Running, TwoOfOneDirectoryAreRefused) {
  const auto first = start();
  ASSERT_TRUE(first);
  kept = std::move(floor);

  EXPECT_FALSE(start());
}

}  // namespace
}  // namespace holdfast::server
