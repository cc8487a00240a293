#include "control/retention/preview.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "control/retention/rules.h"

namespace holdfast::control {
namespace {

using Indices = std::vector<std::size_t>;

bool has(const Indices& indices, std::size_t index) {
  return std::find(indices.begin(), indices.end(), index) != indices.end();
}

Indices without(const Indices& from, const Indices& others) {
  Indices left;
  std::copy_if(from.begin(), from.end(), std::back_inserter(left),
               [&](std::size_t each) { return !has(others, each); });
  return left;
}

std::string counted(std::size_t count) {
  return count == 1 ? "1 backup" : fmt::format("{} backups", count);
}

std::string named(const Indices& indices, std::span<const std::string> names) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < indices.size() && i < kMostNamedInPreview; ++i)
    shown.push_back(names[indices[i]]);
  std::string text = fmt::format("{}", fmt::join(shown, ", "));
  if (indices.size() > shown.size()) text += fmt::format(" and {} more", indices.size() - shown.size());
  return text;
}

}  // namespace

RetentionPreview preview(const RetentionPolicy* now_is, const RetentionPolicy& wanted,
                         std::span<const BackupFacts> backups, Instant now) {
  RetentionPreview result;
  result.removed = decide(wanted, backups, now).removals;
  const Indices already = now_is == nullptr ? Indices() : decide(*now_is, backups, now).removals;
  result.newly = without(result.removed, already);
  result.spared = without(already, result.removed);
  return result;
}

std::vector<std::string> preview_in_words(const RetentionPreview& preview, const RetentionPolicy& wanted,
                                          std::span<const std::string> names) {
  std::vector<std::string> lines;
  if (!preview.newly.empty()) {
    lines.push_back(fmt::format("would remove {}: {} (beyond {})", counted(preview.newly.size()),
                                named(preview.newly, names), rules_in_words(wanted)));
  }
  const Indices already = without(preview.removed, preview.newly);
  if (!already.empty()) {
    lines.push_back(fmt::format("{} {} already by what is set now: {}", counted(already.size()),
                                already.size() == 1 ? "goes" : "go", named(already, names)));
  }
  if (!preview.spared.empty())
    lines.push_back(fmt::format("would spare {}: {}", counted(preview.spared.size()), named(preview.spared, names)));
  return lines;
}

}  // namespace holdfast::control
