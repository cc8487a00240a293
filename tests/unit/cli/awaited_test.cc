#include <gmock/gmock.h>

#include "cli/resources/wait_for.h"

namespace holdfast::cli {
namespace {

bool holds(std::string_view what, std::string_view text) {
  const auto awaited = Awaited::parse(what);
  EXPECT_TRUE(awaited) << what;
  const auto object = json::parse(text, 2000);
  EXPECT_TRUE(object) << text;
  return awaited && object && awaited->holds(*object);
}

constexpr const char* kReady =
    R"({"metadata":{"generation":2},"spec":{"keep":5},"status":{"phase":"Done","conditions":[
        {"type":"Ready","status":"True","observedGeneration":2},{"type":"Late","status":"False"},
        {"type":"Old","status":"True","observedGeneration":1}]}})";

TEST(Awaited, conditions_have_a_value) {
  EXPECT_TRUE(holds("condition=Ready", kReady));
  EXPECT_TRUE(holds("condition=ready=true", kReady));
  EXPECT_FALSE(holds("condition=Late", kReady));
  EXPECT_TRUE(holds("condition=Late=False", kReady));
  EXPECT_FALSE(holds("condition=Other", kReady));
  EXPECT_FALSE(holds("condition=Ready", "{}"));
}

TEST(Awaited, conditions_of_an_older_generation_do_not_count) {
  EXPECT_FALSE(holds("condition=Old", kReady));
}

TEST(Awaited, paths_lead_to_a_value_or_to_anything) {
  EXPECT_TRUE(holds("jsonpath={.spec.keep}=5", kReady));
  EXPECT_FALSE(holds("jsonpath={.spec.keep}=6", kReady));
  EXPECT_TRUE(holds("jsonpath=.status.phase=Done", kReady));
  EXPECT_TRUE(holds("jsonpath={.status.conditions[?(@.type==\"Late\")].status}=False", kReady));
  EXPECT_TRUE(holds("jsonpath={.status.phase}", kReady));
  EXPECT_FALSE(holds("jsonpath={.status.missing}", kReady));
}

TEST(Awaited, a_deletion_never_holds) {
  EXPECT_TRUE(Awaited::parse("delete")->deletion());
  EXPECT_FALSE(holds("delete", kReady));
}

TEST(Awaited, other_words_are_refused) {
  for (const char* text : {"", "create", "condition=", "jsonpath={.a"})
    EXPECT_EQ(Awaited::parse(text).error().code, Code::usage) << text;
}

}  // namespace
}  // namespace holdfast::cli
