// When the store fails, the store is named, and no member is asked again or blamed.
#include <gmock/gmock.h>

#include "unit/repository/save_bench.h"

namespace holdfast::repository {
namespace {

using objectstore::ObjectInfo;
using objectstore::PutOptions;
using testing::HasSubstr;
using testing::Not;

// What a store does that fails at puts alone.
class OtherwiseGoodStore : public objectstore::ObjectStore {
 public:
  explicit OtherwiseGoodStore(objectstore::ObjectStore& store) : store_(store) {}

  Result<Opened> get(const std::string& key, const objectstore::ByteRange& range,
                     const std::stop_token& stop) override {
    return store_.get(key, range, stop);
  }
  Result<ObjectInfo> head(const std::string& key, const std::stop_token& stop) override {
    return store_.head(key, stop);
  }
  Status list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) override {
    return store_.list(prefix, visit, stop);
  }
  Status remove(const std::string& key, const std::stop_token& stop) override { return store_.remove(key, stop); }
  objectstore::Features features(const std::stop_token& stop) const override { return store_.features(stop); }

 protected:
  objectstore::ObjectStore& store_;
};

// Fails every put after some bytes.
class FailingStore final : public OtherwiseGoodStore {
 public:
  FailingStore(objectstore::ObjectStore& store, Code code) : OtherwiseGoodStore(store), code_(code) {}

  Result<ObjectInfo> put(const std::string&, ByteSource& source, const PutOptions&, const std::stop_token&) override {
    ++puts;
    Bytes some(100);
    HF_TRY(source.read(some));
    return fail(code_, "injected: the bucket is on fire");
  }
  std::string describe() const override { return "s3://burning"; }

  int puts = 0;

 private:
  const Code code_;
};

class SaveStoreFailure : public testing::TestWithParam<Code> {};

TEST_P(SaveStoreFailure, NamesTheStoreAndAsksNoOtherMember) {
  SaveBench bench;
  FailingStore store(bench.store, GetParam());

  const auto report = save(bench.world(store), bench.options(), {});

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, GetParam());
  EXPECT_THAT(report.error().to_string(), HasSubstr("write to s3://burning: injected"));
  EXPECT_THAT(report.error().to_string(), Not(HasSubstr("member")));
  EXPECT_EQ(store.puts, 1);
}

INSTANTIATE_TEST_SUITE_P(Codes, SaveStoreFailure, testing::Values(Code::corrupt, Code::unavailable, Code::refused));

// Loses the first manifests that are written, as when another save removes them, and says so.
class LosingStore final : public OtherwiseGoodStore {
 public:
  LosingStore(objectstore::ObjectStore& store, int losses) : OtherwiseGoodStore(store), losses_(losses) {}

  Result<ObjectInfo> put(const std::string& key, ByteSource& source, const PutOptions& options,
                         const std::stop_token& stop) override {
    if (!key.ends_with(".manifest.json")) return store_.put(key, source, options, stop);
    ++puts;
    if (puts > losses_) return store_.put(key, source, options, stop);
    return fail(Code::unsupported, "injected: it says that the object is stored, but does not have it");
  }
  std::string describe() const override { return "s3://losing"; }

  int puts = 0;

 private:
  const int losses_;
};

TEST(SaveManifest, ThatIsGoneAtOnceIsWrittenAgain) {
  SaveBench bench;
  LosingStore store(bench.store, 2);

  const auto report = save(bench.world(store), bench.options(), {});

  ASSERT_TRUE(report) << report.error().to_string();
  const auto entry = Repository(bench.store).find(bench.options().object_key, {});
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->state, EntryState::ok);
}

TEST(SaveManifest, ThatIsGoneEachTimeFailsTheSave) {
  SaveBench bench;
  LosingStore store(bench.store, 100);

  const auto report = save(bench.world(store), bench.options(), {});

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::unsupported);
  EXPECT_LT(store.puts, 10);
}

}  // namespace
}  // namespace holdfast::repository
