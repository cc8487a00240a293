// Keys, names and suffixes of stored snapshots. Pure functions over text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pipeline/filter.h"

namespace holdfast::repository {

constexpr std::string_view kManifestSuffix = ".manifest.json";

// How an object says of itself, by its suffix, that it is stored.
struct StoredForm {
  pipeline::Compression compression = pipeline::Compression::none;
  bool encrypted = false;
  bool operator==(const StoredForm&) const = default;
};

// ".db", ".db.zst", ".db.gz", each with ".age" when encrypted.
std::string suffix_of(const StoredForm& form);

// Splits "nightly.db.zst.age" into "nightly" and its form. No form when the text ends in none of the suffixes.
struct SplitName {
  std::string name;
  std::optional<StoredForm> form;
};
SplitName split_name(std::string_view file_name);

// "a/b/c" -> folder "a/b/", last segment "c".
std::string folder_of(std::string_view key);
std::string last_segment(std::string_view key);

std::string manifest_key(std::string_view object_key);
// The object's key of a manifest's key; no value when it is not one.
std::optional<std::string> object_key_of_manifest(std::string_view key);

// Code::usage when a backup cannot have this name: empty, over 255 bytes, control characters, "." or "..", a '/'.
Status check_name(std::string_view name);

}  // namespace holdfast::repository
