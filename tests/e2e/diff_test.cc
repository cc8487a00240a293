// `snapshot diff` as a person runs it before a restore.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e_support.h"

namespace holdfast::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DiffTest : public EndToEnd {
 protected:
  void SetUp() override {
    auto cluster = make_etcd_cluster({.version = EtcdVersion::v3_5});
    ASSERT_TRUE(cluster) << cluster.error().to_string();
    etcd_ = std::move(*cluster);
    for (int i = 0; i < 5; ++i)
      put(fmt::format("/registry/pods/shop/web-{}", i), "hush-in-the-backup");
    put("/registry/secrets/shop/token", "hush-in-the-backup");
    put("/app/config/port", "80");
  }
  void put(const std::string& key, const std::string& value) const { etcdctl({"put", key, value}); }
  void etcdctl(std::vector<std::string> words) const { Ctl(EtcdVersion::v3_5, *etcd_).ok(0, std::move(words)); }
  std::string endpoint() const { return etcd_->endpoints()[0]; }

  void change() const {
    put("/registry/pods/shop/new", "hush-in-the-cluster");
    put("/registry/secrets/shop/token", "hush-in-the-cluster");
    etcdctl({"del", "/registry/pods/shop/web-1"});
    put("/app/config/host", "x");
  }

  std::unique_ptr<EtcdCluster> etcd_;
};

TEST_F(DiffTest, says_what_a_restore_takes_back_and_never_a_value) {
  ok({"snapshot", "save", file("before.db"), "--endpoints", endpoint()});
  change();
  const std::string text = ok({"snapshot", "diff", file("before.db"), "--endpoints", endpoint()});
  EXPECT_THAT(text, HasSubstr("would take back"));
  EXPECT_THAT(text, HasSubstr("4 revisions"));
  EXPECT_THAT(text, HasSubstr("2 keys would vanish, 1 come back, 1 go back to what they were; 5 stay as they are."));
  EXPECT_THAT(text, HasSubstr("pods: shop/new\n"));
  EXPECT_THAT(text, HasSubstr("pods: shop/web-1\n"));
  EXPECT_THAT(text, HasSubstr("secrets: shop/token\n"));
  EXPECT_THAT(text, Not(HasSubstr("hush")));
}

TEST_F(DiffTest, from_a_bucket_encrypted_as_a_document) {
  const ProgramResult made = run_program({"age-keygen", "-o", file("key.txt")});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  std::string recipient = run_program({"age-keygen", "-y", file("key.txt")}).out;
  recipient.pop_back();
  ok({"snapshot", "save", bucket_url() + "before", "--endpoints", endpoint(), "--recipient", recipient});
  change();
  const std::vector<std::string> words{"snapshot", "diff",  bucket_url() + "before", "-i", file("key.txt"),
                                       "--values", "always"};
  std::vector<std::string> with_cluster = words;
  with_cluster.insert(with_cluster.end(), {"--endpoints", endpoint()});
  const json::Object live = document(with_cluster);
  EXPECT_TRUE(live.at("differs").as_bool());
  EXPECT_EQ(live.at("history").as_string(), "same");
  EXPECT_EQ(live.at("revisionsLost").as_int64(), 4);
  EXPECT_EQ(live.at("from").as_object().at("clusterId"), live.at("to").as_object().at("clusterId"));

  // The same against a later snapshot in a file.
  ok({"snapshot", "save", file("after.db.gz"), "--endpoints", endpoint()});
  const json::Object later =
      document({"snapshot", "diff", bucket_url() + "before", file("after.db.gz"), "-i", file("key.txt")});
  for (const char* field : {"keys", "prefixes", "objects", "history", "revisionsLost"})
    EXPECT_EQ(later.at(field), live.at(field)) << field;
  const json::Object none = document({"snapshot", "diff", file("after.db.gz"), "--endpoints", endpoint()});
  EXPECT_FALSE(none.at("differs").as_bool());
}

TEST_F(DiffTest, fails_as_the_other_commands_do) {
  EXPECT_EQ(run({"snapshot", "diff", file("none.db"), "--endpoints", endpoint()}).exit_code, 3);
  ok({"snapshot", "save", file("x.db"), "--endpoints", endpoint(), "--no-manifest"});
  std::string bytes = read("x.db");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), file("x.db"), as_bytes(bytes)));
  EXPECT_EQ(run({"snapshot", "diff", file("x.db"), "--endpoints", endpoint()}).exit_code, 5);
  ok({"snapshot", "save", file("y.db"), "--endpoints", endpoint()});
  const std::string nobody = fmt::format("127.0.0.1:{}", free_port());
  const ProgramResult away =
      run({"snapshot", "diff", file("y.db"), "--endpoints", nobody, "--dial-timeout", "1s", "--command-timeout", "2s"});
  EXPECT_EQ(away.exit_code, 6) << away.out << away.err;
}

}  // namespace
}  // namespace holdfast::test
