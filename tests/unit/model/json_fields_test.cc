#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "model/json.h"

namespace holdfast::json {
namespace {

class JsonFields : public testing::Test {
 protected:
  const Object object_ =
      parse(R"({"text": "x", "small": 7, "negative": -7, "large": 18446744073709551615, "fraction": 1.5,
                                   "yes": true, "object": {"a": 1}, "list": [1, 2], "nothing": null})",
            kMiB)
          .value()
          .get_object();
};

TEST_F(JsonFields, GivesWhatIsThere) {
  EXPECT_EQ(get_string(object_, "text").value(), "x");
  EXPECT_EQ(get_uint(object_, "small").value(), 7U);
  EXPECT_EQ(get_uint(object_, "large").value(), ~0ULL);
  EXPECT_EQ(get_int(object_, "negative").value(), -7);
  EXPECT_TRUE(get_bool(object_, "yes").value());
  EXPECT_EQ(get_object(object_, "object").value().size(), 1U);
  EXPECT_EQ(get_array(object_, "list").value().size(), 2U);
  EXPECT_TRUE(has(object_, "nothing"));
  EXPECT_FALSE(has(object_, "none"));
}

TEST_F(JsonFields, NamesTheMemberThatIsMissing) {
  const Error error = get_string(object_, "none").error();
  EXPECT_EQ(error.code, Code::corrupt);
  EXPECT_EQ(error.message, "member \"none\" is missing");
}

TEST_F(JsonFields, NamesTheMemberOfAnotherKind) {
  EXPECT_EQ(get_string(object_, "small").error().message, "member \"small\" is not a string");
  EXPECT_EQ(get_uint(object_, "negative").error().message, "member \"negative\" is not a whole number of at least 0");
  EXPECT_EQ(get_uint(object_, "fraction").error().message, "member \"fraction\" is not a whole number of at least 0");
  EXPECT_EQ(get_int(object_, "large").error().message, "member \"large\" is not a whole number");
  EXPECT_EQ(get_bool(object_, "nothing").error().message, "member \"nothing\" is not true or false");
  EXPECT_EQ(get_object(object_, "list").error().message, "member \"list\" is not an object");
  EXPECT_EQ(get_array(object_, "object").error().message, "member \"object\" is not a list");
}

}  // namespace
}  // namespace holdfast::json
