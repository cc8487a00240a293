// Under which name a snapshot is saved, and in which form: the place decides together with the flags. Pure functions.
#pragma once

#include <optional>
#include <string>

#include "base/units.h"
#include "pipeline/filter.h"
#include "repository/place.h"

namespace holdfast::cli {

struct SaveTarget {
  repository::Place place;  // with the object's exact key
  std::string name;         // of the backup, for the manifest
  pipeline::Compression compression = pipeline::Compression::none;
};

// A plain file path is used exactly as it is; its suffix, or else "none", says how it is stored. A store adds the
// suffix of the form unless the name ends in one already. A place that ends in '/', or names only a bucket, gets a name
// from `now`. Code::usage when suffix and flags contradict each other; the hint names the place that would fit.
Result<SaveTarget> choose_save_target(const repository::Place& place, std::optional<pipeline::Compression> compression,
                                      bool encrypted, WallTime now);

// Will the names that are made from this key fit where it goes? Asked before anything is read: a manifest's name is the
// longest, and is written last. Code::usage.
Status check_lengths(const repository::Place& place, bool with_manifest);

// "snapshot-2026-01-31t08-30-00", in UTC.
std::string generated_name(WallTime now);

}  // namespace holdfast::cli
