#include "cli/text.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;

TEST(TextTest, letters_of_all_languages_pass) {
  EXPECT_EQ(printable("snapshot ü 日本 🙂"), "snapshot ü 日本 🙂");
}

TEST(TextTest, escape_sequences_and_newlines_do_not_pass) {
  EXPECT_EQ(printable("a\033[31mb\nc\rd\x7f"), "a?[31mb?c?d?");
  EXPECT_EQ(printable("c1 \xc2\x9b bidi \xe2\x80\xae"), "c1 ? bidi ?");
}

TEST(TextTest, broken_utf8_does_not_pass) {
  EXPECT_EQ(printable("\xff\xc3"), "??");
  EXPECT_EQ(printable("\xc0\xaf"), "??");            // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "???");       // surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "????");  // beyond Unicode
}

TEST(TextTest, what_is_printable_stays_as_it_is) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    const std::string once = printable(text);
    RC_ASSERT(printable(once) == once);
    RC_ASSERT(once.find('\033') == std::string::npos);
    RC_ASSERT(once.find('\n') == std::string::npos);
  }));
}

TEST(TextTest, columns_count_letters_not_bytes) {
  EXPECT_EQ(columns_of("Größe"), 5U);
}

TEST(TextTest, wraps_at_spaces_and_keeps_newlines) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("a\n\nb", 10), ElementsAre("a", "", "b"));
  EXPECT_THAT(wrap("verylongword x", 4), ElementsAre("verylongword", "x"));
}

}  // namespace
}  // namespace holdfast::cli
