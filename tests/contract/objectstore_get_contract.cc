// Promises about get, head and remove.
#include <thread>

#include <gmock/gmock.h>

#include "objectstore_contract.h"

namespace holdfast::test {

using objectstore::ByteRange;
using ::testing::HasSubstr;

TEST_P(ObjectStoreContract, MissingObjectIsNotFound) {
  put("other", pattern(1));

  const auto opened = store_.get("dir/missing", {}, no_stop_);
  const auto info = store_.head("dir/missing", no_stop_);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::not_found);
  EXPECT_THAT(opened.error().to_string(), HasSubstr("dir/missing"));
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().code, Code::not_found);
  EXPECT_THAT(info.error().to_string(), HasSubstr("dir/missing"));
}

TEST_P(ObjectStoreContract, FolderIsNotAnObject) {
  put("a/b/c", pattern(1));

  EXPECT_FALSE(exists("a"));
  EXPECT_FALSE(exists("a/b"));
  EXPECT_EQ(store_.get("a/b", {}, no_stop_).error().code, Code::not_found);
}

TEST_P(ObjectStoreContract, RangesGiveExactlyWhatIsAsked) {
  const Bytes bytes = pattern(1000);
  put("object", bytes);
  const auto part = [&](std::size_t from, std::size_t count) {
    return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                 bytes.begin() + static_cast<std::ptrdiff_t>(from + count));
  };

  EXPECT_EQ(get("object", {.offset = 0, .length = 1}), part(0, 1));
  EXPECT_EQ(get("object", {.offset = 10, .length = 90}), part(10, 90));
  EXPECT_EQ(get("object", {.offset = 990, .length = {}}), part(990, 10));
  EXPECT_EQ(get("object", {.offset = 990, .length = 5000}), part(990, 10));
  EXPECT_EQ(get("object", {.offset = 999, .length = 1}), part(999, 1));
  EXPECT_TRUE(get("object", {.offset = 1000, .length = {}}).empty());
  EXPECT_TRUE(get("object", {.offset = 5, .length = 0}).empty());
}

TEST_P(ObjectStoreContract, RangeOfAnObjectTellsTheWholeSize) {
  put("object", pattern(1000));

  const auto opened = store_.get("object", {.offset = 10, .length = 5}, no_stop_);

  ASSERT_TRUE(opened) << opened.error().to_string();
  EXPECT_EQ(opened->info.size, 1000U);
}

TEST_P(ObjectStoreContract, RangePastTheEndIsAUsageError) {
  put("object", pattern(1000));

  const auto opened = store_.get("object", {.offset = 1001, .length = {}}, no_stop_);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::usage);
  EXPECT_THAT(opened.error().to_string(), HasSubstr("object"));
}

TEST_P(ObjectStoreContract, RangesAcrossPartBoundaries) {
  for (const std::uint64_t boundary : harness_->boundaries()) {
    PatternSource source(2 * boundary + 100);
    ASSERT_TRUE(store_.put("object", source, {}, no_stop_));

    const Bytes bytes = get("object", {.offset = boundary - 50, .length = boundary + 100});

    ASSERT_EQ(bytes.size(), boundary + 100);
    EXPECT_EQ(bytes.front(), (boundary - 50) % 251);
    EXPECT_EQ(bytes.back(), (2 * boundary + 49) % 251);
  }
}

TEST_P(ObjectStoreContract, EndOfASourceStaysTheEnd) {
  put("object", pattern(10));
  const auto opened = store_.get("object", {}, no_stop_);
  ASSERT_TRUE(opened);
  Bytes buffer(100);
  ASSERT_EQ(read_full(*opened->source, buffer).value(), 10U);

  EXPECT_EQ(opened->source->read(buffer).value(), 0U);
  EXPECT_EQ(opened->source->read(buffer).value(), 0U);
}

TEST_P(ObjectStoreContract, ObjectReplacedWhileReadIsOldOrAnError) {
  const std::size_t size = harness_->boundaries().empty() ? 4 * kMiB : 3 * harness_->boundaries().front();
  const Bytes old = pattern(size, 1);
  put("object", old);
  auto opened = store_.get("object", {}, no_stop_);
  ASSERT_TRUE(opened);
  Bytes first(1000);
  ASSERT_TRUE(read_full(*opened->source, first));

  put("object", pattern(size, 2));

  const auto rest = read_all(*opened->source, size);
  if (rest) {
    Bytes all = first;
    all.insert(all.end(), rest->begin(), rest->end());
    EXPECT_TRUE(all == old) << "two versions of the object were mixed";
  } else {
    EXPECT_EQ(rest.error().code, Code::corrupt) << rest.error().to_string();
  }
}

TEST_P(ObjectStoreContract, SourceMayBeDroppedBeforeItsEnd) {
  put("object", pattern(3 * kMiB));
  {
    auto opened = store_.get("object", {}, no_stop_);
    ASSERT_TRUE(opened);
    Bytes some(1000);
    ASSERT_TRUE(read_full(*opened->source, some));
  }

  EXPECT_EQ(get("object").size(), 3 * kMiB);
}

TEST_P(ObjectStoreContract, ManyReadersAtOnce) {
  const Bytes bytes = pattern(300000);
  put("object", bytes);
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 6; ++i) {
      readers.emplace_back([&] { EXPECT_EQ(get("object"), bytes); });
    }
  }
}

TEST_P(ObjectStoreContract, StoppedCallsAreCancelled) {
  put("object", pattern(10));
  std::stop_source stop;
  stop.request_stop();
  const auto ignore = [](const objectstore::ObjectInfo&) -> Status { return {}; };

  EXPECT_EQ(store_.head("object", stop.get_token()).error().code, Code::cancelled);
  EXPECT_EQ(store_.get("object", {}, stop.get_token()).error().code, Code::cancelled);
  EXPECT_EQ(store_.list("", ignore, stop.get_token()).error().code, Code::cancelled);
  EXPECT_EQ(store_.remove("object", stop.get_token()).error().code, Code::cancelled);
  EXPECT_TRUE(exists("object"));
}

TEST_P(ObjectStoreContract, GetBytesRefusesWhatIsTooLarge) {
  put("object", pattern(1000));

  EXPECT_EQ(objectstore::get_bytes(store_, "object", 1000, no_stop_).value(), pattern(1000));
  EXPECT_EQ(objectstore::get_bytes(store_, "object", 999, no_stop_).error().code, Code::no_space);
}

TEST_P(ObjectStoreContract, RemovedObjectIsGone) {
  put("dir/a", pattern(1));
  put("dir/b", pattern(1));

  ASSERT_TRUE(store_.remove("dir/a", no_stop_));

  EXPECT_FALSE(exists("dir/a"));
  EXPECT_THAT(list(), ::testing::ElementsAre("dir/b"));
}

TEST_P(ObjectStoreContract, RemovingWhatIsMissingIsFine) {
  put("a/b", pattern(1));

  EXPECT_TRUE(store_.remove("missing", no_stop_));
  EXPECT_TRUE(store_.remove("a", no_stop_));
  EXPECT_TRUE(store_.remove("a/b/c", no_stop_));

  EXPECT_TRUE(exists("a/b"));
}

TEST_P(ObjectStoreContract, DescriptionIsAPlace) {
  EXPECT_THAT(store_.describe(), HasSubstr(":"));
}

}  // namespace holdfast::test
