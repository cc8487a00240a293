#include "client/manifest.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace holdfast::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> texts(std::string_view text) {
  const auto documents = read_documents(text);
  EXPECT_TRUE(documents) << (documents ? "" : documents.error().to_string());
  std::vector<std::string> all;
  for (const json::Value& each : documents ? *documents : std::vector<json::Value>{})
    all.push_back(json::to_string(each));
  return all;
}

Error refusal(std::string_view text) {
  const auto documents = read_documents(text);
  EXPECT_FALSE(documents);
  return documents ? Error{} : documents.error();
}

using Texts = std::vector<std::string>;

TEST(ReadDocuments, splits_yaml_at_its_markers) {
  EXPECT_EQ(texts("a: 1\n---\nb: 2\n"), (Texts{R"({"a":1})", R"({"b":2})"}));
  EXPECT_EQ(texts("%YAML 1.2\n---\na: 1\n...\n---\n# nothing\n---\r\nb: 2\r\n"), (Texts{R"({"a":1})", R"({"b":2})"}));
  EXPECT_EQ(texts("--- {a: 1}\n--- # b\nb: 2"), (Texts{R"({"a":1})", R"({"b":2})"}));
}

TEST(ReadDocuments, leaves_out_what_is_empty) {
  EXPECT_EQ(texts(""), Texts{});
  EXPECT_EQ(texts("# only a comment\n---\n---\nnull\n"), Texts{});
}

TEST(ReadDocuments, keeps_dashes_inside_of_texts) {
  EXPECT_EQ(texts("a: |\n  ---\n  b\n"), Texts{R"({"a":"---\nb\n"})"});
  EXPECT_EQ(texts("a: ---x\n"), Texts{R"({"a":"---x"})"});
}

TEST(ReadDocuments, types_scalars_by_the_core_schema) {
  EXPECT_EQ(texts("[1, -2, 1.5, true, ~, \"1\", no, 0x10, !!str 5, '']"),
            Texts{R"([1,-2,1.5,true,null,"1","no",16,"5",""])"});
  EXPECT_EQ(texts("1: a\nyes: b\n"), Texts{R"({"1":"a","yes":"b"})"});
}

TEST(ReadDocuments, follows_aliases_and_merge_keys) {
  EXPECT_EQ(texts("a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\n"),
            Texts{R"({"a":{"p":1,"q":2},"b":{"p":1,"q":2},"c":{"q":3,"p":1}})"});
}

TEST(ReadDocuments, takes_json_texts_one_behind_the_other) {
  EXPECT_EQ(texts("{\"a\": \"}{\"}\n{\"b\": [1, {}]} {\"c\":2}"),
            (Texts{R"({"a":"}{"})", R"({"b":[1,{}]})", R"({"c":2})"}));
  EXPECT_EQ(texts("\xef\xbb\xbf{\"a\": 1}"), Texts{R"({"a":1})"});
}

TEST(ReadDocuments, takes_braces_of_yaml_too) {
  EXPECT_EQ(texts("{a: b}\n---\nc: d\n"), (Texts{R"({"a":"b"})", R"({"c":"d"})"}));
}

TEST(ReadDocuments, names_the_line_and_repeats_nothing) {
  const Error error = refusal("a: 1\n---\nb: 2\nb: geheim\n");
  EXPECT_EQ(error.code, Code::usage);
  EXPECT_THAT(error.message, HasSubstr("line 4"));
  EXPECT_THAT(error.message, Not(HasSubstr("geheim")));
  EXPECT_THAT(refusal("a: *geheim\n").message, Not(HasSubstr("geheim")));
  EXPECT_THAT(refusal("{\"a\": 1, \"a\": 2}").message, HasSubstr("twice"));
}

TEST(ReadDocuments, refuses_bytes_that_are_no_text) {
  EXPECT_THAT(refusal("a: 1\nb: \x89\xc9\n").message, HasSubstr("line 2: not YAML: the text is not UTF-8"));
  EXPECT_THAT(refusal("{\"a,\x17\": \x89}").message, HasSubstr("JSON"));
  EXPECT_THAT(refusal("a: 1\n---\nb: \x14\n").message, HasSubstr("line 3: not YAML: a control character"));
  EXPECT_EQ(texts("a: \"\\x14\u00e4\"\n"), (Texts{"{\"a\":\"\\u0014\u00e4\"}"}));
}

TEST(ReadDocuments, refuses_what_would_grow_beyond_measure) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i)
    bomb +=
        fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  EXPECT_THAT(refusal(bomb).message, HasSubstr("too many values"));
  EXPECT_THAT(refusal("a: " + std::string(100, '[') + std::string(100, ']')).message, HasSubstr("too deep"));
  std::string deep = "a0: &a0 [x]\n";
  for (int i = 1; i < 80; ++i)
    deep += fmt::format("a{0}: &a{0} [*a{1}]\n", i, i - 1);
  EXPECT_THAT(refusal(deep).message, HasSubstr("too deep"));
  std::string copies = "a: &a " + std::string(1024 * 1024, 'x') + "\nb: [";
  for (int i = 0; i < 40; ++i)
    copies += "*a, ";
  EXPECT_THAT(refusal(copies + "c]\n").message, HasSubstr("copied"));
  EXPECT_THAT(refusal(std::string(kMostManifestBytes + 1, ' ')).message, HasSubstr("larger"));
}

TEST(ReadDocuments, refuses_an_alias_of_what_it_is_in) {
  refusal("a: &x [*x]\n");
}

TEST(ReadDocuments, refuses_tags_it_does_not_know) {
  EXPECT_THAT(refusal("a: !!binary aGFsbG8=\n").message, HasSubstr("tag"));
  EXPECT_THAT(refusal("a: !mine b\n").message, HasSubstr("tag"));
}

TEST(ReadDocuments, come_to_an_end_with_any_text) {
  EXPECT_TRUE(rc::check("read_documents", [](const std::vector<std::uint8_t>& picks) {
    static const std::vector<std::string> pieces{"a",  ": ", "\n", "- ", "[",  "]", "{", "}", "---\n", "\"", "'",
                                                 "&x", "*x", "|",  ">",  "  ", "#", "!", "%", "?",     ",",  "<<"};
    std::string text;
    for (const std::uint8_t pick : picks)
      text += pieces[pick % pieces.size()];
    const auto documents = read_documents(text);
    RC_ASSERT(documents.has_value() || documents.error().code == Code::usage);
  }));
}

TEST(ReadManifests, takes_lists_apart) {
  const auto manifests = read_manifests(
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
      "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n---\n"
      "{apiVersion: v1, kind: Secret, metadata: {generateName: c-}}\n",
      "file.yaml");
  ASSERT_TRUE(manifests) << manifests.error().to_string();
  ASSERT_EQ(manifests->size(), 3U);
  EXPECT_EQ((*manifests)[1].where, "file.yaml, object 2");
  EXPECT_EQ((*manifests)[2].object.at("kind"), "Secret");
}

TEST(ReadManifests, names_what_is_no_object) {
  const auto about = [](std::string_view text) { return read_manifests(text, "f").error().to_string(); };
  EXPECT_THAT(about("kind: Secret"), HasSubstr("f, object 1 has no apiVersion"));
  EXPECT_THAT(about("apiVersion: v1"), HasSubstr("has no kind"));
  EXPECT_THAT(about("{apiVersion: v1, kind: Secret}"), HasSubstr("has no metadata.name"));
  EXPECT_THAT(about("just text"), HasSubstr("is not an object"));
  EXPECT_THAT(about("a: [\n"), HasSubstr("read f: line"));
}

}  // namespace
}  // namespace holdfast::client
