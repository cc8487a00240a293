#include "launcher/orders/order_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "support/temp_dir.h"

namespace holdfast::launcher {
namespace {

using testing::HasSubstr;

OrderRecord full() {
  return {.intent = Intent::forward, .restore = "r-1", .starts = 7, .numbers = {{"r-0", 3}, {"r-1", 12}}};
}

TEST(OrderRecord, IsReadAsItWasWritten) {
  for (const Intent each : {Intent::run, Intent::held, Intent::forward, Intent::back, Intent::stopped}) {
    OrderRecord record = full();
    record.intent = each;
    const auto read = decode_order_record(encode_order_record(record));
    ASSERT_TRUE(read) << read.error().to_string();
    EXPECT_EQ(*read, record);
  }
}

TEST(OrderRecord, OneThatIsNotThereIsOfNothing) {
  const test::TempDir directory;
  const auto read = load_order_record(os::real_file_system(), directory.file("orders.json"));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, OrderRecord{});
}

TEST(OrderRecord, ADamagedOneIsNotTakenForOneOfNothing) {
  const test::TempDir directory;
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), directory.file("orders.json"), as_bytes("{\"for")));
  const auto read = load_order_record(os::real_file_system(), directory.file("orders.json"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::corrupt);
  EXPECT_THAT(read.error().to_string(), HasSubstr("orders.json"));
}

TEST(OrderRecord, RefusesAnIntentWithoutItsRestore) {
  OrderRecord record = full();
  record.restore.clear();
  EXPECT_FALSE(decode_order_record(encode_order_record(record)));
}

TEST(OrderRecord, ALowerNumberIsVoidForItsRestoreAlone) {
  OrderRecord record = full();
  EXPECT_EQ(note_number(record, "r-1", 11), Standing::is_void);
  EXPECT_EQ(note_number(record, "r-1", 12), Standing::counts);
  EXPECT_EQ(note_number(record, "r-1", 13), Standing::counts);
  EXPECT_EQ(note_number(record, "r-2", 1), Standing::counts);
  EXPECT_EQ(record.numbers.at("r-1"), 13);
}

TEST(OrderRecord, RemembersABoundedNumberOfRestores) {
  OrderRecord record;
  for (int i = 0; i < 200; ++i)
    note_number(record, fmt::format("r-{}", i), 1);
  EXPECT_EQ(record.numbers.size(), 64U);
  EXPECT_TRUE(record.numbers.contains("r-199"));
  EXPECT_TRUE(decode_order_record(encode_order_record(record)));
}

}  // namespace
}  // namespace holdfast::launcher
