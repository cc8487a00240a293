// Keys, transactions and compaction against real servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/etcd_cluster_fixture.h"

namespace holdfast::etcd {
namespace {

using test::EtcdVersion;
using testing::HasSubstr;

class EtcdKv : public EtcdVersions {};
INSTANTIATE_TEST_SUITE_P(Versions, EtcdKv, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5), version_name);

TEST_P(EtcdKv, GivesBackWhatWasPutWithItsRevisions) {
  const std::int64_t first = must(client_->put({.key = key("a"), .value = "one"}));
  const std::int64_t second = must(client_->put({.key = key("a"), .value = "two"}));

  const RangeResponse got = must(client_->range({.key = key("a")}));

  ASSERT_EQ(got.kvs.size(), 1U);
  EXPECT_EQ(got.kvs[0].key, key("a"));
  EXPECT_EQ(got.kvs[0].value, "two");
  EXPECT_EQ(got.kvs[0].create_revision, first);
  EXPECT_EQ(got.kvs[0].mod_revision, second);
  EXPECT_EQ(got.kvs[0].version, 2);
  EXPECT_GE(got.revision, second);
}

TEST_P(EtcdKv, KeepsBinaryKeysAndValues) {
  const std::string binary("\0\xff\n%", 4);
  must(client_->put({.key = key(binary), .value = binary}));
  EXPECT_EQ(must(client_->range({.key = key(binary)})).kvs.at(0).value, binary);
}

TEST_P(EtcdKv, ReadsAnOlderRevision) {
  const std::int64_t first = must(client_->put({.key = key("a"), .value = "one"}));
  must(client_->put({.key = key("a"), .value = "two"}));
  EXPECT_EQ(must(client_->range({.key = key("a"), .revision = first})).kvs.at(0).value, "one");
}

TEST_P(EtcdKv, PagesThroughARange) {
  fill(*client_, prefix_, 5, 10);
  const RangeResponse page = must(client_->range({.key = prefix_, .range_end = prefix_end(), .limit = 2}));
  EXPECT_EQ(page.kvs.size(), 2U);
  EXPECT_TRUE(page.more);
  EXPECT_EQ(page.count, 5);
  const RangeResponse rest =
      must(client_->range({.key = page.kvs.back().key + '\0', .range_end = prefix_end(), .limit = 10}));
  EXPECT_EQ(rest.kvs.size(), 3U);
  EXPECT_FALSE(rest.more);
}

TEST_P(EtcdKv, ReadsKeysOnlyAndCountsOnly) {
  must(client_->put({.key = key("a"), .value = "one"}));
  const RangeResponse keys =
      must(client_->range({.key = prefix_, .range_end = prefix_end(), .keys_only = true, .serializable = true}));
  EXPECT_EQ(keys.kvs.at(0).key, key("a"));
  EXPECT_EQ(keys.kvs.at(0).value, "");
  const RangeResponse count = must(client_->range({.key = prefix_, .range_end = prefix_end(), .count_only = true}));
  EXPECT_TRUE(count.kvs.empty());
  EXPECT_EQ(count.count, 1);
}

TEST_P(EtcdKv, RemovesARangeAndSaysHowMany) {
  fill(*client_, prefix_, 3, 10);
  EXPECT_EQ(must(client_->remove({.key = prefix_, .range_end = prefix_end()})), 3);
  EXPECT_EQ(must(client_->range({.key = prefix_, .range_end = prefix_end()})).count, 0);
  EXPECT_EQ(must(client_->remove({.key = key("never there")})), 0);
}

TEST_P(EtcdKv, AnswersWithMoreThanFourMegabytesAtOnce) {
  fill(*client_, prefix_, 8, 1'000'000);
  const RangeResponse got = must(client_->range({.key = prefix_, .range_end = prefix_end()}));
  ASSERT_EQ(got.kvs.size(), 8U);
  EXPECT_EQ(got.kvs[7].value.size(), 1'000'000U);
  must(client_->remove({.key = prefix_, .range_end = prefix_end()}));
}

TEST_P(EtcdKv, RefusesARequestThatIsTooLargeForTheServer) {
  const auto result = client_->put({.key = key("large"), .value = std::string(1'800'000, 'x')});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::usage);
  EXPECT_FALSE(result.error().retryable);
  EXPECT_THAT(result.error().to_string(), HasSubstr("request is too large"));
}

TEST_P(EtcdKv, RefusesARequestThatIsTooLargeForTheTransport) {
  const auto result = client_->put({.key = key("larger"), .value = std::string(3'000'000, 'x')});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::usage);
  EXPECT_FALSE(result.error().retryable);
}

TEST_P(EtcdKv, ErrorsNameTheCallAndTheEndpoint) {
  const auto result = client_->range({.key = ""});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().to_string(), "Range at " + cluster_.endpoints()[0] + ": key is not provided");
}

TEST_P(EtcdKv, TakesTheBranchTheComparisonsSay) {
  must(client_->put({.key = key("a"), .value = "one"}));
  TxnRequest request;
  request.compare = {{.target = Compare::Target::value, .op = Compare::Op::equal, .key = key("a"), .value = "one"}};
  request.success = {{.kind = TxnOp::Kind::put, .put = {.key = key("b"), .value = "new"}},
                     {.kind = TxnOp::Kind::range, .range = {.key = prefix_, .range_end = prefix_end()}},
                     {.kind = TxnOp::Kind::remove, .remove = {.key = key("a")}}};
  request.failure = {{.kind = TxnOp::Kind::range, .range = {.key = key("a")}}};

  const TxnResponse first = must(client_->txn(request));
  EXPECT_TRUE(first.succeeded);
  ASSERT_EQ(first.ranges.size(), 1U);
  EXPECT_EQ(first.ranges[0].kvs.size(), 2U);

  const TxnResponse second = must(client_->txn(request));
  EXPECT_FALSE(second.succeeded);
  ASSERT_EQ(second.ranges.size(), 1U);
  EXPECT_TRUE(second.ranges[0].kvs.empty());
}

struct ComparisonCase {
  Compare compare;
  bool holds;
};

TEST_P(EtcdKv, ComparesEveryTargetWithEveryOperator) {
  const std::int64_t lease = must(client_->lease_grant(600)).id;
  const std::int64_t created = must(client_->put({.key = key("a"), .value = "m", .lease = lease}));
  const std::int64_t modified = must(client_->put({.key = key("a"), .value = "n", .lease = lease}));
  using Target = Compare::Target;
  using Op = Compare::Op;
  const std::vector<ComparisonCase> cases = {
      {{.target = Target::version, .op = Op::equal, .key = key("a"), .number = 2}, true},
      {{.target = Target::version, .op = Op::greater, .key = key("a"), .number = 2}, false},
      {{.target = Target::create_revision, .op = Op::equal, .key = key("a"), .number = created}, true},
      {{.target = Target::create_revision, .op = Op::not_equal, .key = key("a"), .number = created}, false},
      {{.target = Target::mod_revision, .op = Op::less, .key = key("a"), .number = modified + 1}, true},
      {{.target = Target::mod_revision, .op = Op::less, .key = key("a"), .number = modified}, false},
      {{.target = Target::value, .op = Op::greater, .key = key("a"), .value = "m"}, true},
      {{.target = Target::value, .op = Op::greater, .key = key("a"), .value = "n"}, false},
      {{.target = Target::lease, .op = Op::equal, .key = key("a"), .number = lease}, true},
      {{.target = Target::lease, .op = Op::not_equal, .key = key("a"), .number = lease}, false},
      {{.target = Target::mod_revision, .op = Op::equal, .key = key("absent"), .number = 0}, true},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    TxnRequest request;
    request.compare = {cases[i].compare};
    EXPECT_EQ(must(client_->txn(request)).succeeded, cases[i].holds) << "case " << i;
  }
}

TEST_P(EtcdKv, CompactsAndThenRefusesOlderRevisions) {
  const std::int64_t old = must(client_->put({.key = key("a"), .value = "one"}));
  const std::int64_t now = must(client_->put({.key = key("a"), .value = "two"}));
  EXPECT_GE(must(client_->compact(now, true)), now);

  const auto result = client_->range({.key = key("a"), .revision = old});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::not_found);
  EXPECT_THAT(result.error().message, HasSubstr("has been compacted"));
}

TEST_P(EtcdKv, RefusesARevisionThatHasNotComeYet) {
  const auto result = client_->range({.key = key("a"), .revision = 1'000'000'000});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::not_found);
}

}  // namespace
}  // namespace holdfast::etcd
