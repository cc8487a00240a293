// A library may include only what stands below it.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "lint/source_tree.h"

namespace holdfast::lint {
namespace {

// From the bottom up.
constexpr std::array<std::string_view, 19> kLayers{
    "base",       "os",  "metrics",  "model",   "http", "objectstore", "etcd",   "store",    "snapshot", "pipeline",
    "repository", "api", "registry", "control", "work", "server",      "client", "launcher", "cli"};

std::size_t height(std::string_view library) {
  return static_cast<std::size_t>(std::find(kLayers.begin(), kLayers.end(), library) - kLayers.begin());
}

// What is wrong with one include of a file of the library at `own` height; empty when nothing is.
std::string complaint(const SourceFile& file, const Include& include, std::size_t own) {
  const std::string target = include.header.substr(0, include.header.find('/'));
  const std::size_t other = height(target);
  if (include.header.find('/') == std::string::npos) return "names no folder; write \"folder/file.h\"";
  if (other == kLayers.size()) return fmt::format("includes {}, which is no library of ours", include.header);
  if (other <= own) return "";
  const std::vector<std::string_view> allowed(kLayers.begin(), kLayers.begin() + static_cast<std::ptrdiff_t>(own) + 1);
  return fmt::format("includes {}, which stands above it; {} may include {}", include.header, library_of(file),
                     fmt::join(allowed, ", "));
}

TEST(Layers, EveryFolderHasItsPlace) {
  for (const SourceFile& file : source_files()) {
    if (!file.is_below("src")) continue;
    EXPECT_LT(height(library_of(file)), kLayers.size()) << file.path << " is in no known layer";
  }
}

TEST(Layers, IncludesPointDownwards) {
  std::size_t seen = 0;
  for (const SourceFile& file : source_files()) {
    if (!file.is_below("src")) continue;
    for (const Include& include : file.includes) {
      const bool generated = include.header.ends_with(".pb.h");
      if (include.angled || generated) continue;
      ++seen;
      const std::string wrong = complaint(file, include, height(library_of(file)));
      EXPECT_EQ(wrong, "") << file.path << ":" << include.line << " " << wrong;
    }
  }
  EXPECT_GT(seen, 0U);
}

TEST(Layers, TheProgramIncludesNoTests) {
  for (const SourceFile& file : source_files()) {
    if (file.is_below("tests") || file.is_below("bench")) continue;
    for (const Include& include : file.includes) {
      const bool of_tests = include.header.starts_with("support/") || include.header.starts_with("gtest/") ||
                            include.header.starts_with("gmock/") || include.header.starts_with("lint/");
      EXPECT_FALSE(of_tests) << file.path << ":" << include.line << " includes " << include.header;
    }
  }
}

TEST(Layers, AnUpwardIncludeIsNamedWithTheAllowedLayers) {
  const SourceFile file{.path = "src/os/x.cc"};
  EXPECT_EQ(complaint(file, {.line = 1, .header = "http/transport.h"}, height("os")),
            "includes http/transport.h, which stands above it; os may include base, os");
}

}  // namespace
}  // namespace holdfast::lint
