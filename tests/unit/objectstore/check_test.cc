#include "objectstore/check.h"

#include <functional>

#include <gmock/gmock.h>

#include "objectstore/memory/memory_store.h"
#include "support/fake_clock.h"

namespace holdfast::test {
namespace {

using objectstore::ByteRange;
using objectstore::check_store;
using objectstore::CheckReport;
using objectstore::CheckStep;
using objectstore::Features;
using objectstore::MemoryStore;
using objectstore::ObjectInfo;
using objectstore::PutOptions;

// A memory store whose calls can be made to fail.
class CrippledStore final : public objectstore::ObjectStore {
 public:
  std::optional<Error> put_error;
  std::optional<Error> list_error;
  std::optional<Error> remove_error;
  bool conditional = true;
  bool reads_zeros = false;
  std::stop_source* stop_source = nullptr;
  MemoryStore inner;

  explicit CrippledStore(os::Clock& clock = os::real_clock()) : inner(clock) {}

  Result<ObjectInfo> put(const std::string& key, ByteSource& source, const PutOptions& options,
                         const std::stop_token& stop) override {
    if (put_error) return tl::unexpected<Error>(*put_error);
    auto stored = inner.put(key, source, options, stop);
    if (stop_source != nullptr) stop_source->request_stop();
    return stored;
  }
  Result<Opened> get(const std::string& key, const ByteRange& range, const std::stop_token& stop) override {
    if (!reads_zeros) return inner.get(key, range, stop);
    HF_TRY(objectstore::put_bytes(inner, key, Bytes(1024), {}, stop));
    return inner.get(key, range, stop);
  }
  Result<ObjectInfo> head(const std::string& key, const std::stop_token& stop) override {
    return inner.head(key, stop);
  }
  Status list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) override {
    if (list_error) return tl::unexpected<Error>(*list_error);
    return inner.list(prefix, visit, stop);
  }
  Status remove(const std::string& key, const std::stop_token& stop) override {
    if (remove_error) return tl::unexpected<Error>(*remove_error);
    return inner.remove(key, stop);
  }
  Features features(const std::stop_token& stop) const override {
    Features features = inner.features(stop);
    if (!conditional) features.conditional_put_limit = 0;
    return features;
  }
  std::string describe() const override { return "crippled:"; }
};

Error refused(const char* message) {
  return fail(Code::refused, "{}", message).value();
}

const CheckStep& step(const CheckReport& report, const std::string& name) {
  const auto found =
      std::find_if(report.steps.begin(), report.steps.end(), [&](const CheckStep& one) { return one.name == name; });
  EXPECT_NE(found, report.steps.end()) << name;
  return *found;
}

std::size_t count(MemoryStore& store) {
  std::size_t found = 0;
  const auto counted = store.list("",
                                  [&](const ObjectInfo&) -> Status {
                                    ++found;
                                    return {};
                                  },
                                  {});
  EXPECT_TRUE(counted);
  return found;
}

TEST(CheckStore, GoodStoreIsUsableAndStaysEmpty) {
  MemoryStore store(os::real_clock());

  const CheckReport report = check_store(store, "backups/", os::real_random(), os::real_clock(), {});

  EXPECT_TRUE(report.usable());
  EXPECT_EQ(report.steps.size(), 6U);
  for (const CheckStep& one : report.steps)
    EXPECT_TRUE(one.ok) << one.name << ": " << one.error;
  EXPECT_EQ(count(store), 0U);
}

TEST(CheckStore, WithoutTheRightToWriteListingIsStillTried) {
  CrippledStore store;
  store.put_error = refused("no right to put");

  const CheckReport report = check_store(store, "", os::real_random(), os::real_clock(), {});

  EXPECT_FALSE(report.usable());
  EXPECT_EQ(step(report, "write").error, "no right to put");
  EXPECT_TRUE(step(report, "list").ok);
  EXPECT_THAT(step(report, "read").error, ::testing::HasSubstr("not tried"));
  EXPECT_FALSE(step(report, "delete").ok);
}

TEST(CheckStore, MissingRightToDeleteIsNamed) {
  CrippledStore store;
  store.remove_error = refused("no right to delete");

  const CheckReport report = check_store(store, "", os::real_random(), os::real_clock(), {});

  EXPECT_FALSE(report.usable());
  EXPECT_EQ(step(report, "delete").error, "no right to delete");
  EXPECT_TRUE(step(report, "read").ok);
}

TEST(CheckStore, AProbeThatMayNotBeRemovedIsNamedAndTakenAgainByTheNextCheck) {
  FakeClock clock;
  CrippledStore store(clock);
  store.remove_error = refused("no right to delete");
  const CheckReport first = check_store(store, "backups/", os::real_random(), clock, {});
  EXPECT_THAT(first.left_behind, ::testing::StartsWith("backups/.holdfast-probe-"));
  clock.advance(std::chrono::minutes(2));

  const CheckReport second = check_store(store, "backups/", os::real_random(), clock, {});

  EXPECT_EQ(second.left_behind, first.left_behind);
  EXPECT_EQ(count(store.inner), 1U);
}

TEST(CheckStore, ProbesThatAreLeftGoOnceTheyMayBeRemoved) {
  FakeClock clock;
  CrippledStore store(clock);
  store.remove_error = refused("no right to delete");
  static_cast<void>(check_store(store, "", os::real_random(), clock, {}));
  static_cast<void>(check_store(store, "", os::real_random(), clock, {}));  // too soon to take the first one's
  ASSERT_EQ(count(store.inner), 2U);
  store.remove_error.reset();
  clock.advance(std::chrono::minutes(2));

  const CheckReport third = check_store(store, "", os::real_random(), clock, {});

  EXPECT_TRUE(third.usable());
  EXPECT_EQ(third.left_behind, "");
  EXPECT_EQ(count(store.inner), 0U);
}

TEST(CheckStore, MissingRightToListIsNamedAndTheProbeGoesAway) {
  CrippledStore store;
  store.list_error = refused("no right to list");

  const CheckReport report = check_store(store, "", os::real_random(), os::real_clock(), {});

  EXPECT_FALSE(report.usable());
  EXPECT_EQ(step(report, "list").error, "no right to list");
  EXPECT_EQ(count(store.inner), 0U);
}

TEST(CheckStore, StoreWithoutConditionsIsUsable) {
  CrippledStore store;
  store.conditional = false;

  const CheckReport report = check_store(store, "", os::real_random(), os::real_clock(), {});

  EXPECT_TRUE(report.usable());
  EXPECT_FALSE(step(report, "conditional write").ok);
  EXPECT_FALSE(step(report, "conditional write").required);
}

TEST(CheckStore, StoreThatGivesBackOtherBytesIsNotUsable) {
  CrippledStore store;
  store.reads_zeros = true;

  const CheckReport report = check_store(store, "", os::real_random(), os::real_clock(), {});

  EXPECT_FALSE(report.usable());
  EXPECT_THAT(step(report, "read").error, ::testing::HasSubstr("different"));
}

TEST(CheckStore, StoppedCheckStillRemovesItsProbe) {
  std::stop_source stop;
  CrippledStore store;
  store.stop_source = &stop;

  const CheckReport report = check_store(store, "", os::real_random(), os::real_clock(), stop.get_token());

  EXPECT_FALSE(report.usable());
  EXPECT_EQ(count(store.inner), 0U);
}

}  // namespace
}  // namespace holdfast::test
