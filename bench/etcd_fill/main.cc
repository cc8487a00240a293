// etcd_fill: fills an etcd with made-up Kubernetes objects, always the same ones for the same seed.
//
//   etcd_fill --endpoint 127.0.0.1:2379 [--objects 400000] [--first 0] [--seed 1] [--batch 100] [--parallel 8]
//
// Objects `first` to `first + objects - 1` are put in transactions of `batch`, `parallel` of them at a time.
#include <atomic>
#include <charconv>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "etcd_fill/objects.h"

#include "etcd/client.h"
#include "os/clock.h"

namespace holdfast::bench {
namespace {

struct Options {
  std::string endpoint = "127.0.0.1:2379";
  std::map<std::string, std::uint64_t> numbers = {
      {"--objects", 400'000}, {"--first", 0}, {"--seed", 1}, {"--batch", 100}, {"--parallel", 8}};
};

Result<Options> parse(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string& flag = arguments[i];
    if (i + 1 == arguments.size()) return fail(Code::usage, "{} needs a value", flag);
    const std::string& value = arguments[i + 1];
    if (flag == "--endpoint") {
      options.endpoint = value;
      continue;
    }
    const auto number = options.numbers.find(flag);
    if (number == options.numbers.end()) return fail(Code::usage, "unknown flag {}", flag);
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number->second);
    if (error != std::errc() || *end != '\0') return fail(Code::usage, "{} is no number", value);
  }
  if (options.numbers.at("--batch") == 0 || options.numbers.at("--parallel") == 0) {
    return fail(Code::usage, "--batch and --parallel must be at least 1");
  }
  return options;
}

// Threads take batches from a common counter until none is left or one of them failed.
class Filler {
 public:
  Filler(etcd::Client& client, const Options& options) : client_(client), options_(options) {}

  Status run() {
    std::vector<std::jthread> threads;
    for (std::uint64_t i = 0; i < options_.numbers.at("--parallel"); ++i)
      threads.emplace_back([this] { work(); });
    threads.clear();  // joins
    if (failed_) return tl::unexpected<Error>(error_);
    return {};
  }

  std::uint64_t bytes() const { return bytes_; }

 private:
  void work() {
    const std::uint64_t batch = options_.numbers.at("--batch");
    const std::uint64_t objects = options_.numbers.at("--objects");
    while (!failed_) {
      const std::uint64_t begin = next_.fetch_add(batch);
      if (begin >= objects) return;
      const Status status = put(begin, std::min(begin + batch, objects));
      if (status) continue;
      const std::lock_guard lock(mutex_);
      error_ = status.error();
      failed_ = true;
    }
  }

  Status put(std::uint64_t begin, std::uint64_t end) {
    etcd::TxnRequest request;
    for (std::uint64_t i = begin; i < end; ++i) {
      Object object = make_object(options_.numbers.at("--seed"), options_.numbers.at("--first") + i);
      bytes_ += object.key.size() + object.value.size();
      etcd::TxnOp op;
      op.put = {std::move(object.key), std::move(object.value), 0};
      request.success.push_back(std::move(op));
    }
    HF_TRY(client_.txn(request));
    return {};
  }

  etcd::Client& client_;
  const Options& options_;
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  Error error_;
};

Status fill(const std::vector<std::string>& arguments) {
  HF_ASSIGN(const Options options, parse(arguments));
  etcd::ClientOptions client_options;
  client_options.endpoints = {options.endpoint};
  client_options.request_timeout = std::chrono::seconds(60);
  HF_ASSIGN(const auto client, etcd::make_client(client_options));
  Filler filler(*client, options);
  const os::SteadyTime start = os::real_clock().steady();
  HF_TRY(filler.run());
  HF_ASSIGN(const etcd::MemberStatus status, client->status(options.endpoint));
  fmt::print("{} objects, {} of keys and values, database {}, in {}\n", options.numbers.at("--objects"),
             format_bytes(filler.bytes()), format_bytes(status.db_size),
             format_duration(os::real_clock().steady() - start));
  return {};
}

}  // namespace
}  // namespace holdfast::bench

int main(int count, char** arguments) {
  const holdfast::Status status = holdfast::bench::fill({arguments + 1, arguments + count});
  if (status) return 0;
  fmt::print(stderr, "etcd_fill: {}\n", status.error().to_string());
  return holdfast::exit_code(status.error().code);
}
