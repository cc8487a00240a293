#include "snapshot/keys/change_groups.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kMaxShown = 300;

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '\\';
}

}  // namespace

void count_change(ChangeCounts& counts, Change change) {
  switch (change) {
    case Change::vanishing:
      ++counts.vanishing;
      return;
    case Change::returning:
      ++counts.returning;
      return;
    case Change::reverting:
      ++counts.reverting;
      return;
  }
}

std::string shown(std::string_view key) {
  const bool cut = key.size() > kMaxShown;
  if (cut) key = key.substr(0, kMaxShown);
  const bool text = is_utf8(key);
  std::string out;
  for (const char c : key) {
    const bool letter = is_plain(c) || (text && static_cast<unsigned char>(c) >= 0x80);
    out += letter ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return cut ? out + "…" : out;
}

void PrefixGroups::add(std::string_view prefix, Change change) {
  while (!open_.empty() && !prefix.starts_with(open_.back().prefix))
    close();
  if (open_.empty() || open_.back().prefix != prefix) open_.push_back({.prefix = std::string(prefix), .counts = {}});
  count_change(open_.back().counts, change);
}

void PrefixGroups::close() {
  largest_.add({.name = shown(open_.back().prefix), .counts = open_.back().counts});
  open_.pop_back();
}

CountsByName PrefixGroups::take() {
  while (!open_.empty())
    close();
  CountsByName counts{.largest = largest_.take(), .others = {}};
  counts.others = largest_.others();
  return counts;
}

std::string_view prefix_of(std::string_view key) {
  const std::size_t first = key.find('/', 1);
  if (first == std::string_view::npos) return key.substr(0, key.starts_with('/') ? 1 : 0);
  const std::size_t second = key.find('/', first + 1);
  return key.substr(0, (second == std::string_view::npos ? first : second) + 1);
}

void ObjectGroups::add(const ObjectName& object, Change change) {
  if (object.directory != directory_) {
    close();
    directory_ = object.directory;
    kind_.resource = shown(resource_of(object.directory, object.root));
    namespaces_ = PrefixGroups(limits_.namespaces);
  }
  count_change(kind_.counts, change);
  if (!object.name_space.empty()) namespaces_.add(object.name_space, change);
  NameList& names = change == Change::vanishing   ? kind_.vanishing
                    : change == Change::returning ? kind_.returning
                                                  : kind_.reverting;
  if (names.first.size() == limits_.names) {
    ++names.others;
    return;
  }
  names.first.push_back(object.name_space.empty() ? shown(object.name)
                                                  : fmt::format("{}/{}", shown(object.name_space), shown(object.name)));
}

void ObjectGroups::close() {
  if (directory_.empty()) return;
  kind_.namespaces = namespaces_.take();
  largest_.add(std::move(kind_));
  kind_ = {};
  directory_.clear();
}

std::vector<ObjectChanges> ObjectGroups::take() {
  close();
  return largest_.take();
}

}  // namespace holdfast::snapshot
