#include "launcher/supervise/child/record.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "model/json.h"

namespace holdfast::launcher {
namespace {

ChildRecord full() {
  const EtcdCommand command{
      .program = "/usr/bin/etcd", .arguments = {"--name=m0", "--x=\"\xC3\xA4\""}, .environment = {{"PATH", "/bin"}}};
  const WallTime time{std::chrono::milliseconds(1'770'000'000'123)};
  return {.wanted = true,
          .command = command,
          .process = ProcessRecord{.identity = {.pid = 4711, .start_ticks = ~0ULL, .boot_id = "b-1"},
                                   .started = time,
                                   .command = {.program = "/old/etcd", .arguments = {}, .environment = {}}},
          .last_exit = ExitReason{.text = "exit code 1", .exit_code = 1, .ended = time},
          .ends = 3,
          .restarts = 12};
}

void expect_same(const ChildRecord& is, const ChildRecord& should) {
  EXPECT_EQ(format_record(is), format_record(should));
  EXPECT_EQ(is.wanted, should.wanted);
  EXPECT_EQ(is.command, should.command);
  ASSERT_EQ(is.process.has_value(), should.process.has_value());
  EXPECT_EQ(is.ends, should.ends);
  EXPECT_EQ(is.restarts, should.restarts);
  if (!is.process) return;
  EXPECT_EQ(is.process->identity, should.process->identity);
  EXPECT_EQ(is.process->started, should.process->started);
  EXPECT_EQ(is.process->command, should.process->command);
}

TEST(ChildRecord, ComesBackAsItWasWritten) {
  for (const ChildRecord& record : {full(), ChildRecord{}}) {
    const auto read = parse_record(format_record(record));
    ASSERT_TRUE(read) << read.error().to_string();
    expect_same(*read, record);
  }
}

TEST(ChildRecord, AnyChangedByteIsNoticed) {
  const std::string text = format_record(full());
  EXPECT_TRUE(rc::check([&] {
    std::string damaged = text;
    damaged[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    const auto read = parse_record(damaged);
    // What remains are changes between its words, and other ways to write the same ones.
    if (read) RC_ASSERT(format_record(*read) == text);
  }));
}

TEST(ChildRecord, AnyCutOffEndIsNoticed) {
  const std::string text = format_record(full());
  for (std::size_t size = 0; size + 2 < text.size(); ++size)
    ASSERT_FALSE(parse_record(std::string_view(text).substr(0, size))) << size;
}

TEST(ChildRecord, OneOfANewerVersionIsNotDamaged) {
  EXPECT_EQ(parse_record(R"({"version": 2, "anything": 1})").error().code, Code::unsupported);
  EXPECT_EQ(parse_record(R"({"version": 0})").error().code, Code::corrupt);
  EXPECT_EQ(parse_record("[]").error().code, Code::corrupt);
}

}  // namespace
}  // namespace holdfast::launcher
