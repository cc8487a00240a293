// What a change of policy would do to the backups that are there; for people, before it is done.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "control/retention/decide.h"

namespace holdfast::control {

struct RetentionPreview {
  std::vector<std::size_t> removed;  // indices of those that would go, the oldest first
  // Of these, those that the policy there is now would keep: what the change is to blame for. The same order.
  std::vector<std::size_t> newly;
  std::vector<std::size_t> spared;  // that would go by the policy there is now, and stay by the new one; oldest first
};

// `now_is`: the policy the backups are under now; null when there is none yet.
RetentionPreview preview(const RetentionPolicy* now_is, const RetentionPolicy& wanted,
                         std::span<const BackupFacts> backups, Instant now);

// A sentence for each kind of change: "would remove 3 backups: a, b, c (beyond keep 2)", "2 backups go already by what
// is set now: d, e", "would spare 1 backup: f". None when nothing goes and nothing is spared. `names` are what people
// know the backups by, one for each; at most so many are named in a sentence.
constexpr std::size_t kMostNamedInPreview = 5;
std::vector<std::string> preview_in_words(const RetentionPreview& preview, const RetentionPolicy& wanted,
                                          std::span<const std::string> names);

}  // namespace holdfast::control
