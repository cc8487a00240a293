#include "api/select/watch_transition.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace holdfast::api {
namespace {

json::Value labelled(std::string_view value) {
  return json::Object{{"metadata", json::Object{{"name", "a"}, {"labels", json::Object{{"app", value}}}}}};
}

Selectors app_x() {
  return {.labels = *LabelSelector::parse("app=x"), .fields = {}};
}

TEST(WatchTransition, OfANewObjectIsAdded) {
  const json::Value now = labelled("x");
  EXPECT_EQ(watch_transition(nullptr, &now, app_x()), WatchEvent::added);
}

TEST(WatchTransition, OfAnObjectThatMatchedAndMatchesIsModified) {
  const json::Value object = labelled("x");
  EXPECT_EQ(watch_transition(&object, &object, app_x()), WatchEvent::modified);
}

TEST(WatchTransition, OfAnObjectThatComesToMatchIsAdded) {
  const json::Value old = labelled("y");
  const json::Value now = labelled("x");
  EXPECT_EQ(watch_transition(&old, &now, app_x()), WatchEvent::added);
}

TEST(WatchTransition, OfAnObjectThatCeasesToMatchIsDeleted) {
  const json::Value old = labelled("x");
  const json::Value now = labelled("y");
  EXPECT_EQ(watch_transition(&old, &now, app_x()), WatchEvent::deleted);
}

TEST(WatchTransition, OfARemovedObjectIsDeletedOnlyForThoseWhoSawIt) {
  const json::Value seen = labelled("x");
  const json::Value unseen = labelled("y");
  EXPECT_EQ(watch_transition(&seen, nullptr, app_x()), WatchEvent::deleted);
  EXPECT_EQ(watch_transition(&unseen, nullptr, app_x()), std::nullopt);
}

TEST(WatchTransition, OfAnObjectThatNeverMatchesIsNothing) {
  const json::Value old = labelled("y");
  const json::Value now = labelled("z");
  EXPECT_EQ(watch_transition(&old, &now, app_x()), std::nullopt);
}

TEST(WatchTransition, NeedsBothSelectorsToMatch) {
  const json::Value now = labelled("x");
  const Selectors other{.labels = *LabelSelector::parse("app=x"),
                        .fields = *FieldSelector::parse("metadata.name=b", {})};
  EXPECT_EQ(watch_transition(nullptr, &now, other), std::nullopt);
}

TEST(WatchTransition, NamesEventsAsClientsKnowThem) {
  EXPECT_EQ(watch_event_name(WatchEvent::added), "ADDED");
  EXPECT_EQ(watch_event_name(WatchEvent::modified), "MODIFIED");
  EXPECT_EQ(watch_event_name(WatchEvent::deleted), "DELETED");
}

// A watcher that follows the events has at every moment what a list would show.
RC_GTEST_PROP(WatchTransition, KeepsAWatcherAsWellInformedAsAList, ()) {
  std::optional<json::Value> object;
  bool known = false;
  for (int i = 0; i < 20; ++i) {
    const auto before = object;
    const int choice = *rc::gen::inRange(0, 3);
    object = choice == 0 ? std::nullopt : std::optional(labelled(choice == 1 ? "x" : "y"));
    const auto event = watch_transition(before ? &*before : nullptr, object ? &*object : nullptr, app_x());
    if (event == WatchEvent::modified || event == WatchEvent::deleted) RC_ASSERT(known);
    if (event == WatchEvent::added) RC_ASSERT(!known);
    if (event) known = *event != WatchEvent::deleted;
    RC_ASSERT(known == (object && app_x().matches(*object)));
  }
}

}  // namespace
}  // namespace holdfast::api
