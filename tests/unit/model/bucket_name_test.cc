#include "model/bucket_name.h"

#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(BucketName, ServersOfAllKindsAreServed) {
  for (const std::string& good :
       {std::string("abc"), std::string("my.bucket-1"), std::string("Old_Bucket"), std::string(255, 'a')})
    EXPECT_TRUE(is_bucket_name(good)) << good;
  for (const std::string& bad : {std::string("ab"), std::string(".abc"), std::string("a..b"), std::string("a/b"),
                                 std::string("a b"), std::string(256, 'a'), std::string()})
    EXPECT_FALSE(is_bucket_name(bad)) << bad;
}

}  // namespace
}  // namespace holdfast
