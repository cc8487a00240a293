#include "snapshot/status.h"

#include <gmock/gmock.h>

#include "unit/snapshot/damage_support.h"

#include "support/memory_file.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;
using ::testing::HasSubstr;

Result<SnapshotStatus> status_of(Bytes bytes, bool check_trailer = true) {
  MemoryFile file(std::move(bytes));
  return read_status(file, check_trailer);
}

TEST(SnapshotStatus, ReadsASnapshotWithItsTrailer) {
  const EtcdModel model = sample_model(500, 900);
  const auto status = status_of(with_trailer(write_bolt(model.buckets(), {.seed = 1}).bytes));
  ASSERT_TRUE(status) << status.error().to_string();
  EXPECT_EQ(status->facts.hash, model.hash());
  EXPECT_EQ(status->live_keys, model.live_keys());
  EXPECT_TRUE(status->has_trailer);
  EXPECT_TRUE(status->trailer_matches);
}

TEST(SnapshotStatus, ReadsABareDatabaseWithSlack) {
  const EtcdModel model = sample_model(50, 100);
  Bytes bytes = write_bolt(model.buckets()).bytes;
  bytes.resize(bytes.size() + kMiB);
  const auto status = status_of(std::move(bytes));
  ASSERT_TRUE(status) << status.error().to_string();
  EXPECT_EQ(status->facts.hash, model.hash());
  EXPECT_FALSE(status->has_trailer);
}

TEST(SnapshotStatus, ReportsAWrongTrailerWithoutFailing) {
  Bytes bytes = with_trailer(write_bolt(sample_model(50, 100).buckets()).bytes);
  bytes.back() ^= 1U;
  const auto status = status_of(std::move(bytes));
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->has_trailer);
  EXPECT_FALSE(status->trailer_matches);
}

TEST(SnapshotStatus, LeavesTheTrailerAloneWhenNotAsked) {
  const auto status = status_of(with_trailer(damage_sample().bytes), false);
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->has_trailer);
  EXPECT_FALSE(status->trailer_matches);
}

TEST(SnapshotStatus, RefusesAFileThatIsCutOff) {
  Bytes bytes = damage_sample().bytes;
  bytes.resize(bytes.size() - 1024);
  const auto status = status_of(std::move(bytes));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::corrupt);
  EXPECT_THAT(status.error().message, HasSubstr("cut off"));
}

TEST(SnapshotStatus, RefusesDamagedPages) {
  for (const Damage& damage : structure_damages()) {
    SCOPED_TRACE(damage.name);
    BoltFile file = damage_sample();
    damage.apply(file);
    const auto status = status_of(with_trailer(file.bytes));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Code::corrupt);
  }
}

TEST(SnapshotStatus, ReadsALayoutThatCannotBeJudgedInOnePass) {
  const EtcdModel model = sample_model(300, 10);
  const BoltFile file = write_bolt(model.buckets(), {.page_size = 1024, .leaf_fill = 6000, .seed = 2});
  for (const bool check_trailer : {false, true}) {
    const auto status = status_of(with_trailer(file.bytes), check_trailer);
    ASSERT_TRUE(status) << status.error().to_string();
    EXPECT_EQ(status->facts.hash, model.hash());
    EXPECT_EQ(status->live_keys, model.live_keys());
    EXPECT_EQ(status->trailer_matches, check_trailer);
  }
}

TEST(SnapshotStatus, NeverWritesToTheFile) {
  const Bytes bytes = with_trailer(damage_sample().bytes);
  MemoryFile file(bytes);
  ASSERT_TRUE(read_status(file, true));
  EXPECT_EQ(file.bytes(), bytes);
}

// A file whose reads fail from some offset on.
class BrokenFile final : public os::File {
 public:
  BrokenFile(MemoryFile& file, std::uint64_t good) : file_(file), good_(good) {}
  Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override {
    if (offset + into.size() > good_) return fail(Code::internal, "read snapshot.db: input/output error");
    return file_.read_at(offset, into);
  }
  Status write_at(std::uint64_t, ByteView) override { return fail(Code::internal, "written to"); }
  Result<std::uint64_t> size() override { return file_.size(); }
  Status truncate(std::uint64_t) override { return fail(Code::internal, "written to"); }
  Status allocate(std::uint64_t) override { return fail(Code::internal, "written to"); }
  Status sync() override { return {}; }
  void begin_writeback(std::uint64_t, std::uint64_t) override {}
  void will_read(std::uint64_t, std::uint64_t) override {}
  Status copy_range(std::uint64_t, std::uint64_t, os::File&, std::uint64_t) override { return {}; }

 private:
  MemoryFile& file_;
  const std::uint64_t good_;
};

TEST(SnapshotStatus, PassesOnWhyTheFileCannotBeRead) {
  MemoryFile good(with_trailer(write_bolt(sample_model(500, 5000).buckets()).bytes));
  for (const bool check_trailer : {false, true}) {
    BrokenFile file(good, kMiB);
    const auto status = read_status(file, check_trailer);
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message, HasSubstr("input/output error"));
  }
}

}  // namespace
}  // namespace holdfast::test
