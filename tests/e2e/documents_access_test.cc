// The commands of docs/access.md do what it says.
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/kubectl_support.h"

namespace holdfast::test {
namespace {

struct Block {
  std::string language;  // "sh", "sh refused", "text"
  std::string text;
};

std::vector<Block> blocks_of(const std::string& path) {
  std::ifstream in(path);
  std::vector<Block> blocks;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) blocks.push_back({.language = line.substr(3), .text = ""});
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

class DocumentOfAccess : public KubectlTest {};

// In one shell from block to block, so that variables last, with nothing but the programs it names: it brings its
// server.
TEST_P(DocumentOfAccess, DoesWhatItSays) {
  const std::string script = file("script");
  const std::vector<Block> blocks = blocks_of(HOLDFAST_SOURCE_DIR "/docs/access.md");
  {
    std::ofstream out(script);
    out << "cd " << file("") << "\n";
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (blocks[i].language == "text") continue;
      // Not in a subshell: what one block sets the next one uses.
      out << fmt::format("set -e\n{{\n{}}} > out.{} 2>&1", blocks[i].text, i);
      if (blocks[i].language == "sh refused") out << fmt::format(" && {{ echo not refused: {}; exit 7; }} || true", i);
      out << "\n";
    }
  }
  ASSERT_EQ(run_program({"mkdir", file("bin")}).exit_code, 0);
  ASSERT_EQ(run_program({"ln", "-s", HOLDFAST_PROGRAM, file("bin/holdfast")}).exit_code, 0);
  const std::string tools = file("bin") + ":" + servers_directory() + "/kubectl-" + GetParam();

  const ProgramResult result = run_program(
      {"bash", script}, "", {"PATH=" + tools + ":/usr/bin:/bin", "HOME=" + file(""), "HOLDFAST_LISTEN=127.0.0.1:0"});

  std::string said;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].language != "text") {
      said = read(file(fmt::format("out.{}", i)));
      EXPECT_EQ(said.find("not-to-be-seen"), std::string::npos) << said;
      continue;
    }
    std::istringstream lines(blocks[i].text);
    for (std::string line; std::getline(lines, line);)
      EXPECT_THAT(said, testing::HasSubstr(line)) << "after block " << i;
  }
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err << said;
}

INSTANTIATE_TEST_SUITE_P(Versions, DocumentOfAccess, testing::Values("1.32"));

}  // namespace
}  // namespace holdfast::test
