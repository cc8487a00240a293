#include "server/openapi_protobuf.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace holdfast::server {
namespace {

std::string hex_of(std::string_view document) {
  return to_hex(as_bytes(openapi_protobuf(json::parse(document, kMiB).value())));
}

// The texts of the messages, as they stand in the bytes.
bool says(std::string_view document, std::string_view text) {
  return openapi_protobuf(json::parse(document, kMiB).value()).find(text) != std::string::npos;
}

TEST(OpenApiProtobuf, OfNothingIsVersionAndInfo) {
  EXPECT_EQ(hex_of(R"({"swagger":"2.0","info":{"title":"t","version":"v"}})"),
            "0a03322e3012060a01741201"
            "76");
}

TEST(OpenApiProtobuf, ADefinitionHasTypeAndFields) {
  const std::string type_object = "b201080a066f626a656374";                          // type { "object" }
  const std::string field = "0a100a0166120bb201080a06737472696e67";                  // "f": type { "string" }
  const std::string definition = "0a250a01441220" + type_object + "ca0112" + field;  // "D"

  EXPECT_EQ(hex_of(R"({"definitions":{"D":{"type":"object","properties":{"f":{"type":"string"}}}}})"),
            "1200"
            "4a27" +
                definition);
}

TEST(OpenApiProtobuf, NothingIsSaidOfWhatMayHoldAnything) {
  const std::string_view open =
      R"({"definitions":{"D":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"inner":{}}}}})";

  EXPECT_FALSE(says(open, "inner"));
  EXPECT_FALSE(says(open, "object"));
}

TEST(OpenApiProtobuf, APatchNamesItsKindAndParameters) {
  const std::string_view document =
      R"({"paths":{"/p":{"patch":{"parameters":[{"in":"query","name":"dryRun"},{"in":"path","name":"name"}],)"
      R"("x-kubernetes-group-version-kind":{"group":"","kind":"K","version":"v1"}}},"/q":{"get":{}}}})";

  EXPECT_TRUE(says(document, "dryRun"));
  EXPECT_TRUE(says(document, R"({"group":"","kind":"K","version":"v1"})"));
  EXPECT_TRUE(says(document, "/p"));
  EXPECT_FALSE(says(document, "/q"));
}

}  // namespace
}  // namespace holdfast::server
