// docs/schedules.md says what the code does.
#include "unit/control/document_tables.h"
#include "unit/control/times.h"

#include "control/schedule/backup_name.h"
#include "control/schedule/checks.h"
#include "control/schedule/describe.h"
#include "control/schedule/firing.h"
#include "control/schedule/slot.h"

namespace holdfast::control {
namespace {

constexpr const char* kDocument = "schedules.md";

std::string text_or_nothing(std::optional<Instant> instant) {
  return instant ? format_instant(*instant) : "";
}

TEST(ScheduleDocument, WordsAndNextSlotsAreRight) {
  for (const TableRow& row : document_rows(kDocument, {"schedule", "in words", "after", "next"})) {
    const Schedule parsed = schedule(row[0]);
    EXPECT_EQ(describe(parsed), row[1]);
    EXPECT_EQ(text_of(next_after(parsed, at(row[2]))), row[3]) << row[0];
  }
}

TEST(ScheduleDocument, ChangesOfClocksAreRight) {
  for (const TableRow& row : document_rows(kDocument, {"schedule", "after", "next"}))
    EXPECT_EQ(text_of(next_after(schedule(row[0]), at(row[1]))), row[2]) << row[0];
}

std::string refusal(const std::string& text) {
  const auto parsed = parse_schedule(text);
  if (!parsed) return parsed.error().message;
  for (const Status& status : {check_fires(*parsed), check_interval(*parsed)}) {
    if (!status) return status.error().message;
  }
  return "accepted";
}

TEST(ScheduleDocument, RefusalsAreRight) {
  for (const TableRow& row : document_rows(kDocument, {"schedule", "why"}))
    EXPECT_EQ(refusal(row[0]), row[1]) << row[0];
}

TEST(ScheduleDocument, WhatIsDueIsRight) {
  for (const TableRow& row :
       document_rows(kDocument, {"schedule", "created", "last slot", "now", "due", "look again"})) {
    std::optional<Schedule> plan;
    if (!row[0].empty()) plan = schedule(row[0]);
    std::vector<Instant> known;
    if (!row[2].empty()) known.push_back(at(row[2]));
    const SlotDecision decision =
        next_slot({.schedule = plan ? &*plan : nullptr, .created = at(row[1]), .known_slots = known}, at(row[3]));
    EXPECT_EQ(decision.due ? format_instant(decision.due->slot) : "", row[4]) << row[0];
    EXPECT_EQ(text_or_nothing(decision.look_again), row[5]) << row[0];
  }
}

TEST(ScheduleDocument, NamesAreRight) {
  for (const TableRow& row : document_rows(kDocument, {"name", "config", "slot", "suffix"})) {
    const auto parsed = parse_backup_name(row[0]);
    ASSERT_TRUE(parsed) << row[0];
    EXPECT_EQ(parsed->config, row[1]);
    EXPECT_EQ(text_or_nothing(parsed->slot), row[2]);
    EXPECT_EQ(parsed->suffix, row[3]);
  }
}

}  // namespace
}  // namespace holdfast::control
