#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

#include "os/random.h"
#include "pipeline/age.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string seed(const std::string& section) {
  return "{kind: Seed, metadata: {name: s, namespace: kubermatic}, spec: {etcdBackupRestore: " + section + "}}";
}

std::vector<std::string> judged_destination(const std::string& destination) {
  return judged(seed("{destinations: {d: " + destination + "}}"));
}

TEST(SeedRules, TakeTheSeedOfTheDocuments) {
  EXPECT_THAT(
      judged(seed(
          "{destinations: {s3: {bucketName: kkpbackuptest, endpoint: s3.amazonaws.com, credentials: {name: backup-s3, "
          "namespace: kube-system}}}, defaultDestination: s3}")),
      IsEmpty());
}

TEST(SeedRules, AllowDotsInNames) {
  EXPECT_THAT(judged(seed("{destinations: {far.away-1: {bucketName: bkt}}}")), IsEmpty());
  for (const char* bad :
       {"'a..b'", "'-a'", "A", "a_b", "''", "a1234567890123456789012345678901234567890123456789012345678901234"})
    EXPECT_THAT(judged(seed("{destinations: {" + std::string(bad) + ": {bucketName: bkt}}}")),
                ElementsAre(HasSubstr("spec.etcdBackupRestore.destinations: FieldValueInvalid")))
        << bad;
}

TEST(SeedRules, TheDefaultIsOneOfTheDestinations) {
  EXPECT_THAT(
      judged(seed("{destinations: {a: {bucketName: bkt}}, defaultDestination: c}")),
      ElementsAre("spec.etcdBackupRestore.defaultDestination: FieldValueNotFound: Not found: \"c\": it is none of the "
                  "destinations"));
}

TEST(SeedRules, TheLastDestinationCanBeRemoved) {
  EXPECT_THAT(judged(seed("{destinations: {}}"), seed("{destinations: {a: {bucketName: bkt}}}")), IsEmpty());
}

TEST(SeedRules, BucketsNeedABucket) {
  EXPECT_THAT(judged_destination("{type: s3, endpoint: e}"),
              ElementsAre(HasSubstr("spec.etcdBackupRestore.destinations.d.bucketName: FieldValueRequired")));
  EXPECT_THAT(judged_destination("{type: s3, bucketName: bkt, path: /x}"),
              ElementsAre(HasSubstr(".d.path: FieldValueForbidden")));
  EXPECT_THAT(judged_destination("{bucketName: 'a/b'}"), ElementsAre(HasSubstr(".d.bucketName: FieldValueInvalid")));
}

TEST(SeedRules, BucketsHaveNamesThatABucketCanHave) {
  for (const char* bad : {"b", "'a/b'", "a b", "..ab"})
    EXPECT_THAT(judged_destination("{bucketName: " + std::string(bad) + "}"), ElementsAre(HasSubstr("at least three")))
        << bad;
}

TEST(SeedRules, WarnOfWhatIsWrittenNowAlone) {
  const std::string plain = "plain: {bucketName: bkt, endpoint: http://x}";
  const std::string before = seed("{destinations: {" + plain + "}}");
  EXPECT_THAT(judged(seed("{destinations: {" + plain + ", disk: {type: local, path: /b}}}"), before), IsEmpty());
  EXPECT_THAT(judged(seed("{destinations: {plain: {bucketName: other, endpoint: http://x}}}"), before),
              ElementsAre(HasSubstr("warning:")));
}

TEST(SeedRules, DirectoriesNeedAPath) {
  EXPECT_THAT(judged_destination("{type: local, path: /var/backups}"), IsEmpty());
  EXPECT_THAT(judged_destination("{type: local}"), ElementsAre(HasSubstr(".d.path: FieldValueRequired")));
  EXPECT_THAT(judged_destination("{type: local, path: backups}"), ElementsAre(HasSubstr("absolute path")));
  EXPECT_THAT(judged_destination("{type: local, path: /a/../etc}"), ElementsAre(HasSubstr("without ..")));
  EXPECT_THAT(judged_destination("{type: local, path: /a, bucketName: bkt, endpoint: e}"), SizeIs(2));
}

TEST(SeedRules, CheckEndpointsAndProxies) {
  for (const char* good : {"s3.amazonaws.com", "'minio:9000'", "https://minio:9000", "HtTpS://foo.com", "'[::1]:9000'"})
    EXPECT_THAT(judged_destination("{bucketName: bkt, endpoint: " + std::string(good) + "}"), IsEmpty()) << good;
  for (const char* bad : {"ftp://x", "'a b'", "'://x'"})
    EXPECT_THAT(judged_destination("{bucketName: bkt, endpoint: " + std::string(bad) + "}"),
                ElementsAre(HasSubstr(".endpoint:")))
        << bad;
  EXPECT_THAT(judged_destination("{bucketName: bkt, endpoint: http://x}"), ElementsAre(HasSubstr("warning:")));
}

TEST(SeedRules, ShowNoPasswordOfAnUrl) {
  for (const char* field : {"endpoint", "proxy"}) {
    const auto found = judged_destination("{bucketName: bkt, " + std::string(field) + ": 'http://user:hunter2@host'}");
    EXPECT_THAT(found, ElementsAre(HasSubstr("must hold no user or password")));
    EXPECT_THAT(found, ElementsAre(Not(HasSubstr("hunter2"))));
  }
}

TEST(SeedRules, ShowNoPrivateKeyGivenAsRecipient) {
  const auto found = judged_destination("{bucketName: bkt, encryption: {recipients: [AGE-SECRET-KEY-1QQQ]}}");
  EXPECT_THAT(found, ElementsAre(HasSubstr("encryption.recipients[0]: FieldValueInvalid")));
  EXPECT_THAT(found, ElementsAre(Not(HasSubstr("1QQQ"))));
}

TEST(SeedRules, TakeARecipientThatCanBeEncryptedFor) {
  const std::string key = pipeline::age::Identity::generate(os::real_random()).recipient().to_string();
  EXPECT_THAT(judged_destination("{bucketName: bkt, encryption: {recipients: [" + key + "]}}"), IsEmpty());
  for (const std::string& bad : {std::string("me"), std::string("age1xyz"), key.substr(0, key.size() - 1)})
    EXPECT_THAT(judged_destination("{bucketName: bkt, encryption: {recipients: [" + bad + "]}}"),
                ElementsAre(HasSubstr("encryption.recipients[0]: FieldValueInvalid")))
        << bad;
}

TEST(SeedRules, CheckTheRestOfADestination) {
  EXPECT_THAT(judged_destination("{bucketName: bkt, useIAM: true, credentials: {name: c}}"),
              ElementsAre(HasSubstr(".credentials:")));
  EXPECT_THAT(judged_destination("{bucketName: bkt, caBundle: x}"), ElementsAre(HasSubstr(".caBundle:")));
  EXPECT_THAT(judged_destination("{bucketName: bkt, insecureSkipVerify: true}"), ElementsAre(HasSubstr("warning:")));
  EXPECT_THAT(judged_destination("{bucketName: bkt, bandwidth: 50MiB}"), IsEmpty());
  EXPECT_THAT(judged_destination("{bucketName: bkt, bandwidth: fast}"), ElementsAre(HasSubstr(".bandwidth:")));
  EXPECT_THAT(judged_destination("{bucketName: bkt, prefix: a/b/}"), IsEmpty());
  for (const char* bad : {"/a", "a//b", "a/../b", "..", "./a"})
    EXPECT_THAT(judged_destination("{bucketName: bkt, prefix: '" + std::string(bad) + "'}"),
                ElementsAre(HasSubstr(".prefix:")))
        << bad;
}

TEST(SeedRules, CheckTheInterval) {
  EXPECT_THAT(judged(seed("{backupInterval: 20m}")), IsEmpty());
  EXPECT_THAT(judged(seed("{backupInterval: 0s}")), IsEmpty());
  EXPECT_THAT(judged(seed("{backupInterval: 20s}")), ElementsAre(HasSubstr("must be between 1m")));
}

TEST(SeedRules, LeaveAloneWhatHasNotChanged) {
  const std::string old = "{kind: Seed, metadata: {name: s}, spec: {etcdBackupRestore: {destinations: {A: {}}}";
  EXPECT_THAT(judged(old + ", location: Hamburg}}", old + "}}"), IsEmpty());
}

TEST(SeedRules, TwoDestinationsWithOnePlaceAreWarnedOf) {
  EXPECT_THAT(
      judged(seed("{destinations: {a: {type: local, path: /b/x}, c: {type: local, path: /b//x/}}}")),
      ElementsAre("warning: spec.etcdBackupRestore.destinations.c: leads to the same place as a; what lies there "
                  "is listed once, and retention counts it once"));
  EXPECT_THAT(judged(seed("{destinations: {a: {bucketName: bkt, endpoint: 'https://S3.example.com:443/'}, "
                          "c: {bucketName: bkt, endpoint: s3.example.com}}}")),
              ElementsAre(HasSubstr("destinations.c: leads to the same place as a;")));
  EXPECT_THAT(judged(seed("{destinations: {a: {type: local, path: /b, prefix: x}, c: {type: local, path: /b}}}")),
              IsEmpty());
}

TEST(SeedRules, APortIsThatOfTheSchemeOrAnotherServer) {
  const auto warnings = [](const char* one, const char* other) {
    std::size_t count = 0;
    for (const std::string& each : judged(seed(fmt::format(
             "{{destinations: {{a: {{bucketName: bkt, endpoint: '{}'}}, c: {{bucketName: bkt, endpoint: '{}'}}}}}}",
             one, other))))
      count += each.find("leads to the same place") == std::string::npos ? 0U : 1U;
    return count;
  };
  EXPECT_EQ(warnings("http://s3.example.com:80", "HTTP://s3.example.com"), 1U);
  EXPECT_EQ(warnings("s3.example.com:443", "s3.example.com"), 1U);
  EXPECT_EQ(warnings("http://s3.example.com:443", "http://s3.example.com"), 0U);
  EXPECT_EQ(warnings("https://s3.example.com:80", "https://s3.example.com"), 0U);
  EXPECT_EQ(warnings("http://s3.example.com:443", "http://s3.example.com:80"), 0U);
}

TEST(SeedRules, APlaceOfAnotherSeedIsWarnedOf) {
  EXPECT_THAT(judged(seed("{destinations: {mine: {bucketName: faraway, endpoint: s3.eu-west-1.amazonaws.com}}}")),
              ElementsAre(HasSubstr("destinations.mine: leads to the same place as far.away of Seed main;")));
}

}  // namespace
}  // namespace holdfast::api
