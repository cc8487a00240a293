// A place as people write it: a file path, file:///dir/name, or s3://bucket/prefix/name. Pure text, nothing is opened.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::repository {

struct Place {
  enum class Kind {
    file,   // a plain path: stored under exactly this name
    local,  // file:// URL: a directory used as a store
    s3,
  } kind = Kind::file;
  std::string root;  // directory (file, local) or bucket (s3)
  std::string key;   // below the root; empty when the place names only the root; may end in '/' to mean a folder

  std::string to_string() const;  // as a person would write it
};

// file and local places are cut at the last '/': root is the directory, key the last segment (empty when the text ends
// in '/'). Code::usage for an unknown scheme, an empty or bad bucket name, or a host in a file URL.
Result<Place> parse_place(std::string_view text);

}  // namespace holdfast::repository
