#include "pipeline/thread_source.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "test_streams.h"

namespace holdfast::pipeline {
namespace {

using Pieces = std::vector<std::size_t>;

Pieces any_pieces() {
  return *rc::gen::nonEmpty(rc::gen::container<Pieces>(rc::gen::inRange<std::size_t>(1, 40'000)));
}

// Something that waits until it is opened, as a network read does.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void wait_for_waiter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

// Gives one byte at a time without end, then waits at the gate after `free` bytes.
class GatedSource final : public ByteSource {
 public:
  GatedSource(Gate& gate, std::size_t free) : gate_(gate), free_(free) {}
  Result<std::size_t> read(ByteSpan into) override {
    if (given_ == free_) gate_.wait();
    into[0] = static_cast<std::uint8_t>(given_++);
    return 1U;
  }
  std::size_t given() const { return given_; }

 private:
  Gate& gate_;
  const std::size_t free_;
  std::atomic<std::size_t> given_ = 0;
};

class GatedSink final : public ByteSink {
 public:
  explicit GatedSink(Gate& gate) : gate_(gate) {}
  Status write(ByteView) override {
    gate_.wait();
    return {};
  }
  Status finish() override {
    finished_ = true;
    return {};
  }
  bool finished() const { return finished_; }

 private:
  Gate& gate_;
  std::atomic<bool> finished_ = false;
};

TEST(ReadAhead, GivesTheSameBytesWhateverTheSizes) {
  EXPECT_TRUE(rc::check([] {
    const Bytes bytes = noise(*rc::gen::inRange<std::size_t>(0, 500'000));
    PieceSource from(bytes, any_pieces());
    const auto source =
        make_read_ahead(from, *rc::gen::inRange<std::size_t>(1, 100'000), *rc::gen::inRange<std::size_t>(0, 6));
    const auto got = read_in_pieces(*source, any_pieces());
    RC_ASSERT(got.has_value());
    RC_ASSERT(*got == bytes);
  }));
}

TEST(ReadAhead, GivesTheBytesBeforeAnErrorFirst) {
  PieceSource from(noise(10'000), {700}, fail(Code::unavailable, "the connection broke"));
  const auto source = make_read_ahead(from, 4096, 3);
  Bytes got(10'000);
  ASSERT_EQ(read_full(*source, got), 10'000U);
  EXPECT_EQ(got, noise(10'000));
  Bytes more(10);
  EXPECT_EQ(source->read(more).error().message, "the connection broke");
  EXPECT_EQ(source->read(more).error().message, "the connection broke");
}

TEST(ReadAhead, StaysAtTheEnd) {
  PieceSource from(noise(10));
  const auto source = make_read_ahead(from, 4096, 3);
  ASSERT_TRUE(read_in_pieces(*source));
  Bytes more(10);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(source->read(more), 0U);
}

TEST(ReadAhead, ReadsNoFurtherThanItsBuffers) {
  Gate gate;
  gate.open();
  GatedSource from(gate, SIZE_MAX);
  {
    const auto source = make_read_ahead(from, 100, 4);
    Bytes one(1);
    ASSERT_EQ(source->read(one), 1U);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_LE(from.given(), 400U);
  }
}

TEST(ReadAhead, IsDestroyedWhileItsSourceWaits) {
  Gate gate;
  GatedSource from(gate, 150);
  int stops = 0;
  {
    const auto source = make_read_ahead(from, 100, 4, [&] {
      ++stops;
      gate.open();
    });
    Bytes one(1);
    ASSERT_EQ(source->read(one), 1U);
    gate.wait_for_waiter();
  }
  EXPECT_EQ(stops, 1);
  EXPECT_EQ(from.given(), 151U);  // the read that was under way, and no other
}

TEST(ReadAhead, DoesNotCallTheStopHookAfterTheEnd) {
  int stops = 0;
  PieceSource from(noise(1000));
  ASSERT_TRUE(read_in_pieces(*make_read_ahead(from, 100, 4, [&] { ++stops; })));
  EXPECT_EQ(stops, 0);
}

TEST(WriteBehind, HandsOnTheSameBytesWhateverTheSizes) {
  EXPECT_TRUE(rc::check([] {
    const Bytes bytes = noise(*rc::gen::inRange<std::size_t>(0, 500'000));
    RecordingSink next;
    const auto size = *rc::gen::inRange<std::size_t>(1, 100'000);
    const auto sink = make_write_behind(next, size, *rc::gen::inRange<std::size_t>(0, 6));
    RC_ASSERT(write_in_pieces(*sink, bytes, any_pieces()).has_value());
    RC_ASSERT(next.bytes() == bytes);
    RC_ASSERT(next.finishes() == 1);
    RC_ASSERT(next.largest_write() <= size);
  }));
}

TEST(WriteBehind, GivesAnErrorOfTheNextSinkToALaterWrite) {
  RecordingSink next(1000);
  const auto sink = make_write_behind(next, 100, 3);
  Status written;
  for (int i = 0; i < 100 && written; ++i)
    written = sink->write(noise(100));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::unavailable);
  EXPECT_EQ(next.finishes(), 0);
}

TEST(WriteBehind, TakesWhatIsPutIntoItsMemory) {
  const Bytes bytes = noise(100'003);
  RecordingSink next;
  const auto sink = make_write_behind(next, 1000, 3);
  for (ByteView rest = bytes; !rest.empty();) {
    const ByteSpan space = *sink->space();
    const std::size_t count = std::min({rest.size(), space.size(), std::size_t{300}});
    std::copy_n(rest.begin(), count, space.begin());
    sink->commit(count);
    rest = rest.subspan(count);
  }
  ASSERT_TRUE(sink->finish());
  EXPECT_EQ(next.bytes(), bytes);
}

TEST(WriteBehind, HasNoSpaceAfterAnErrorOfTheNextSink) {
  RecordingSink next(50);
  const auto sink = make_write_behind(next, 10, 3);
  Result<ByteSpan> space = sink->space();
  for (int i = 0; i < 1000 && space; ++i) {
    sink->commit(space->size());
    space = sink->space();
  }
  ASSERT_FALSE(space);
  EXPECT_EQ(space.error().code, Code::unavailable);
}

TEST(WriteBehind, GivesAnErrorOfTheNextSinkToFinish) {
  RecordingSink next(50);
  const auto sink = make_write_behind(next, 1000, 3);
  ASSERT_TRUE(sink->write(noise(100)));
  EXPECT_EQ(sink->finish().error().code, Code::unavailable);
  EXPECT_EQ(next.finishes(), 0);
}

TEST(WriteBehind, GivesTheErrorOfFinishingTheNextSink) {
  class Unfinishable final : public ByteSink {
   public:
    Status write(ByteView) override { return {}; }
    Status finish() override { return fail(Code::corrupt, "digest differs"); }
  } next;
  const auto sink = make_write_behind(next, 1000, 3);
  EXPECT_EQ(sink->finish().error().code, Code::corrupt);
}

TEST(WriteBehind, DestroyedUnfinishedDoesNotFinishTheNextSink) {
  RecordingSink next;
  {
    const auto sink = make_write_behind(next, 10, 3);
    ASSERT_TRUE(sink->write(noise(100)));
  }
  EXPECT_EQ(next.finishes(), 0);
}

TEST(WriteBehind, IsDestroyedWhileTheNextSinkWaits) {
  Gate gate;
  GatedSink next(gate);
  int stops = 0;
  {
    const auto sink = make_write_behind(next, 10, 3, [&] {
      ++stops;
      gate.open();
    });
    ASSERT_TRUE(sink->write(noise(25)));
    gate.wait_for_waiter();
  }
  EXPECT_EQ(stops, 1);
  EXPECT_FALSE(next.finished());
}

TEST(WriteBehind, DoesNotCallTheStopHookAfterFinish) {
  int stops = 0;
  RecordingSink next;
  ASSERT_TRUE(write_in_pieces(*make_write_behind(next, 10, 3, [&] { ++stops; }), noise(100)));
  EXPECT_EQ(stops, 0);
}

TEST(Threads, RunInAChain) {
  const Bytes bytes = noise(2 * kMiB);
  PieceSource from(bytes, {1000, 50'000});
  RecordingSink next;
  const auto source = make_read_ahead(from, 64 * kKiB, 4);
  const auto sink = make_write_behind(next, 64 * kKiB, 4);
  ASSERT_TRUE(copy_all(*source, *sink));
  ASSERT_TRUE(sink->finish());
  EXPECT_EQ(next.bytes(), bytes);
}

}  // namespace
}  // namespace holdfast::pipeline
