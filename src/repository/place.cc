#include "repository/place.h"

#include <algorithm>

#include "objectstore/object_store.h"
#include "repository/naming.h"

namespace holdfast::repository {
namespace {

constexpr std::string_view kFileScheme = "file://";
constexpr std::string_view kS3Scheme = "s3://";

// What every S3 service accepts, old underscore names included (docs of AWS and Ceph).
bool is_bucket_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  };
  return name.size() >= 3 && name.size() <= 255 && std::all_of(name.begin(), name.end(), allowed);
}

Place cut_path(Place::Kind kind, std::string_view path) {
  const std::string folder = folder_of(path);
  std::string root = folder.size() > 1 ? folder.substr(0, folder.size() - 1) : folder;
  if (root.empty()) root = ".";
  return {.kind = kind, .root = std::move(root), .key = last_segment(path)};
}

Result<Place> parse_s3(std::string_view text) {
  const std::string_view rest = text.substr(kS3Scheme.size());
  const auto slash = rest.find('/');
  const std::string_view bucket = rest.substr(0, slash);
  if (!is_bucket_name(bucket)) {
    return with_hint(fail(Code::usage, "\"{}\" names no bucket", text), "write s3://bucket/prefix/name");
  }
  const std::string_view key = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  const std::string_view checked = key.ends_with('/') ? key.substr(0, key.size() - 1) : key;
  if (!checked.empty()) HF_TRY(objectstore::check_key(checked));
  return Place{.kind = Place::Kind::s3, .root = std::string(bucket), .key = std::string(key)};
}

Result<Place> parse_file_url(std::string_view text) {
  const std::string_view path = text.substr(kFileScheme.size());
  if (!path.starts_with('/')) {
    return with_hint(fail(Code::usage, "\"{}\" names a host, which a file URL cannot", text),
                     "write file:///absolute/path with three slashes, or a plain path");
  }
  return cut_path(Place::Kind::local, path);
}

// What to write instead of a path that only an accident makes: nobody should look for a backup there.
std::string_view mistyped(std::string_view text) {
  if (text.starts_with("s3:") || text.starts_with("S3:")) return "write s3://bucket/prefix/name; ./s3:… is a path";
  if (text.starts_with("file:")) return "write file:///dir/name, with three slashes; ./file:… is a path";
  if (text == "-") return "there is no streaming to standard output; ./- is a path";
  if (text == "~" || text.starts_with("~/")) return "no shell has put the home directory in its place; write it out";
  return "";
}

}  // namespace

std::string Place::to_string() const {
  if (kind == Kind::s3) return std::string(kS3Scheme) + root + (key.empty() ? "" : "/" + key);
  const std::string path = root.ends_with('/') ? root + key : root + "/" + key;
  if (kind == Kind::local) return std::string(kFileScheme) + path;
  return root == "." ? key : path;
}

Result<Place> parse_place(std::string_view text) {
  if (text.empty()) return fail(Code::usage, "a place is a file path, file:///dir/name or s3://bucket/prefix/name");
  if (text.starts_with(kS3Scheme)) return parse_s3(text);
  if (text.starts_with(kFileScheme)) return parse_file_url(text);
  if (const std::string_view hint = mistyped(text); !hint.empty())
    return with_hint(fail(Code::usage, "\"{}\" is hardly meant as a file path", text), std::string(hint));
  const auto colon = text.find("://");
  if (colon != std::string_view::npos && text.substr(0, colon).find('/') == std::string_view::npos) {
    return with_hint(fail(Code::usage, "\"{}://\" is not a kind of place", text.substr(0, colon)),
                     "write a file path, file:///dir/name or s3://bucket/prefix/name");
  }
  return cut_path(Place::Kind::file, text);
}

}  // namespace holdfast::repository
