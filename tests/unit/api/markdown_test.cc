#include "api/markdown.h"

#include <gtest/gtest.h>

#include "api_support.h"
#include "golden.h"

namespace holdfast::api {
namespace {

TEST(Reference, IsTheOneInTheDocuments) {
  expect_golden("docs/api.md", markdown_reference(all_kinds()));
}

}  // namespace
}  // namespace holdfast::api
