#include "base/result.h"

#include <memory>

#include <gtest/gtest.h>

#include "base/code_names.h"

namespace holdfast {
namespace {

Result<int> number(bool good) {
  if (!good) return fail(Code::corrupt, "page {} is torn", 7);
  return 42;
}

Result<int> twice(bool good) {
  HF_ASSIGN(const int value, number(good));
  return value * 2;
}

Status only_status(bool good) {
  HF_TRY(number(good));
  return {};
}

TEST(Result, PassesTheValueOn) {
  EXPECT_EQ(twice(true).value(), 84);
  EXPECT_TRUE(only_status(true));
}

TEST(Result, PassesTheErrorOn) {
  EXPECT_EQ(twice(false).error().message, "page 7 is torn");
  EXPECT_EQ(only_status(false).error().code, Code::corrupt);
}

TEST(Result, CarriesValuesThatOnlyMove) {
  const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(5); };
  const auto use = [&]() -> Result<int> {
    HF_ASSIGN(const std::unique_ptr<int> owned, make());
    return *owned;
  };
  EXPECT_EQ(use().value(), 5);
}

TEST(Error, ReadsFromTheOutsideIn) {
  auto inner = fail(Code::unavailable, "connection reset");
  auto middle = in_context(inner.value(), "upload part {}", 7);
  const auto outer = in_context(middle.value(), "save snapshot");
  EXPECT_EQ(outer.value().to_string(), "save snapshot: upload part 7: connection reset");
}

TEST(Error, IsRetryableWhenTheServiceMayComeBack) {
  EXPECT_TRUE(fail(Code::unavailable, "gone").value().retryable);
  EXPECT_TRUE(fail(Code::timeout, "slow").value().retryable);
  EXPECT_FALSE(fail(Code::corrupt, "torn").value().retryable);
}

TEST(Error, KeepsItsHint) {
  EXPECT_EQ(with_hint(fail(Code::usage, "what"), "say it again").value().hint, "say it again");
}

TEST(Code, HasTheDocumentedNameAndExitCode) {
  struct Row {
    Code code;
    const char* name;
    int exit;
  };
  const Row rows[] = {{Code::internal, "INTERNAL", 1},       {Code::usage, "USAGE", 2},
                      {Code::not_found, "NOT_FOUND", 3},     {Code::exists, "EXISTS", 4},
                      {Code::refused, "REFUSED", 4},         {Code::no_space, "NO_SPACE", 4},
                      {Code::corrupt, "CORRUPT", 5},         {Code::unsupported, "UNSUPPORTED", 1},
                      {Code::unavailable, "UNAVAILABLE", 6}, {Code::timeout, "TIMEOUT", 6},
                      {Code::cancelled, "CANCELLED", 130}};
  for (const Row& row : rows) {
    EXPECT_EQ(code_name(row.code), row.name);
    EXPECT_EQ(exit_code(row.code), row.exit) << row.name;
  }
}

TEST(Result, CodesAreFoundByTheirNames) {
  for (const Code code : {Code::internal, Code::usage, Code::not_found, Code::exists, Code::refused, Code::no_space,
                          Code::corrupt, Code::unsupported, Code::unavailable, Code::timeout, Code::cancelled})
    EXPECT_EQ(code_by_name(code_name(code)), code);
  EXPECT_EQ(code_by_name("NO_SUCH_CODE"), Code::internal);
}

}  // namespace
}  // namespace holdfast
