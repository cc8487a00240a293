#include "repository/naming.h"

#include <algorithm>
#include <array>

namespace holdfast::repository {
namespace {

using pipeline::Compression;

constexpr std::size_t kMaxName = 255;  // bytes: the longest file name of common file systems
constexpr std::string_view kDatabaseSuffix = ".db";
constexpr std::string_view kAgeSuffix = ".age";

struct CompressionSuffix {
  Compression compression;
  std::string_view suffix;
};
constexpr std::array<CompressionSuffix, 3> kCompressionSuffixes{
    {{Compression::zstd, ".zst"}, {Compression::gzip, ".gz"}, {Compression::none, ""}}};

}  // namespace

std::string suffix_of(const StoredForm& form) {
  std::string suffix(kDatabaseSuffix);
  for (const auto& known : kCompressionSuffixes) {
    if (known.compression == form.compression) suffix += known.suffix;
  }
  if (form.encrypted) suffix += kAgeSuffix;
  return suffix;
}

SplitName split_name(std::string_view file_name) {
  for (const bool encrypted : {true, false}) {
    for (const auto& known : kCompressionSuffixes) {
      const StoredForm form{.compression = known.compression, .encrypted = encrypted};
      const std::string suffix = suffix_of(form);
      if (file_name.size() > suffix.size() && file_name.ends_with(suffix)) {
        return {.name = std::string(file_name.substr(0, file_name.size() - suffix.size())), .form = form};
      }
    }
  }
  return {.name = std::string(file_name), .form = std::nullopt};
}

std::string folder_of(std::string_view key) {
  const auto slash = key.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view() : key.substr(0, slash + 1));
}

std::string last_segment(std::string_view key) {
  const auto slash = key.rfind('/');
  return std::string(slash == std::string_view::npos ? key : key.substr(slash + 1));
}

std::string manifest_key(std::string_view object_key) {
  return std::string(object_key).append(kManifestSuffix);
}

std::optional<std::string> object_key_of_manifest(std::string_view key) {
  if (!key.ends_with(kManifestSuffix) || last_segment(key).size() == kManifestSuffix.size()) return std::nullopt;
  return std::string(key.substr(0, key.size() - kManifestSuffix.size()));
}

Status check_name(std::string_view name) {
  if (name.empty()) return fail(Code::usage, "a backup needs a name");
  if (name.size() > kMaxName)
    return fail(Code::usage, "the name is {} bytes long, more than {}", name.size(), kMaxName);
  if (name == "." || name == "..") return fail(Code::usage, "\"{}\" cannot be a name", name);
  const bool bad = std::any_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F || c == '/';
  });
  if (bad) return fail(Code::usage, "a name cannot hold control characters or '/'");
  return {};
}

}  // namespace holdfast::repository
