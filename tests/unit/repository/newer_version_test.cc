// Backups that a newer version of holdfast wrote.
#include <gmock/gmock.h>

#include "unit/repository/newer_manifest.h"
#include "unit/repository/save_bench.h"

namespace holdfast::repository {
namespace {

using testing::HasSubstr;

constexpr const char* kManifest = "prod/nightly.db.zst.manifest.json";

class NewerVersion : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(bench_.save(bench_.options()));
    newer_ = of_a_newer_version(text());
    ASSERT_TRUE(objectstore::put_bytes(bench_.store, kManifest, as_bytes(newer_), {}, {}));
  }
  std::string text() { return std::string(as_text(objectstore::get_bytes(bench_.store, kManifest, kMiB, {}).value())); }

  SaveBench bench_;
  std::string newer_;
};

TEST_F(NewerVersion, IsListedAsUnsupportedAndSaysWhoWroteIt) {
  const auto entries = Repository(bench_.store).list("prod/", {}, {});

  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().state, EntryState::unsupported);
  EXPECT_EQ(state_name(entries->front().state), "unsupported");
  EXPECT_THAT(entries->front().problem, HasSubstr("version 2"));
  EXPECT_THAT(entries->front().problem, HasSubstr("written by holdfast"));
}

TEST_F(NewerVersion, IsReadAsUnsupportedNotAsDamaged) {
  const auto back = bench_.read_back("prod/nightly");

  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, Code::unsupported);
  EXPECT_THAT(back.error().hint, HasSubstr("newest version"));
}

TEST_F(NewerVersion, IsVerifiedAsUnsupportedNotAsDamaged) {
  const auto verified = bench_.verify("prod/nightly");

  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, Code::unsupported);
}

TEST_F(NewerVersion, CanBeOpenedByItsOwnChecksAlone) {
  const auto entry = Repository(bench_.store).find("prod/nightly", {});
  ASSERT_TRUE(entry);

  const auto source = open_snapshot(bench_.store, *entry, {.keys = {}, .ignore_manifest = true, .bytes_per_second = 0},
                                    bench_.clock, {});

  ASSERT_TRUE(source) << source.error().to_string();
  EXPECT_EQ(read_all(**source, kMiB).value(), test::with_trailer(small_database().bytes));
}

TEST_F(NewerVersion, IsNotReplacedByOverwriting) {
  SaveOptions options = bench_.options();
  options.overwrite = true;

  const auto report = bench_.save(options);

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::refused);
  EXPECT_EQ(text(), newer_);
  EXPECT_TRUE(bench_.etcd.snapshot_calls().size() == 1U) << "asked before anything was streamed";
}

}  // namespace
}  // namespace holdfast::repository
