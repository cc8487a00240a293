#include "work/catalogue.h"

#include <gtest/gtest.h>

#include "support/control_plane.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

class CatalogueTest : public testing::Test {
 protected:
  void SetUp() override {
    plane_.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"cluster-c"}})");
  }

  std::string phase(const std::string& name) {
    return test::text_of(plane_.get("backup", "cluster-c", name), {"status", "phase"});
  }

  Result<std::string> record_listed(const json::Object& status) {
    HF_ASSIGN(const Places places, Places::read(world_));
    return record_found(world_, place_, status, places, {});
  }

  test::TempDir dir_;
  test::ControlPlane plane_{{.directory = dir_.path(), .decides = false, .works = false}};
  World world_ = plane_.work_world();
  const BackupPlace place_{.cluster = "c",
                           .config = "once",
                           .seed = "europe",
                           .destination = "disk",
                           .backup_name = "once.db.gz",
                           .object_key = "c-once.db.gz"};
};

TEST_F(CatalogueTest, WhatWasFoundIsRecordedOnce) {
  const auto first = record_listed({{"phase", "Unverified"}});
  const auto second = record_listed({{"phase", "Unverified"}});

  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(phase(*first), "Unverified");
}

// An inventory lists the destination before the manifest is there, and writes after the backup was recorded.
TEST_F(CatalogueTest, AnOldListSaysNothingAboutWhatWasRecordedMeanwhile) {
  const auto name = record_backup(world_, place_, {{"phase", "Completed"}, {"sizeBytes", 5}}, {});
  ASSERT_TRUE(name);

  ASSERT_TRUE(record_listed({{"phase", "Unverified"}, {"foreign", true}}));

  EXPECT_EQ(phase(*name), "Completed");
  EXPECT_EQ(test::text_of(plane_.get("backup", "cluster-c", *name), {"status", "foreign"}), "");
}

TEST_F(CatalogueTest, ABackupThatEndsTakesTheBackupThatWasFound) {
  const auto found = record_listed({{"phase", "Unverified"}, {"foreign", true}});
  ASSERT_TRUE(found);

  const auto name = record_backup(world_, place_, {{"phase", "Completed"}, {"foreign", false}}, {});

  ASSERT_TRUE(name);
  EXPECT_EQ(*name, *found);
  EXPECT_EQ(phase(*name), "Completed");
}

}  // namespace
}  // namespace holdfast::work
