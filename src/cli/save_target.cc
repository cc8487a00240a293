#include "cli/save_target.h"

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "repository/naming.h"

namespace holdfast::cli {
namespace {

using pipeline::Compression;
using repository::Place;
using repository::SplitName;
using repository::StoredForm;

std::string with_key(const Place& place, std::string key) {
  Place other = place;
  other.key = std::move(key);
  return other.to_string();
}

// What the name says must be what the flags say.
Status check_form(const Place& place, const std::string& key, const SplitName& split, const StoredForm& wanted) {
  if (*split.form == wanted) return {};
  const std::string fitting = repository::folder_of(key) + split.name + repository::suffix_of(wanted);
  const std::string hint = fmt::format("name it {}", with_key(place, fitting));
  if (split.form->encrypted && !wanted.encrypted) {
    return with_hint(
        fail(Code::usage, "{} promises an encrypted snapshot, but nobody could open it", repository::last_segment(key)),
        "give --recipient, or leave .age out of the name");
  }
  if (!split.form->encrypted && wanted.encrypted) {
    return with_hint(
        fail(Code::usage, "the snapshot will be encrypted, but {} does not end in .age", repository::last_segment(key)),
        hint);
  }
  return with_hint(fail(Code::usage, "--compression {} contradicts the name {}",
                        pipeline::compression_name(wanted.compression), repository::last_segment(key)),
                   hint);
}

// A plain file without one of our suffixes is stored plain, so its name must not promise anything else.
Status check_plain_name(const Place& place, const StoredForm& wanted) {
  constexpr std::array<std::string_view, 4> kPromises{".gz", ".zst", ".zstd", ".age"};
  const std::string hint = fmt::format("name it {}", with_key(place, place.key + repository::suffix_of(wanted)));
  for (const std::string_view promise : kPromises) {
    if (!place.key.ends_with(promise)) continue;
    return with_hint(fail(Code::usage, "{} ends in {}, which says nothing of what is inside", place.key, promise),
                     "end the name in .db, .db.gz or .db.zst, with .age behind it when encrypted");
  }
  if (wanted.encrypted) {
    return with_hint(fail(Code::usage, "the snapshot will be encrypted, but {} does not end in .age", place.key), hint);
  }
  if (wanted.compression != Compression::none) {
    return with_hint(fail(Code::usage, "--compression {} contradicts the name {}",
                          pipeline::compression_name(wanted.compression), place.key),
                     hint);
  }
  return {};
}

}  // namespace

Status check_lengths(const Place& place, bool with_manifest) {
  constexpr std::size_t kLongestName = 255;  // bytes; what Linux file systems allow
  constexpr std::size_t kLongestKey = 1024;  // bytes; what S3 allows
  const std::string longest = with_manifest ? repository::manifest_key(place.key) : place.key;
  const std::string measured = place.kind == Place::Kind::s3 ? longest : repository::last_segment(longest);
  const std::size_t most = place.kind == Place::Kind::s3 ? kLongestKey : kLongestName;
  if (measured.size() <= most) return {};
  return with_hint(fail(Code::usage, "the name is too long: {} bytes{}, and {} are possible", measured.size(),
                        with_manifest ? " with .manifest.json behind it" : "", most),
                   "choose a shorter name");
}

std::string generated_name(WallTime now) {
  std::string time = format_time(std::chrono::floor<std::chrono::seconds>(now));
  time.pop_back();
  for (char& c : time)
    c = c == ':' ? '-' : c == 'T' ? 't' : c;
  return "snapshot-" + time;
}

Result<SaveTarget> choose_save_target(const Place& place, std::optional<Compression> compression, bool encrypted,
                                      WallTime now) {
  const bool plain_file = place.kind == Place::Kind::file;
  const Compression usual = plain_file ? Compression::none : Compression::zstd;
  SaveTarget target{.place = place, .name = {}, .compression = compression.value_or(usual)};
  std::string& key = target.place.key;
  const bool generate = key.empty() || key.ends_with('/');
  if (generate) key += generated_name(now);
  if (key.ends_with(repository::kManifestSuffix)) {
    return with_hint(fail(Code::usage, "{} is the name of a manifest", repository::last_segment(key)),
                     "name the snapshot; its manifest is put beside it");
  }
  const SplitName split = repository::split_name(repository::last_segment(key));
  target.name = split.name;
  if (split.form) {
    target.compression = compression.value_or(split.form->compression);
    HF_TRY(check_form(place, key, split, {.compression = target.compression, .encrypted = encrypted}));
  } else if (plain_file && !generate) {
    HF_TRY(check_plain_name(place, {.compression = target.compression, .encrypted = encrypted}));
  } else {
    key += repository::suffix_of({.compression = target.compression, .encrypted = encrypted});
  }
  HF_TRY(repository::check_name(target.name));
  return target;
}

}  // namespace holdfast::cli
