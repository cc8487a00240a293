// Two objects that exclude each other, asked for at the same moment: one of them is judged again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry_support.h"

#include "api/object.h"
#include "support/forwarding_store.h"

namespace holdfast::registry {
namespace {

using testing::HasSubstr;

// Does something right before the first commit, when the rules have been asked already.
class LateStore final : public test::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  std::function<void()> before_commit;

  Result<store::Outcome> commit(const store::Transaction& transaction) override {
    if (auto meanwhile = std::exchange(before_commit, {})) meanwhile();
    return ForwardingStore::commit(transaction);
  }
};

class KeysRace : public testing::Test, public test::RegistryFixture {
 protected:
  KeysRace() {
    make_namespace("kubermatic");
    create("seed", "kubermatic", R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Seed","metadata":{"name":"s"},"spec":{
        "etcdBackupRestore":{"destinations":{"disk":{"type":"local","path":"/b"}},"defaultDestination":"disk"}}})");
    create("cluster", "", cluster("a"));
    make_namespace("cluster-a");
  }

  static std::string cluster(const std::string& name) {
    return R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":")" + name + R"("},"spec":{}})";
  }
  static std::string config(const std::string& name) {
    return R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig","metadata":{"name":")" + name +
           R"("},"spec":{"cluster":{"name":"a"},"schedule":"@daily"}})";
  }

  // Asked of the store that is late.
  api::ApiResult<Written> create_late(std::string_view word, std::string_view name_space, const std::string& text) {
    auto decoded = api::decode_value(kind(word), test::parse(text));
    return late_registry.create(kind(word), name_space, std::move(decoded->object), {});
  }

  LateStore late{*store};
  Registry late_registry{{.store = late,
                          .kinds = kinds,
                          .sealer = sealer,
                          .clock = os::real_clock(),
                          .random = os::real_random(),
                          .hooks = {}}};
};

TEST_F(KeysRace, AClusterThatComesBeforeTheConfigIsWrittenIsSeen) {
  late.before_commit = [&] { create("cluster", "", cluster("a-b")); };
  const auto written = create_late("etcdbackupconfig", "cluster-a", config("b-late"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, 422);
  EXPECT_THAT(written.error().message, HasSubstr("of those of cluster a-b"));
}

TEST_F(KeysRace, AConfigThatComesBeforeTheClusterIsWrittenIsSeen) {
  late.before_commit = [&] { create("etcdbackupconfig", "cluster-a", config("b-late")); };
  const auto written = create_late("cluster", "", cluster("a-b"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, 422);
  EXPECT_THAT(written.error().message, HasSubstr("b-late of cluster a"));
}

TEST_F(KeysRace, WhatHasNothingToDoWithItIsLetIn) {
  late.before_commit = [&] { create("etcdbackupconfig", "cluster-a", config("c-late")); };
  EXPECT_TRUE(create_late("cluster", "", cluster("a-b")));
  EXPECT_TRUE(create_late("etcdbackupconfig", "cluster-a", config("d-late")));
}

}  // namespace
}  // namespace holdfast::registry
