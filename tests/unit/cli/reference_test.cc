// Help, man page, Markdown and completion of the sample tree.
#include <gmock/gmock.h>

#include "sample_tree.h"

#include "cli/help.h"
#include "cli/man_page.h"

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(HelpTest, shows_usage_flags_defaults_and_examples) {
  const Sample sample;
  const std::string text = help_text(sample.root, {"paint", "wall"}, *find_command(sample.root, {"paint", "wall"}), 80);
  EXPECT_THAT(text, HasSubstr("Usage:\n  holdfast paint wall [flags] WALL...\n"));
  EXPECT_THAT(text, HasSubstr("  -c, --color, --colour NAME"));
  EXPECT_THAT(text, HasSubstr("what it looks like (red, green, blue; default:\n"));
  EXPECT_THAT(text, HasSubstr("Examples:\n  # the north wall, in green\n"));
  EXPECT_THAT(text, HasSubstr("--output"));
}

TEST(HelpTest, no_line_is_wider_than_the_terminal) {
  const Sample sample;
  const std::string text = help_text(sample.root, {"paint", "wall"}, *find_command(sample.root, {"paint", "wall"}), 80);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    EXPECT_LE(end - at, 80U) << text.substr(at, end - at);
    at = end + 1;
  }
}

TEST(HelpTest, a_group_lists_its_commands) {
  const Sample sample;
  const std::string text = help_text(sample.root, {"paint"}, *find_command(sample.root, {"paint"}), 80);
  EXPECT_THAT(text, HasSubstr("  wall                        paints a wall\n"));
}

TEST(ManPageTest, letters_of_roff_are_escaped) {
  Sample sample;
  sample.root.description = ".TH is a macro\nback\\slash and --dashes";
  const std::string page = man_page(sample.root, "1.2.3");
  EXPECT_THAT(page, HasSubstr("\n\\&.TH is a macro\nback\\eslash and \\-\\-dashes\n"));
}

TEST(ManPageTest, a_group_of_several_commands_stands_there_once) {
  const Sample sample;
  const std::string page = man_page(sample.root, "1.2.3");
  const std::size_t first = page.find("\\-\\-rate SIZE");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(page.find("\\-\\-rate SIZE", first + 1), std::string::npos);
  EXPECT_THAT(page, HasSubstr("It also takes the options under: Paint."));
}

TEST(MarkdownTest, names_the_variables_of_each_flag) {
  const Sample sample;
  const std::string text = markdown_reference(sample.root);
  EXPECT_THAT(text, HasSubstr("| `-c, --color, --colour NAME` | `HOLDFAST_COLOR`, `PAINT_COLOR` |"));
  EXPECT_THAT(text, HasSubstr("| `--force` | – |"));
  EXPECT_THAT(text, Not(HasSubstr("HOLDFAST_FORCE")));
}

}  // namespace
}  // namespace holdfast::cli
