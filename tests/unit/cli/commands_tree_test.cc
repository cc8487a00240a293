// What must hold for every command and flag of the program, and for everything that is generated from them.
#include <map>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "commands.h"

#include "cli/command_line.h"
#include "cli/completion.h"
#include "cli/completion_facts.h"
#include "cli/help.h"
#include "cli/man_page.h"
#include "os/file_system.h"

namespace holdfast::app {
namespace {

using cli::Command;
using cli::Option;
using cli::OptionGroup;
using ::testing::HasSubstr;

class CommandTreeTest : public ::testing::Test {
 protected:
  // Every command that does something, with its words below the root.
  void for_each_leaf(const std::function<void(const std::vector<std::string>&, const Command&)>& visit) const {
    cli::for_each_command(root_, [&](const std::vector<std::string>& words, const Command& command) {
      if (command.commands.empty()) visit({words.begin() + 1, words.end()}, command);
    });
  }

  cli::General general_;
  const Command root_ = make_holdfast(general_);
};

TEST_F(CommandTreeTest, every_flag_is_described_and_does_something) {
  for_each_leaf([&](const auto&, const Command& command) {
    for (const Option* option : cli::options_of(root_, command)) {
      EXPECT_FALSE(option->help.empty()) << option->name;
      EXPECT_TRUE(option->set) << option->name;
      EXPECT_FALSE(option->help.ends_with('.')) << option->name;
    }
  });
}

TEST_F(CommandTreeTest, no_command_has_two_flags_of_one_spelling) {
  for_each_leaf([&](const auto& words, const Command& command) {
    std::set<std::string> seen{"--help", "-h", "--version", "-v"};
    for (const Option* option : cli::options_of(root_, command)) {
      for (const std::string& spelling : cli::spellings_of(*option)) {
        EXPECT_TRUE(seen.insert(spelling).second) << fmt::format("{}", fmt::join(words, " ")) << " " << spelling;
      }
    }
  });
}

TEST_F(CommandTreeTest, a_flag_takes_the_same_kind_of_value_everywhere) {
  std::map<std::string, const Option*> known;
  for_each_leaf([&](const auto&, const Command& command) {
    for (const Option* option : cli::options_of(root_, command)) {
      for (const std::string& spelling : cli::spellings_of(*option)) {
        const Option* first = known.emplace(spelling, option).first->second;
        EXPECT_EQ(first->is_switch(), option->is_switch()) << spelling;
        EXPECT_EQ(first->choices, option->choices) << spelling;
        EXPECT_EQ(first->only_flag, option->only_flag) << spelling;
        EXPECT_EQ(first->name, option->name) << spelling;
      }
    }
  });
}

TEST_F(CommandTreeTest, groups_of_one_title_are_the_same_group) {
  std::map<std::string, std::vector<std::string>> known;
  for_each_leaf([&](const auto&, const Command& command) {
    for (const OptionGroup& group : command.groups) {
      std::vector<std::string> lines;
      for (const Option& option : group.options)
        lines.push_back(cli::usage_of(option) + " " + option.help);
      EXPECT_EQ(known.emplace(group.title, lines).first->second, lines) << group.title;
    }
  });
}

TEST_F(CommandTreeTest, every_example_is_a_command_line_that_is_understood) {
  int examples = 0;
  for_each_leaf([&](const auto&, const Command& command) {
    EXPECT_FALSE(command.examples.empty()) << command.name;
    for (const cli::Example& example : command.examples) {
      std::vector<std::string> words;
      std::istringstream text(example.line);
      for (std::string word; text >> word && word != "|" && word != ">";)
        words.push_back(word);
      if (words.front() == "source") words = {"holdfast", "completion", "bash"};
      ASSERT_EQ(words.front(), "holdfast") << example.line;
      const auto line = cli::parse_command_line(root_, {words.begin() + 1, words.end()});
      EXPECT_TRUE(line) << example.line << ": " << (line ? "" : line.error().to_string());
      ++examples;
    }
  });
  EXPECT_GT(examples, 15);
}

// The flags a text knows, spelled with dashes.
std::set<std::string> flags_in(const std::string& text) {
  std::set<std::string> found;
  for (std::size_t at = text.find("--"); at != std::string::npos; at = text.find("--", at + 2)) {
    std::size_t end = at + 2;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '-'))
      ++end;
    if (end > at + 2) found.insert(text.substr(at, end - at));
  }
  return found;
}

std::string without_roff(std::string text) {
  for (std::size_t at = text.find("\\-"); at != std::string::npos; at = text.find("\\-", at))
    text.erase(at, 1);
  return text;
}

TEST_F(CommandTreeTest, man_help_and_completion_know_the_same_flags) {
  const std::set<std::string> man = flags_in(without_roff(cli::man_page(root_, "1")));
  const std::set<std::string> bash = flags_in(cli::bash_completion(root_));
  const std::set<std::string> zsh = flags_in(cli::zsh_completion(root_));
  const std::string fish = cli::fish_completion(root_);
  const std::set<std::string> markdown = flags_in(cli::markdown_reference(root_));
  for_each_leaf([&](const std::vector<std::string>& words, const Command& command) {
    if (command.hidden) return;
    const std::set<std::string> help = flags_in(cli::help_text(root_, words, command, 100));
    for (const Option* option : cli::options_of(root_, command)) {
      for (const std::string& spelling : cli::spellings_of(*option)) {
        if (!spelling.starts_with("--")) continue;
        EXPECT_EQ(help.count(spelling), 1U) << spelling;
        EXPECT_EQ(man.count(spelling), 1U) << spelling;
        EXPECT_EQ(bash.count(spelling), 1U) << spelling;
        EXPECT_EQ(zsh.count(spelling), 1U) << spelling;
        EXPECT_EQ(markdown.count(spelling), 1U) << spelling;
        EXPECT_THAT(fish, HasSubstr(" -l " + spelling.substr(2) + " ")) << spelling;
      }
    }
  });
}

TEST_F(CommandTreeTest, the_reference_in_the_documents_is_the_one_of_the_program) {
  const auto file = os::read_file(os::real_file_system(), HOLDFAST_SOURCE_DIR "/docs/cli-flags.md", kMiB);
  ASSERT_TRUE(file);
  EXPECT_EQ(as_text(*file), cli::markdown_reference(root_)) << "run: holdfast man --markdown > docs/cli-flags.md";
}

TEST_F(CommandTreeTest, secrets_cannot_be_set_in_a_file) {
  for (const auto& [name, option] : cli::distinct_options(root_)) {
    if (option->hides != cli::Hides::value) continue;
    EXPECT_TRUE(option->not_in_file) << name;
  }
}

}  // namespace
}  // namespace holdfast::app
