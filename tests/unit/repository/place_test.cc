#include "repository/place.h"

#include <gtest/gtest.h>

namespace holdfast::repository {
namespace {

Place parsed(const char* text) {
  auto place = parse_place(text);
  EXPECT_TRUE(place) << text << ": " << (place ? "" : place.error().message);
  return place ? *place : Place{};
}

TEST(PlaceText, PlainPathsAreFilesUnderExactlyThatName) {
  const Place place = parsed("backups/etcd.db");
  EXPECT_EQ(place.kind, Place::Kind::file);
  EXPECT_EQ(place.root, "backups");
  EXPECT_EQ(place.key, "etcd.db");
  EXPECT_EQ(place.to_string(), "backups/etcd.db");
}

TEST(PlaceText, AFileWithoutDirectoryLiesInTheWorkingDirectory) {
  const Place place = parsed("etcd.db");
  EXPECT_EQ(place.root, ".");
  EXPECT_EQ(place.key, "etcd.db");
  EXPECT_EQ(place.to_string(), "etcd.db");
}

TEST(PlaceText, FileUrlsNameADirectoryAndAName) {
  const Place place = parsed("file:///var/backups/nightly");
  EXPECT_EQ(place.kind, Place::Kind::local);
  EXPECT_EQ(place.root, "/var/backups");
  EXPECT_EQ(place.key, "nightly");
  EXPECT_EQ(place.to_string(), "file:///var/backups/nightly");
}

TEST(PlaceText, FileUrlsOfADirectoryHaveNoKey) {
  const Place place = parsed("file:///var/backups/");
  EXPECT_EQ(place.root, "/var/backups");
  EXPECT_EQ(place.key, "");
  EXPECT_EQ(place.to_string(), "file:///var/backups/");
  EXPECT_EQ(parsed("file:///nightly").root, "/");
  EXPECT_EQ(parsed("file:///nightly").to_string(), "file:///nightly");
}

TEST(PlaceText, S3UrlsNameBucketAndKey) {
  const Place place = parsed("s3://bucket/prod/a/nightly");
  EXPECT_EQ(place.kind, Place::Kind::s3);
  EXPECT_EQ(place.root, "bucket");
  EXPECT_EQ(place.key, "prod/a/nightly");
  EXPECT_EQ(place.to_string(), "s3://bucket/prod/a/nightly");
  EXPECT_EQ(parsed("s3://bucket").key, "");
  EXPECT_EQ(parsed("s3://bucket/").key, "");
  EXPECT_EQ(parsed("s3://bucket/prod/").key, "prod/");
}

TEST(PlaceText, WhatNamesNoPlaceIsRefusedWithAHint) {
  for (const char* text : {"", "s3://", "s3:///key", "s3://b!/key", "http://host/x", "gs://bucket/x", "file://host/x",
                           "s3://bucket//x", "s3://bucket/a/../b"}) {
    const auto place = parse_place(text);
    ASSERT_FALSE(place) << text;
    EXPECT_EQ(place.error().code, Code::usage) << text;
  }
}

TEST(PlaceText, APathThatOnlyAnAccidentMakesIsRefused) {
  for (const char* text :
       {"s3:/bucket/x", "s3:bucket/x", "S3://bucket/x", "file:/dir/x", "file:x", "-", "~", "~/x.db"}) {
    const auto place = parse_place(text);
    ASSERT_FALSE(place) << text;
    EXPECT_EQ(place.error().code, Code::usage) << text;
    EXPECT_FALSE(place.error().hint.empty()) << text;
  }
  for (const char* text : {"./s3:/bucket/x", "./-", "./~/x.db", "s3", "-x.db", "~x.db"})
    EXPECT_EQ(parsed(text).kind, Place::Kind::file) << text;
}

TEST(PlaceText, APathMayHoldWhatLooksLikeAScheme) {
  EXPECT_EQ(parsed("./a://b").kind, Place::Kind::file);
}

}  // namespace
}  // namespace holdfast::repository
