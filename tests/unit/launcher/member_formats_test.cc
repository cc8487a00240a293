// The journal and staged.json.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/member/journal.h"
#include "launcher/member/staged_facts.h"
#include "member_fixture.h"

namespace holdfast::launcher {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Journal, IsTheTextOfTheDocument) {
  EXPECT_EQ(encode_journal({.doing = Doing::swap, .id = "r-1"}),
            "{\n"
            "  \"format\": \"holdfast.dev/member-journal\",\n"
            "  \"version\": 1,\n"
            "  \"restore\": \"r-1\",\n"
            "  \"doing\": \"swap\"\n"
            "}\n");
}

TEST(Journal, IsReadAsItWasWritten) {
  for (const Doing doing : {Doing::swap, Doing::back}) {
    const Journal journal{.doing = doing, .id = "r-1"};
    EXPECT_EQ(decode_journal(encode_journal(journal)).value(), journal);
  }
}

TEST(Journal, ThatIsDamagedIsCorrupt) {
  const std::string good = encode_journal({.doing = Doing::swap, .id = "r-1"});
  for (std::size_t size = 0; size + 2 < good.size(); ++size)
    EXPECT_EQ(decode_journal(good.substr(0, size)).error().code, Code::corrupt) << size;
  for (const auto& [from, to] : {std::pair<const char*, const char*>{"\"swap\"", "\"swop\""},
                                 {"r-1", "../r-1"},
                                 {"member-journal", "something"},
                                 {"\"version\": 1", "\"version\": \"1\""}})
    EXPECT_EQ(decode_journal(replaced(good, from, to)).error().code, Code::corrupt) << to;
  EXPECT_EQ(decode_journal("[]").error().code, Code::corrupt);
}

TEST(Journal, OfANewerVersionIsNotUnderstood) {
  const std::string newer = replaced(encode_journal({.id = "r-1"}), "\"version\": 1", "\"version\": 2");
  EXPECT_EQ(decode_journal(newer).error().code, Code::unsupported);
}

TEST(StagedFacts, AreReadAsTheyWereWritten) {
  StagedFacts facts = test::some_facts("r-1", 12345);
  facts.cluster_id = 0xffffffffffffffff;
  facts.hash = 0xffffffff;
  facts.member_name = "etcd \"0\" \xe2\x82\xac";
  EXPECT_EQ(decode_staged_facts(encode_staged_facts(facts)).value(), facts);
}

TEST(StagedFacts, ThatAreDamagedAreCorrupt) {
  const std::string good = encode_staged_facts(test::some_facts("r-1", 12345));
  for (std::size_t size = 0; size + 2 < good.size(); ++size)
    EXPECT_EQ(decode_staged_facts(good.substr(0, size)).error().code, Code::corrupt) << size;
  for (const auto& [from, to] : {std::pair<const char*, const char*>{"r-1", "R 1"},
                                 {"\"c1\"", "\"0c1\""},
                                 {"\"c1\"", "\"0xc1\""},
                                 {"dddd", "ddd"},
                                 {"dddd", "DDDD"},
                                 {"\"hash\": 7", "\"hash\": 4294967296"},
                                 {"\"databaseSize\": 12345", "\"databaseSize\": -1"}})
    EXPECT_EQ(decode_staged_facts(replaced(good, from, to)).error().code, Code::corrupt) << to;
}

TEST(StagedFacts, OfANewerVersionAreNotUnderstood) {
  const std::string newer =
      replaced(encode_staged_facts(test::some_facts("r-1", 1)), "\"version\": 1", "\"version\": 9");
  EXPECT_EQ(decode_staged_facts(newer).error().code, Code::unsupported);
}

}  // namespace
}  // namespace holdfast::launcher
