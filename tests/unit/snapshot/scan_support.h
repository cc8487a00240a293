// Small helpers of the tests of reading.
#pragma once

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "snapshot/page_scanner.h"
#include "support/bolt_writer.h"
#include "support/etcd_model.h"

namespace holdfast::test {

inline Result<snapshot::PageFacts> scan(ByteView database, std::size_t chunk = 256 * kKiB,
                                        const snapshot::ScanOptions& options = {}) {
  snapshot::PageScanner scanner(options);
  while (!database.empty()) {
    const std::size_t count = std::min(chunk, database.size());
    HF_TRY(scanner.write(database.first(count)));
    database = database.subspan(count);
  }
  return scanner.finish();
}

// `count` keys, some of them changed or deleted, with values of `value_size` bytes on average.
inline EtcdModel sample_model(int count, std::size_t value_size, std::uint64_t seed = 1) {
  EtcdModel model;
  std::mt19937_64 random(seed);
  const auto key = [](std::uint64_t i) {
    return "/registry/pods/ns-" + std::to_string(i % 7) + "/pod-" + std::to_string(i);
  };
  const auto value = [&] {
    std::string text(random() % (2 * value_size + 1), '\0');
    for (char& c : text)
      c = static_cast<char>(random());
    return text;
  };
  for (int i = 0; i < count; ++i)
    model.put(key(static_cast<std::uint64_t>(i)), value());
  for (int i = 0; i < count; i += 3)
    model.put(key(static_cast<std::uint64_t>(i)), value());
  for (int i = 0; i < count; i += 5)
    model.remove(key(static_cast<std::uint64_t>(i)));
  for (int i = 0; i < count; i += 10)
    model.put(key(static_cast<std::uint64_t>(i)), value());
  return model;
}

// Compares everything that follows from the model.
inline void expect_facts(const Result<snapshot::PageFacts>& facts, const EtcdModel& model) {
  ASSERT_TRUE(facts) << facts.error().to_string();
  EXPECT_EQ(facts->hash, model.hash());
  EXPECT_EQ(facts->total_items, model.total_items());
  EXPECT_EQ(facts->live_keys, model.live_keys());
  EXPECT_EQ(facts->consistent_index, 4711U);
  EXPECT_EQ(facts->term, 3U);
}

}  // namespace holdfast::test
