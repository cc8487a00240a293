#include "control/retention/preview.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unit/control/times.h"

namespace holdfast::control {
namespace {

using Lines = std::vector<std::string>;

const Instant kNow = at("2026-11-21T12:00:00Z");

// One good backup a day, "b0" is today's.
std::vector<BackupFacts> daily(int count) {
  std::vector<BackupFacts> backups;
  for (int i = 0; i < count; ++i)
    backups.push_back({.name = fmt::format("b{}", i), .slot = at("2026-11-21T01:00:00Z") - std::chrono::days(i)});
  return backups;
}

Lines words(const RetentionPolicy* now_is, const RetentionPolicy& wanted, const std::vector<BackupFacts>& backups) {
  Lines names;
  for (const BackupFacts& each : backups)
    names.push_back(each.name);
  return preview_in_words(preview(now_is, wanted, backups, kNow), wanted, names);
}

TEST(RetentionPreview, SaysWhatAChangeWouldRemoveOldestFirst) {
  const RetentionPolicy five{.keep = 5};

  EXPECT_EQ(words(&five, {.keep = 2}, daily(5)), Lines{"would remove 3 backups: b4, b3, b2 (beyond keep 2)"});
}

TEST(RetentionPreview, SaysNothingWhenNothingGoes) {
  const RetentionPolicy five{.keep = 5};

  EXPECT_EQ(words(&five, {.keep = 7}, daily(5)), Lines{});
  EXPECT_EQ(words(nullptr, {}, {}), Lines{});
}

TEST(RetentionPreview, TellsApartWhatGoesAnyway) {
  const RetentionPolicy four{.keep = 4};

  EXPECT_EQ(words(&four, {.keep = 3}, daily(5)),
            (Lines{"would remove 1 backup: b3 (beyond keep 3)", "1 backup goes already by what is set now: b4"}));
}

TEST(RetentionPreview, SaysWhatIsSpared) {
  const RetentionPolicy two{.keep = 2};

  EXPECT_EQ(words(&two, {.keep = 4}, daily(4)), Lines{"would spare 2 backups: b3, b2"});
}

TEST(RetentionPreview, ProtectedOnesAreNotNamed) {
  std::vector<BackupFacts> backups = daily(4);
  backups[3].pinned = true;
  backups[2].locked_until = kNow + Seconds(60);

  EXPECT_EQ(words(nullptr, {.keep = 1}, backups), Lines{"would remove 1 backup: b1 (beyond keep 1)"});
}

TEST(RetentionPreview, NamesAFewOfMany) {
  EXPECT_EQ(words(nullptr, {.keep = 1}, daily(9)),
            Lines{"would remove 8 backups: b8, b7, b6, b5, b4 and 3 more (beyond keep 1)"});
}

TEST(RetentionPreview, AddsUp) {
  EXPECT_TRUE(rc::check("adds up", [] {
    const auto backups = daily(*rc::gen::inRange(0, 30));
    const RetentionPolicy before{.keep = *rc::gen::inRange<std::int64_t>(0, 30)};
    const RetentionPolicy wanted{.keep = *rc::gen::inRange<std::int64_t>(0, 30)};

    const RetentionPreview seen = preview(&before, wanted, backups, kNow);

    RC_ASSERT(seen.removed == decide(wanted, backups, kNow).removals);
    RC_ASSERT(seen.newly.empty() || seen.spared.empty());  // one number cannot keep both more and less
    RC_ASSERT(seen.removed.size() + seen.spared.size() ==
              decide(before, backups, kNow).removals.size() + seen.newly.size());
  }));
}

}  // namespace
}  // namespace holdfast::control
