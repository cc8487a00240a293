#include "repository/naming.h"

#include <gtest/gtest.h>

namespace holdfast::repository {
namespace {

using pipeline::Compression;

TEST(Naming, EveryFormHasItsSuffixAndIsFoundAgain) {
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    for (const bool encrypted : {false, true}) {
      const StoredForm form{.compression = compression, .encrypted = encrypted};
      const SplitName split = split_name("nightly" + suffix_of(form));
      EXPECT_EQ(split.name, "nightly");
      ASSERT_TRUE(split.form.has_value());
      EXPECT_EQ(*split.form, form);
    }
  }
}

TEST(Naming, OtherSuffixesAreNoForm) {
  for (const char* name :
       {"nightly", "nightly.zip", "nightly.db.bz2", "nightly.zst", "nightly.age", ".db", ".db.zst.age"}) {
    EXPECT_FALSE(split_name(name).form.has_value()) << name;
    EXPECT_EQ(split_name(name).name, name);
  }
}

TEST(Naming, ManifestKeyLiesBesideTheObject) {
  EXPECT_EQ(manifest_key("a/b.db.zst"), "a/b.db.zst.manifest.json");
  EXPECT_EQ(object_key_of_manifest("a/b.db.zst.manifest.json"), "a/b.db.zst");
  EXPECT_FALSE(object_key_of_manifest("a/b.db.zst").has_value());
  EXPECT_FALSE(object_key_of_manifest("a/.manifest.json").has_value());
}

TEST(Naming, FoldersEndInASlash) {
  EXPECT_EQ(folder_of("a/b/c"), "a/b/");
  EXPECT_EQ(folder_of("c"), "");
  EXPECT_EQ(last_segment("a/b/c"), "c");
  EXPECT_EQ(last_segment("a/b/"), "");
}

TEST(Naming, NamesThatCannotBeKeysAreRefused) {
  for (const std::string& name : {std::string(), std::string("."), std::string(".."), std::string("a/b"),
                                  std::string("a\nb"), std::string("a\x7f"), std::string(256, 'x')}) {
    const Status checked = check_name(name);
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().code, Code::usage);
  }
  EXPECT_TRUE(check_name("default-backups-2026-11-21t10-00-00"));
}

}  // namespace
}  // namespace holdfast::repository
