// What the resource store costs: commits one after the other and from many threads, long lists, how soon a watcher
// hears of a commit.
//   store-bench sqlite DIRECTORY | etcd ENDPOINT
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "os/clock.h"
#include "os/random.h"
#include "store/etcd/etcd_store.h"
#include "store/sqlite/sqlite_store.h"
#include "support/temp_dir.h"

namespace holdfast::bench {
namespace {

using store::Revision;
using store::Store;

constexpr std::size_t kEntries = 10'000;
constexpr std::size_t kValueBytes = 2048;

double seconds_now() {
  return std::chrono::duration<double>(os::real_clock().steady().time_since_epoch()).count();
}

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}\n", result.error().to_string());
  std::exit(1);
}

Revision put(Store& store, const std::string& key, std::string value) {
  return must(store.commit({.conditions = {}, .writes = {{.key = key, .value = std::move(value)}}})).revision;
}

void commits(Store& store, int threads, int each) {
  const double begin = seconds_now();
  {
    std::vector<std::jthread> running;
    for (int thread = 0; thread < threads; ++thread) {
      running.emplace_back([&store, thread, each] {
        for (int i = 0; i < each; ++i)
          put(store, fmt::format("commits/{}/{}", thread, i % 100), std::string(kValueBytes, 'x'));
      });
    }
  }
  const double took = seconds_now() - begin;
  fmt::print("commits, {} thread(s): {:.0f} per second\n", threads, threads * each / took);
}

void fill(Store& store) {
  for (std::size_t at = 0; at < kEntries;) {
    store::Transaction batch;
    for (; batch.writes.size() < 100 && at < kEntries; ++at) {
      batch.writes.push_back({.key = fmt::format("list/{:06}", at), .value = std::string(kValueBytes, 'x')});
    }
    must(store.commit(batch));
  }
}

double median_milliseconds(int runs, const std::function<void()>& work) {
  std::vector<double> took;
  for (int run = 0; run < runs; ++run) {
    const double begin = seconds_now();
    work();
    took.push_back((seconds_now() - begin) * 1000);
  }
  std::sort(took.begin(), took.end());
  return took[took.size() / 2];
}

void lists(Store& store) {
  fill(store);
  const Revision then = must(store.revision());
  const auto list = [&](std::size_t limit, Revision revision, std::size_t expected) {
    const auto page = must(store.list({.prefix = "list/", .limit = limit, .revision = revision, .count_rest = true}));
    if (page.entries.size() != expected) std::exit(1);
  };
  fmt::print("list of {} entries of {} bytes: {:.1f} ms\n", kEntries, kValueBytes,
             median_milliseconds(11, [&] { list(0, 0, kEntries); }));
  fmt::print("first page of 500 of it, with the count of the rest: {:.1f} ms\n",
             median_milliseconds(11, [&] { list(500, 0, 500); }));
  for (std::size_t i = 0; i < kEntries; i += 10)
    put(store, fmt::format("list/{:06}", i), "changed");
  fmt::print("the list as it was 1,000 changes ago: {:.1f} ms\n",
             median_milliseconds(5, [&] { list(0, then, kEntries); }));
}

// From before the commit until the watcher has the event.
void latency(Store& store, int watchers) {
  constexpr int kRounds = 50;
  std::vector<double> slowest(kRounds, 0);
  std::atomic<double> begun = 0;
  std::atomic<int> ready = 0;
  std::mutex mutex;
  {
    const Revision start = put(store, "latency", "begin");
    std::vector<std::jthread> running;
    for (int watcher = 0; watcher < watchers; ++watcher) {
      running.emplace_back([&] {
        Revision after = start;
        for (std::size_t round = 0; round < kRounds; ++round) {
          ++ready;
          const auto events = must(store.events({.prefix = "latency", .after = after}, std::chrono::seconds(60), {}));
          const double took = seconds_now() - begun;
          after = events.through;
          const std::lock_guard lock(mutex);
          slowest[round] = std::max(slowest[round], took * 1000);
        }
      });
    }
    for (int round = 0; round < kRounds; ++round) {
      while (ready < watchers * (round + 1))
        std::this_thread::yield();
      os::real_clock().sleep_for(std::chrono::milliseconds(20), {});
      begun = seconds_now();
      put(store, "latency", std::string(kValueBytes, 'x'));
    }
  }
  std::sort(slowest.begin(), slowest.end());
  fmt::print("event after commit, slowest of {} watchers: median {:.1f} ms, worst {:.1f} ms\n", watchers,
             slowest[kRounds / 2], slowest.back());
}

void measure(Store& store) {
  commits(store, 1, 1000);
  commits(store, 8, 1000);
  commits(store, 64, 200);
  lists(store);
  latency(store, 1);
  latency(store, 100);
  latency(store, 1000);
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  using namespace holdfast;
  if (argc != 3) return 2;
  const std::string kind = argv[1];
  const test::TempDir directory;
  const std::string floor_directory = kind == "sqlite" ? argv[2] : directory.path();
  store::RevisionFloor floor(os::real_file_system(), floor_directory + "/revision-floor");
  std::unique_ptr<store::Store> store;
  if (kind == "sqlite") {
    store = bench::must(store::SqliteStore::open({.path = argv[2] + std::string("/store.db")}, floor,
                                                 os::real_file_system(), os::real_clock(), os::real_random()));
  } else {
    store = bench::must(
        store::EtcdStore::open(bench::must(etcd::make_client({.endpoints = {argv[2]}})), {}, floor, os::real_clock()));
  }
  bench::measure(*store);
  return 0;
}
