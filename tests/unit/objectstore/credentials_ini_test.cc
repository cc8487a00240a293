#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "objectstore/s3/ini_file.h"

namespace holdfast::objectstore::s3 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST(ParseIni, ReadsSectionsAndSettings) {
  const IniFile file =
      parse_ini("[default]\naws_access_key_id = AKIA\nAWS_Secret_Access_Key=a=b/c+\n\n[ profile  two ]\nregion=x")
          .value();
  EXPECT_THAT(file, ElementsAre(Pair("default", ElementsAre(Pair("aws_access_key_id", "AKIA"),
                                                            Pair("aws_secret_access_key", "a=b/c+"))),
                                Pair("profile two", ElementsAre(Pair("region", "x")))));
}

TEST(ParseIni, SkipsCommentsAndKeepsTheirSignsInsideWords) {
  const IniFile file = parse_ini("# c\n; c\n[a] # c\nx = 1 # c\ny = 2;3#4 ; c\nz = # c\n  # c\n").value();
  EXPECT_THAT(file, ElementsAre(Pair("a", ElementsAre(Pair("x", "1"), Pair("y", "2;3#4"), Pair("z", "")))));
}

TEST(ParseIni, NestsIndentedSettingsBelowAnEmptyOne) {
  const IniFile file = parse_ini("[a]\ns3 =\n  addressing_style = path\n  max = 3\nregion = y\n").value();
  EXPECT_THAT(file.at("a"), ElementsAre(Pair("region", "y"), Pair("s3", ""), Pair("s3.addressing_style", "path"),
                                        Pair("s3.max", "3")));
}

TEST(ParseIni, ContinuesAValueOnIndentedLines) {
  EXPECT_EQ(parse_ini("[a]\nx = one\n  two\n").value().at("a").at("x"), "one\ntwo");
}

TEST(ParseIni, TakesSettingsThatAreAllIndentedAlike) {
  const IniFile file = parse_ini("[a]\n  x = 1\n  y = 2\n").value();
  EXPECT_THAT(file.at("a"), ElementsAre(Pair("x", "1"), Pair("y", "2")));
}

TEST(ParseIni, JoinsSectionsOfOneNameAndLetsTheLastSettingWin) {
  const IniFile file = parse_ini("[a]\nx=1\ny=1\n[b]\n[a]\nx=2\n").value();
  EXPECT_THAT(file.at("a"), ElementsAre(Pair("x", "2"), Pair("y", "1")));
}

TEST(ParseIni, UnderstandsWindowsLineEndsByteOrderMarksAndQuotedNames) {
  const IniFile file = parse_ini("\xef\xbb\xbf[profile \"a b\"]\r\nx = 1\r\n").value();
  EXPECT_THAT(file, ElementsAre(Pair("profile a b", ElementsAre(Pair("x", "1")))));
}

TEST(ParseIni, NamesTheLineOfAMistakeButNotItsText) {
  for (const char* text :
       {"[a]\nx = 1\nhunter2", "[a]\n\n[hunter2", "hunter2 = 1\n", "[a]\n\n=hunter2", "[a] hunter2\n"}) {
    const auto file = parse_ini(text);
    ASSERT_FALSE(file) << text;
    EXPECT_EQ(file.error().code, Code::usage);
    EXPECT_THAT(file.error().message, HasSubstr("line "));
    EXPECT_THAT(file.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST(ParseIni, GivesBackWhatWasWritten) {
  EXPECT_TRUE(rc::check([] {
    const auto word = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
    const auto file = *rc::gen::container<IniFile>(
        word, rc::gen::container<IniSection>(word, rc::gen::container<std::string>(rc::gen::inRange('$', ':'))));
    std::string text;
    for (const auto& [name, section] : file) {
      text += "[" + name + "]\n";
      for (const auto& [key, value] : section)
        text += key + " = " + value + "\n";
    }
    RC_ASSERT(parse_ini(text).value() == file);
  }));
}

}  // namespace
}  // namespace holdfast::objectstore::s3
