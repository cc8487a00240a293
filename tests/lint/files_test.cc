// Rules about files as such: sizes, guards, listing in CMake, and what must stand in none of them.
#include <algorithm>
#include <filesystem>
#include <regex>

#include <gtest/gtest.h>

#include "lint/source_tree.h"

namespace holdfast::lint {
namespace {

constexpr std::size_t kMostLines = 400;

// The CMakeLists.txt of the folder, or of the nearest one above that has one.
std::string build_file_for(const std::string& path) {
  for (std::filesystem::path folder = std::filesystem::path(path).parent_path(); !folder.empty();
       folder = folder.parent_path()) {
    const std::string text = read_text((folder / "CMakeLists.txt").string());
    if (!text.empty()) return text;
  }
  return "";
}

TEST(Files, AreShort) {
  for (const SourceFile& file : source_files()) {
    EXPECT_LE(file.text.size(), kMostLines) << file.path << " has " << file.text.size() << " lines: split it by topic";
  }
}

TEST(Files, HeadersAreGuarded) {
  for (const SourceFile& file : source_files()) {
    if (!file.is_header()) continue;
    EXPECT_NE(std::find(file.text.begin(), file.text.end(), "#pragma once"), file.text.end()) << file.path;
  }
}

TEST(Files, EverySourceIsListedInItsCMakeFile) {
  for (const SourceFile& file : source_files()) {
    if (file.is_header()) continue;
    const std::string name = std::filesystem::path(file.path).filename().string();
    const std::string build_file = build_file_for(file.path);
    const bool fuzz_target =
        name.ends_with("_fuzz.cc") &&
        build_file.find("holdfast_fuzz(" + name.substr(0, name.size() - 8) + " ") != std::string::npos;
    const bool listed = std::regex_search(
        build_file, std::regex("(^|[\\s/])" + std::regex_replace(name, std::regex("\\."), "\\.") + "($|[\\s)])"));
    EXPECT_TRUE(listed || fuzz_target) << file.path << " is in no CMakeLists.txt, so nobody compiles it";
  }
}

// rc::check() only returns whether the property held; a test that does not look cannot fail.
TEST(Files, LookAtTheResultsOfProperties) {
  const std::regex bare(R"(^\s*rc::check\()");
  for (const SourceFile& file : source_files()) {
    for (std::size_t line = 0; line < file.text.size(); ++line) {
      EXPECT_FALSE(std::regex_search(file.text[line], bare))
          << file.path << ":" << line + 1 << " does not look at the result: EXPECT_TRUE(rc::check(...))";
    }
  }
}

// The machine's own configuration says where packages come from.
TEST(Files, NameNoPackageRegistry) {
  // Put together here, so that this file does not hold them either.
  const std::vector<std::string> hosts{std::string("deb.") + "debian.org",
                                       std::string("security.") + "debian.org",
                                       std::string("archive.") + "ubuntu.com",
                                       std::string("docker.") + "io",
                                       std::string("ghcr.") + "io",
                                       std::string("quay.") + "io",
                                       std::string("gcr.") + "io",
                                       std::string("registry.") + "k8s.io",
                                       std::string("registry.") + "npmjs.org",
                                       std::string("pypi.") + "org",
                                       std::string("crates.") + "io",
                                       std::string("proxy.") + "golang.org",
                                       std::string("packages.") + "cloud.google.com"};
  for (const std::string& path : all_files()) {
    const std::string text = read_text(path);
    for (const std::string& host : hosts) {
      EXPECT_EQ(text.find(host), std::string::npos) << path << " names the registry " << host;
    }
  }
}

TEST(Files, LeaveNothingForLater) {
  const std::regex marks(
      "\\b(TO"
      "DO|FIX"
      "ME|X"
      "XX\\b|GTEST_"
      "SKIP|DISABLED_[A-Z])");
  for (const SourceFile& file : source_files()) {
    for (std::size_t i = 0; i < file.text.size(); ++i) {
      EXPECT_FALSE(std::regex_search(file.text[i], marks)) << file.path << ":" << i + 1 << "\n  " << file.text[i];
    }
  }
}

}  // namespace
}  // namespace holdfast::lint
