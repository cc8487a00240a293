// The search that other tests rely on finds what it is to find.
#include "support/secret_traces.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace holdfast::test {
namespace {

constexpr std::string_view kValue = "Str3ng/geheim+w0rt=&x";

TEST(SecretTraces, base64_is_found_wherever_it_begins) {
  for (const std::string_view before : {"", "a", "ab", "abc", "abcd"}) {
    for (const std::string_view after : {"", "z", "zy", "zyx"}) {
      const std::string text = to_base64(as_bytes(std::string(before) + std::string(kValue) + std::string(after)));
      EXPECT_NE(trace_in("x" + text + "y", kValue), "") << before << ' ' << after;
    }
  }
}

TEST(SecretTraces, other_dresses_are_found) {
  EXPECT_EQ(trace_in("say Str3ng/geheim+w0rt=&x!", kValue), "plain");
  EXPECT_EQ(trace_in("537472336e672f67656865696d2b773072743d2678", kValue), "hex");
  EXPECT_EQ(trace_in("537472336E672F67656865696D2B773072743D2678", kValue), "HEX");
  EXPECT_EQ(trace_in("?q=Str3ng%2Fgeheim%2Bw0rt%3D%26x", kValue), "percent-encoded");
  EXPECT_EQ(trace_in(R"("Str3ng\/geheim+w0rt=&x")", kValue), "JSON with escaped slashes");
  EXPECT_EQ(trace_in(R"("Str3ng/geheim+w0rt=\u0026x")", kValue), "JSON of Go");
  EXPECT_EQ(trace_in("x&=tr0w+miehe", kValue), "");
}

TEST(SecretTraces, other_text_has_none) {
  EXPECT_EQ(trace_in("Str3ng geheim w0rt", kValue), "");
  EXPECT_EQ(trace_in(to_base64(as_bytes(std::string("KGhpZGRlbik="))), kValue), "");
}

}  // namespace
}  // namespace holdfast::test
