// The directory of a local destination, which may be gone: a disk that is not mounted leaves nothing, or an empty
// directory, and both look like a destination that is new.
#pragma once

#include <string_view>

#include "work/world.h"

#include "model/json.h"

namespace holdfast::work {

// A file in every directory that a destination was usable with. So one whose backups were all removed is not empty, and
// an empty one is not the one that it was.
constexpr std::string_view kDirectoryMark = ".holdfast-destination";

// May a put make the directory of the destination? Only when it is not there and nothing is known to lie in it; false
// for a bucket. Code::unavailable when it, or one above it that is a destination's, too,
//   * is not there, and that destination was last usable with it or, when that is not known, has Backups
//   * holds nothing at all, not even the mark, and that destination was last usable with it
// Then nothing may be done with it: what is not found there may lie on a disk that comes back. One that was pointed to
// another directory since begins anew there.
Result<bool> may_make_directory(World& world, const json::Value& destination);

// Leaves the mark, of which other tools need know nothing. Nothing for a bucket.
Status mark_directory(World& world, const json::Value& destination);

}  // namespace holdfast::work
