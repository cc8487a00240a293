#include "metrics/instruments.h"

#include <thread>

#include <gtest/gtest.h>

namespace holdfast::metrics {
namespace {

bool holds(const Instruments& instruments, std::string_view line) {
  return instruments.text().find(line) != std::string::npos;
}

TEST(Instruments, CountByLabels) {
  Instruments instruments;
  Counter& requests = instruments.counter("requests_total", "Requests.");

  requests.add({{"code", "200"}});
  requests.add({{"code", "200"}}, 2);
  requests.add({{"code", "404"}});

  EXPECT_TRUE(holds(instruments, "# TYPE requests_total counter"));
  EXPECT_TRUE(holds(instruments, "requests_total{code=\"200\"} 3\n")) << instruments.text();
  EXPECT_TRUE(holds(instruments, "requests_total{code=\"404\"} 1\n"));
}

TEST(Instruments, NothingCanAppearAsZero) {
  Instruments instruments;
  instruments.counter("failures_total", "Failures.").add({{"reason", "TIMEOUT"}}, 0);
  instruments.histogram("seconds", "Seconds.", {1}).show({});

  EXPECT_TRUE(holds(instruments, "failures_total{reason=\"TIMEOUT\"} 0\n")) << instruments.text();
  EXPECT_TRUE(holds(instruments, "seconds_count 0\n"));
}

TEST(Instruments, HistogramsCountUpToEachBound) {
  Instruments instruments;
  Histogram& seconds = instruments.histogram("seconds", "Seconds.", {1, 10});

  for (const double value : {0.5, 5.0, 50.0})
    seconds.observe({}, value);

  EXPECT_TRUE(holds(instruments, "seconds_bucket{le=\"1\"} 1\n")) << instruments.text();
  EXPECT_TRUE(holds(instruments, "seconds_bucket{le=\"10\"} 2\n"));
  EXPECT_TRUE(holds(instruments, "seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_TRUE(holds(instruments, "seconds_sum 55.5\n"));
}

TEST(Instruments, MayBeUsedByManyThreads) {
  Instruments instruments;
  Counter& counter = instruments.counter("a_total", "A.");
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&counter] {
        for (int n = 0; n < 1000; ++n)
          counter.add({{"x", "y"}});
      });
  }
  EXPECT_TRUE(holds(instruments, "a_total{x=\"y\"} 4000\n")) << instruments.text();
}

}  // namespace
}  // namespace holdfast::metrics
