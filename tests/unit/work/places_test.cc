#include "work/places.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/control_plane.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

class PlacesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(dir_.file("b"));
    std::filesystem::create_directory(dir_.file("b/deep"));
    std::filesystem::create_directory_symlink(dir_.file("b"), dir_.file("link"));
    plane_.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubermatic"}})");
    plane_.create("seed", "kubermatic",
                  R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Seed","metadata":{"name":"s"},
        "spec":{"etcdBackupRestore":{"destinations":{
          "straight":{"type":"local","path":")" +
                      dir_.file("b") + R"("},
          "linked":{"type":"local","path":")" +
                      dir_.file("link") + R"("},
          "deep":{"type":"local","path":")" +
                      dir_.file("link") + R"(","prefix":"deep/"},
          "not-there":{"type":"local","path":")" +
                      dir_.file("none") + R"("},
          "bucket":{"bucketName":"bkt","endpoint":"s3.example.com"},
          "folder":{"bucketName":"bkt","endpoint":"https://S3.example.com","prefix":"site-a/"}}}}})");
    auto read = Places::read(world_);
    ASSERT_TRUE(read) << read.error().to_string();
    places_ = std::move(*read);
  }

  std::string address(const char* destination, const char* key) {
    return places_->address("s", destination, key).value_or("none");
  }

  test::TempDir dir_;
  test::TempDir data_;
  test::ControlPlane plane_{{.directory = data_.path(), .decides = false, .works = false}};
  World world_ = plane_.work_world();
  std::optional<Places> places_;
};

TEST_F(PlacesTest, ADirectoryIsTheSameHoweverOneGetsThere) {
  EXPECT_EQ(address("straight", "x"), address("linked", "x"));
  EXPECT_NE(address("straight", "x"), address("linked", "y"));
  EXPECT_EQ(address("straight", "deep/x"), address("deep", "x"));
}

TEST_F(PlacesTest, ABucketIsTheSameHoweverItsServerIsWritten) {
  EXPECT_EQ(address("bucket", "site-a/x"), address("folder", "x"));
  EXPECT_NE(address("bucket", "x"), address("folder", "x"));
}

TEST_F(PlacesTest, WhatIsNotThereIsNotTheSameAsAnything) {
  EXPECT_EQ(address("gone", "x"), "none");
  EXPECT_NE(address("not-there", "x"), address("straight", "x"));
}

TEST_F(PlacesTest, AFolderIsOfTheDestinationThatBeginsThere) {
  for (const auto& [outer, inner, key] :
       {std::tuple{"straight", "deep", "deep/x"}, std::tuple{"bucket", "folder", "site-a/x"}}) {
    EXPECT_TRUE(places_->lies_deeper("s", outer, address(outer, key))) << outer;
    EXPECT_FALSE(places_->lies_deeper("s", inner, address(outer, key))) << inner;
    EXPECT_FALSE(places_->lies_deeper("s", outer, address(outer, "x"))) << outer;
    EXPECT_TRUE(places_->is_listed_by("s", address(outer, key))) << outer;
    EXPECT_FALSE(places_->is_listed_by("other", address(outer, key))) << outer;
  }
  EXPECT_FALSE(places_->lies_deeper("s", "straight", address("linked", "x")));
}

}  // namespace
}  // namespace holdfast::work
