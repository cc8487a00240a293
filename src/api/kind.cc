#include "api/kind.h"

#include <algorithm>

#include "api/kind_file.h"
#include "api/yaml.h"
#include "base/bytes.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kLargestFile = kMiB;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

Result<json::Object> shared_members() {
  for (const KindFile& file : kind_files()) {
    if (file.name != kSharedFile) continue;
    HF_ASSIGN(const json::Value value, parse_yaml(file.text, kLargestFile));
    if (value.is_object()) return value.get_object();
  }
  return fail(Code::corrupt, "there is no {}", kSharedFile);
}

Result<Kind> load_kind(const KindFile& file, const json::Object& shared) {
  const auto document = parse_yaml(file.text, kLargestFile);
  if (!document) return in_context(document.error(), "{}", file.name);
  auto kind = parse_kind(*document, shared);
  if (!kind) return in_context(std::move(kind).error(), "{}", file.name);
  return kind;
}

bool is_called(const Kind& kind, const std::string& word) {
  return word == kind.plural || word == kind.singular || word == lower_case(kind.kind) ||
         std::find(kind.short_names.begin(), kind.short_names.end(), word) != kind.short_names.end();
}

// Is `rest`, what stands behind the first dot of a word, this kind's group or version and group?
bool is_of_group(const Kind& kind, const std::string& rest) {
  const GroupVersion& own = kind.group_version;
  return rest == own.group || rest == own.version + "." + own.group;
}

}  // namespace

std::string GroupVersion::to_string() const {
  return group.empty() ? version : group + "/" + version;
}

std::string Kind::qualified_plural() const {
  return group_version.group.empty() ? plural : plural + "." + group_version.group;
}

bool Kind::can(std::string_view verb) const {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

Result<Kinds> Kinds::load() {
  HF_ASSIGN(const json::Object shared, shared_members());
  Kinds kinds;
  for (const KindFile& file : kind_files()) {
    if (file.name == kSharedFile) continue;
    HF_ASSIGN(Kind kind, load_kind(file, shared));
    kinds.kinds_.push_back(std::move(kind));
  }
  return kinds;
}

const Kind* Kinds::find(std::string_view group, std::string_view version, std::string_view plural) const {
  for (const Kind& kind : kinds_) {
    if (kind.plural == plural && kind.group_version.version == version && kind.group_version.group == group)
      return &kind;
  }
  return nullptr;
}

const Kind* Kinds::find_kind(std::string_view api_version, std::string_view name) const {
  for (const Kind& kind : kinds_) {
    if (kind.kind == name && kind.group_version.to_string() == api_version) return &kind;
  }
  return nullptr;
}

const Kind* Kinds::find_word(std::string_view word) const {
  const std::string lower = lower_case(word);
  const std::size_t dot = lower.find('.');
  for (const Kind& kind : kinds_) {
    if (!is_called(kind, lower.substr(0, dot))) continue;
    if (dot == std::string::npos || is_of_group(kind, lower.substr(dot + 1))) return &kind;
  }
  return nullptr;
}

std::vector<GroupVersion> Kinds::group_versions() const {
  std::vector<GroupVersion> all;
  for (const Kind& kind : kinds_) {
    if (std::find(all.begin(), all.end(), kind.group_version) == all.end()) all.push_back(kind.group_version);
  }
  return all;
}

}  // namespace holdfast::api
