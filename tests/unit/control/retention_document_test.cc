// docs/retention.md says what the code does.
#include <fmt/ranges.h>

#include "unit/control/document_tables.h"
#include "unit/control/times.h"

#include "control/retention/decide.h"

namespace holdfast::control {
namespace {

BackupFacts backup(const TableRow& row) {
  const std::string& state = row[2];
  BackupFacts facts{.name = row[0], .slot = at(row[1])};
  facts.state = state == "failed"    ? BackupState::failed
                : state == "running" ? BackupState::running
                : state == "foreign" ? BackupState::foreign
                                     : BackupState::good;
  facts.pinned = state == "good, pinned";
  facts.in_use = state == "good, in use";
  if (state == "good, locked") facts.locked_until = at("2026-12-01T00:00:00Z");
  return facts;
}

std::string outcome(Fate fate) {
  return fate == Fate::keep ? "keep" : fate == Fate::remove ? "remove" : "not counted";
}

TEST(RetentionDocument, TheExampleIsRight) {
  const auto rows = document_rows("retention.md", {"backup", "slot", "state", "outcome", "why"});
  std::vector<BackupFacts> backups;
  for (const TableRow& row : rows)
    backups.push_back(backup(row));

  const RetentionDecision decision = decide({.keep = 3, .keep_weekly = 2}, backups, at("2026-11-21T12:00:00Z"));

  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(outcome(decision.verdicts[i].fate), rows[i][3]) << rows[i][0];
    EXPECT_EQ(fmt::format("{}", fmt::join(decision.verdicts[i].reasons, ", ")), rows[i][4]) << rows[i][0];
  }
}

}  // namespace
}  // namespace holdfast::control
