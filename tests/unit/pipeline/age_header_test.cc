#include "pipeline/age_header.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "age_files.h"

namespace holdfast::pipeline::age {
namespace {

const std::string kMacLine = "--- " + std::string(42, 'A') + "A\n";

Result<Header> parse(const std::string& stanzas) {
  return parse_header(std::string(kVersionLine) + stanzas + kMacLine);
}

Header any_header() {
  Header header;
  const auto stanzas = *rc::gen::inRange(1, 5);
  for (int i = 0; i < stanzas; ++i) {
    Stanza stanza;
    const auto argument = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>(33, 127)));
    stanza.arguments = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(argument));
    stanza.body = *rc::gen::arbitrary<Bytes>();
    header.stanzas.push_back(std::move(stanza));
  }
  return header;
}

TEST(AgeHeader, ParsesWhatItWrites) {
  EXPECT_TRUE(rc::check([] {
    const Header header = any_header();
    const std::string text = serialize(header);
    const auto parsed = parse_header(text);
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(serialize(*parsed) == text);
    RC_ASSERT(parsed->stanzas.size() == header.stanzas.size());
    RC_ASSERT(parsed->stanzas.back().body == header.stanzas.back().body);
  }));
}

TEST(AgeHeader, IsReadFromAStreamInAnyPieces) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = serialize(any_header());
    const Bytes rest = *rc::gen::arbitrary<Bytes>();
    PieceSource source(to_bytes(text) + rest, *rc::gen::arbitrary<std::vector<std::size_t>>());
    auto read = read_header(source);
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->text == text);
    const Bytes behind = read->rest + *read_in_pieces(source);
    RC_ASSERT(behind == rest);
  }));
}

TEST(AgeHeader, WrapsABodyAtSixtyFourColumns) {
  const std::string text =
      authenticated_part({{.arguments = {"x"}, .body = Bytes(48, 0)}, {.arguments = {"y"}, .body = {}}});
  EXPECT_EQ(text, std::string(kVersionLine) + "-> x\n" + std::string(64, 'A') + "\n\n-> y\n\n---");
}

TEST(AgeHeader, TakesStanzasOfAnyTypeAndShape) {
  EXPECT_TRUE(parse("-> other/type and ~!@ arguments\n" + std::string(64, 'A') + "\nAAAA\n"));
  EXPECT_TRUE(parse("-> empty\n\n"));
}

TEST(AgeHeader, RefusesMalformedStanzas) {
  for (const char* stanzas : {
           "",                    // none at all
           "->\n\n",              // no argument
           "-> \n\n",             // an empty argument
           "-> x  y\n\n",         // an empty argument in the middle
           "-> x \n\n",           // and at the end
           "->x\n\n",             // no space
           "- > x\n\n",           // another start
           " -> x\n\n",           // a space before it
           "-> x\ty\n\n",         // a tab
           "-> x\x7f\n\n",        // not printable
           "-> \xc3\xa4\n\n",     // not ASCII
           "-> x\r\n\n",          // carriage returns
           "-> x\nAAAA\r\n",      //
           "-> x\n",              // no body
           "-> x\nAAAA\nAAAA\n",  // a line after the short one
           "-> x\nA\n",           // a length base64 never has
           "-> x\nAAA=\n",        // padding
           "-> x\nAB\n",          // bits left over that are not zero
           "-> x\nAA-_\n",        // another alphabet
           "-> x\nAA AA\n",       // a space
           "\n",                  // an empty line
       }) {
    const auto parsed = parse(stanzas);
    ASSERT_FALSE(parsed) << stanzas;
    EXPECT_EQ(parsed.error().code, Code::corrupt) << stanzas;
  }
}

TEST(AgeHeader, RefusesBodyLinesOfAnotherLength) {
  EXPECT_FALSE(parse("-> x\n" + std::string(68, 'A') + "\n\n"));      // longer than 64 columns
  EXPECT_FALSE(parse("-> x\n" + std::string(64, 'A') + "\n"));        // the last, short line is missing
  EXPECT_FALSE(parse("-> x\n" + std::string(60, 'A') + "\nAAAA\n"));  // wrapped too early
}

TEST(AgeHeader, RefusesAMalformedMac) {
  for (const std::string& mac : {std::string("---\n"), std::string("--- \n"), "---" + std::string(43, 'A') + "\n",
                                 "---  " + std::string(43, 'A') + "\n", "--- " + std::string(43, 'A') + " \n",
                                 "--- " + std::string(42, 'A') + "\n", "--- " + std::string(44, 'A') + "\n",
                                 "--- " + std::string(42, 'A') + "B\n", "--- " + std::string(43, 'A') + "=\n",
                                 "---- " + std::string(43, 'A') + "\n", "--- " + std::string(43, 'A') + "\r\n"}) {
    EXPECT_FALSE(parse_header(std::string(kVersionLine) + "-> x\n\n" + mac)) << mac;
  }
}

TEST(AgeHeader, RefusesBytesBehindTheMac) {
  EXPECT_FALSE(parse_header(std::string(kVersionLine) + "-> x\n\n" + kMacLine + "x"));
}

TEST(AgeHeader, CallsOtherVersionsUnsupported) {
  EXPECT_EQ(parse_header("age-encryption.org/v2\n-> x\n\n" + kMacLine).error().code, Code::unsupported);
  EXPECT_EQ(parse_header("age-encryption.org/v1\r\n-> x\n\n" + kMacLine).error().code, Code::unsupported);
}

TEST(AgeHeader, CallsArmourUnsupportedAndSaysWhatToDo) {
  const auto parsed = parse_header("-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n");
  EXPECT_EQ(parsed.error().code, Code::unsupported);
  EXPECT_FALSE(parsed.error().hint.empty());
}

TEST(AgeHeader, CallsOtherFilesCorruptAfterTheFirstPiece) {
  PieceSource source(Bytes(64 * kMiB, 0x28), {});
  EXPECT_EQ(read_header(source).error().code, Code::corrupt);
  EXPECT_GT(read_in_pieces(source)->size(), 63 * kMiB);
}

TEST(AgeHeader, RefusesMoreThanAThousandStanzas) {
  std::string stanzas;
  for (int i = 0; i < 1000; ++i)
    stanzas += "-> x\n\n";
  EXPECT_TRUE(parse(stanzas));
  EXPECT_EQ(parse(stanzas + "-> x\n\n").error().code, Code::corrupt);
}

TEST(AgeHeader, RefusesAHeaderOfMoreThanAMebibyteWithoutReadingOn) {
  for (const char filler : {'A', '\n'}) {
    PieceSource source(to_bytes(std::string(kVersionLine) + "-> x\n" + std::string(3 * kMiB, filler)));
    EXPECT_EQ(read_header(source).error().code, Code::corrupt);
    EXPECT_GT(read_in_pieces(source)->size(), kMiB);
  }
}

}  // namespace
}  // namespace holdfast::pipeline::age
