#include "api/protobuf/decoder.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "unit/api/protobuf/proto_text.h"

#include "model/json_canonical.h"

namespace holdfast::api {
namespace {

using test::Proto;
using test::proto_body;
using testing::HasSubstr;
using testing::Not;

std::string decoded(const std::string& body) {
  const auto object = decode_protobuf(as_bytes(body));
  if (object) return json::to_canonical_string(*object);
  return fmt::format("{}: {}", object.error().code, object.error().message);
}

std::string decoded(std::string_view api_version, std::string_view kind, const Proto& object) {
  return decoded(proto_body(api_version, kind, object));
}

TEST(ProtobufDecoder, ReadsASecretAsKubectlCreatesIt) {
  const Proto metadata =
      Proto().text(1, "s").text(2, "").text(3, "ns").text(4, "").text(5, "").text(6, "").number(7, 0).message(8,
                                                                                                              Proto());
  EXPECT_EQ(
      decoded("v1", "Secret",
              Proto().message(1, metadata).entry(2, "password", "p\xff").entry(2, "user", "").text(3, "Opaque")),
      R"({"apiVersion":"v1","data":{"password":"cP8=","user":""},"kind":"Secret","metadata":{"name":"s","namespace":"ns"},"type":"Opaque"})");
}

TEST(ProtobufDecoder, ReadsANamespaceAsKubectlCreatesIt) {
  EXPECT_EQ(decoded("v1", "Namespace",
                    Proto().message(1, Proto().text(1, "n")).message(2, Proto()).message(3, Proto().text(1, ""))),
            R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}})");
}

TEST(ProtobufDecoder, ReadsAConfigMap) {
  EXPECT_EQ(decoded("v1", "ConfigMap", Proto().entry(2, "a", "ä").entry(3, "b", "\x01").number(4, 0)),
            R"({"apiVersion":"v1","binaryData":{"b":"AQ=="},"data":{"a":"ä"},"immutable":false,"kind":"ConfigMap"})");
}

TEST(ProtobufDecoder, ReadsAllOfMetadata) {
  const Proto owner =
      Proto().text(1, "Cluster").text(3, "c").text(4, "u").text(5, "kubermatic.k8c.io/v1").number(6, 1).number(7, 0);
  const Proto entry = Proto()
                          .text(1, "m")
                          .text(2, "Update")
                          .text(3, "v1")
                          .message(4, Proto().number(1, 1'795'255'200))
                          .text(6, "FieldsV1")
                          .message(7, Proto().text(1, R"({"f:data":{}})"))
                          .text(8, "status");
  const Proto metadata = Proto()
                             .text(2, "s-")
                             .number(7, 3)
                             .number(10, 0)
                             .entry(11, "l", "1")
                             .entry(12, "a", "2")
                             .message(13, owner)
                             .text(14, "f/x")
                             .text(14, "f/y")
                             .message(17, entry);
  EXPECT_EQ(
      decoded("v1", "Secret", Proto().message(1, metadata)),
      R"({"apiVersion":"v1","kind":"Secret","metadata":{"annotations":{"a":"2"},"deletionGracePeriodSeconds":0,)"
      R"("finalizers":["f/x","f/y"],"generateName":"s-","generation":3,"labels":{"l":"1"},)"
      R"("managedFields":[{"apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{}},"manager":"m","operation":"Update","subresource":"status","time":"2026-11-21T10:00:00Z"}],)"
      R"("ownerReferences":[{"apiVersion":"kubermatic.k8c.io/v1","blockOwnerDeletion":false,"controller":true,"kind":"Cluster","name":"c","uid":"u"}]}})");
}

TEST(ProtobufDecoder, ReadsAnEvent) {
  const Proto event = Proto()
                          .message(2, Proto().text(1, "Cluster").text(3, "c"))
                          .text(3, "R")
                          .text(4, "it happened")
                          .message(5, Proto().text(1, "me").text(2, ""))
                          .message(6, Proto().number(1, 1'795'255'200).number(2, 999))
                          .message(7, Proto())
                          .number(8, 2)
                          .text(9, "Normal")
                          .message(10, Proto().number(1, 1'795'255'200).number(2, 120'456'789))
                          .message(11, Proto().number(1, 5).message(2, Proto().number(1, 1)))
                          .text(14, "me");
  EXPECT_EQ(
      decoded("v1", "Event", event),
      R"({"apiVersion":"v1","count":2,"eventTime":"2026-11-21T10:00:00.120456Z","firstTimestamp":"2026-11-21T10:00:00Z",)"
      R"("involvedObject":{"kind":"Cluster","name":"c"},"kind":"Event","message":"it happened","reason":"R","reportingComponent":"me",)"
      R"("series":{"count":5,"lastObservedTime":"1970-01-01T00:00:01.000000Z"},"source":{"component":"me"},"type":"Normal"})");
}

TEST(ProtobufDecoder, ReadsALeaseThatIsGivenUp) {
  EXPECT_EQ(
      decoded("coordination.k8s.io/v1", "Lease",
              Proto().message(2, Proto().text(1, "").number(2, 1).message(4, Proto().number(1, 1)).number(5, 0))),
      R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","spec":{"holderIdentity":"","leaseDurationSeconds":1,"leaseTransitions":0,"renewTime":"1970-01-01T00:00:01.000000Z"}})");
}

TEST(ProtobufDecoder, ReadsReviews) {
  const Proto attributes = Proto().text(1, "ns").text(2, "get").text(3, "").text(4, "").text(5, "secrets");
  EXPECT_EQ(
      decoded("authorization.k8s.io/v1", "SelfSubjectAccessReview", Proto().message(2, Proto().message(1, attributes))),
      R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"namespace":"ns","resource":"secrets","verb":"get"}}})");
  EXPECT_EQ(
      decoded("authorization.k8s.io/v1", "SelfSubjectAccessReview",
              Proto().message(2, Proto().message(2, Proto().text(1, "/metrics").text(2, "get")))),
      R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"nonResourceAttributes":{"path":"/metrics","verb":"get"}}})");
  EXPECT_EQ(decoded("authorization.k8s.io/v1", "SelfSubjectRulesReview", Proto().message(2, Proto().text(1, "ns"))),
            R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectRulesReview","spec":{"namespace":"ns"}})");
  EXPECT_EQ(decoded("authentication.k8s.io/v1", "SelfSubjectReview", Proto().message(1, Proto()).message(2, Proto())),
            R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})");
  EXPECT_EQ(
      decoded("authentication.k8s.io/v1", "TokenReview", Proto().message(2, Proto().text(1, "t").text(2, "aud"))),
      R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"audiences":["aud"],"token":"t"}})");
}

TEST(ProtobufDecoder, ReadsTheExtrasOfAnAccessReview) {
  const Proto extra = Proto().text(1, "scopes").message(2, Proto().text(1, "a").text(1, ""));
  EXPECT_EQ(
      decoded("authorization.k8s.io/v1", "SubjectAccessReview",
              Proto().message(2, Proto().text(3, "u").text(4, "g1").text(4, "g2").message(5, extra).text(6, "id"))),
      R"({"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"extra":{"scopes":["a",""]},"groups":["g1","g2"],"uid":"id","user":"u"}})");
}

TEST(ProtobufDecoder, ReadsOptionsOfADeletionOfAnyGroup) {
  const Proto options =
      Proto().number(1, 0).message(2, Proto().text(1, "u")).number(3, 0).text(4, "Background").text(5, "All");
  for (const char* version : {"v1", "kubermatic.k8c.io/v1", "meta.k8s.io/v1"}) {
    EXPECT_THAT(
        decoded(version, "DeleteOptions", options),
        HasSubstr(
            R"("dryRun":["All"],"gracePeriodSeconds":0,"kind":"DeleteOptions","orphanDependents":false,"preconditions":{"uid":"u"},"propagationPolicy":"Background")"));
  }
}

TEST(ProtobufDecoder, SkipsFieldsItDoesNotKnow) {
  const Proto unknown = Proto().text(99, "x").number(98, 5).text(3, "Opaque");
  EXPECT_EQ(decoded("v1", "Secret", unknown), R"({"apiVersion":"v1","kind":"Secret","type":"Opaque"})");
}

TEST(ProtobufDecoder, JoinsAMessageInTwoPieces) {
  EXPECT_EQ(decoded("v1", "Secret", Proto().message(1, Proto().text(1, "a")).message(1, Proto().text(3, "ns"))),
            R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"ns"}})");
}

TEST(ProtobufDecoder, KnowsNegativeNumbers) {
  EXPECT_THAT(decoded("v1", "Event", Proto().number(8, -3)), HasSubstr(R"("count":-3)"));
}

TEST(ProtobufDecoder, RefusesKindsItDoesNotKnow) {
  for (const auto& [version, kind] : std::vector<std::pair<std::string, std::string>>{
           {"v1", "Pod"}, {"events.k8s.io/v1", "Event"}, {"kubermatic.k8c.io/v1", "EtcdBackupConfig"}, {"", ""}}) {
    EXPECT_THAT(decoded(version, kind, Proto()), HasSubstr("is not understood in protobuf")) << kind;
  }
}

TEST(ProtobufDecoder, RefusesWhatIsDamaged) {
  const std::string envelope = proto_body("v1", "Secret", Proto());
  EXPECT_THAT(decoded(""), HasSubstr("does not begin with"));
  EXPECT_THAT(decoded("{}"), HasSubstr("does not begin with"));
  EXPECT_THAT(decoded(std::string("k8s\0\x07", 5)), HasSubstr("the envelope is damaged"));
  EXPECT_THAT(decoded(envelope.substr(0, envelope.size() - 1)), HasSubstr("the envelope is damaged"));
  EXPECT_THAT(decoded("v1", "Secret", Proto().number(3, 1)), HasSubstr("type has the wrong wire type"));
  EXPECT_THAT(decoded("v1", "Secret", Proto().text(1, "\x0a\x7f")), HasSubstr("a message is damaged"));
  EXPECT_THAT(decoded("v1", "Secret", Proto().text(2, "\x0a\x7f")), HasSubstr("data is damaged"));
  EXPECT_THAT(decoded("v1", "Secret", Proto().text(3, "\xff")), HasSubstr("type is not UTF-8"));
  EXPECT_THAT(decoded("v1", "Secret", Proto().entry(4, "\xff", "")), HasSubstr("stringData is not UTF-8"));
}

TEST(ProtobufDecoder, RefusesABodyThatIsEncodedOnceMore) {
  const std::string body = std::string("k8s\0", 4) + Proto().text(3, "gzip").bytes();
  EXPECT_THAT(decoded(body), HasSubstr("encoded once more"));
}

TEST(ProtobufDecoder, RefusesTimesThatCannotBeWritten) {
  for (const auto& [seconds, nanos] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {253'402'300'800, 0}, {-62'135'596'801, 0}, {INT64_MAX, 0}, {INT64_MIN, 0}, {1, -1}, {1, 1'000'000'000}}) {
    EXPECT_THAT(decoded("v1", "Event", Proto().message(6, Proto().number(1, seconds).number(2, nanos))),
                HasSubstr("firstTimestamp is no time"))
        << seconds;
  }
  EXPECT_THAT(decoded("v1", "Event", Proto().message(6, Proto().number(1, 253'402'300'799))),
              HasSubstr("9999-12-31T23:59:59Z"));
}

TEST(ProtobufDecoder, RefusesMoreValuesThanItMayMake) {
  Proto metadata;
  for (std::size_t i = 0; i <= kMaxProtobufValues; ++i) {
    metadata.text(14, "");
  }
  EXPECT_THAT(decoded("v1", "Secret", Proto().message(1, metadata)), HasSubstr("more than 200000 values"));
}

TEST(ProtobufDecoder, ShowsNoValueInItsErrors) {
  EXPECT_THAT(decoded("v1", "Secret", Proto().entry(4, "password", "hunter2\xff")), Not(HasSubstr("hunter2")));
}

RC_GTEST_PROP(ProtobufDecoder, KeepsEveryByteOfEveryValueOfASecret, ()) {
  const auto data = *rc::gen::container<std::map<std::string, std::string>>(
      rc::gen::container<std::string>(rc::gen::inRange('a', 'z')), rc::gen::arbitrary<std::string>());
  Proto secret;
  for (const auto& [key, value] : data) {
    secret.entry(2, key, value);
  }
  const auto object = decode_protobuf(as_bytes(proto_body("v1", "Secret", secret)));
  RC_ASSERT(object.has_value());
  const json::Value* read = object->get_object().if_contains("data");
  RC_ASSERT((read == nullptr ? 0 : read->get_object().size()) == data.size());
  for (const auto& [key, value] : data) {
    Bytes bytes;
    RC_ASSERT(from_base64(read->get_object().at(key).get_string(), true, bytes));
    RC_ASSERT(as_text(bytes) == value);
  }
}

RC_GTEST_PROP(ProtobufDecoder, FailsCleanlyOnEveryCutAndFlippedBody, ()) {
  const Proto metadata = Proto().text(1, "n").entry(11, "l", "v").message(8, Proto().number(1, 5)).text(14, "f");
  std::string body = proto_body("v1", "Secret", Proto().message(1, metadata).entry(2, "k", "v").number(5, 1));
  body.resize(*rc::gen::inRange<std::size_t>(0, body.size() + 1));
  if (!body.empty()) body[*rc::gen::inRange<std::size_t>(0, body.size())] = *rc::gen::arbitrary<char>();
  const auto object = decode_protobuf(as_bytes(body));
  if (!object) RC_ASSERT(object.error().code == 400);
}

}  // namespace
}  // namespace holdfast::api
