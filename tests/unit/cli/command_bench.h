// The whole program inside the test: real files in a temporary directory, an etcd in memory, a person at the terminal.
#pragma once

#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "commands.h"
#include "fake_prompter.h"

#include "cli/program.h"
#include "support/etcd_model.h"
#include "support/fake_clock.h"
#include "support/fake_etcd.h"
#include "support/fixed_random.h"
#include "support/temp_dir.h"

namespace holdfast::test {

struct RunResult {
  int code = -1;
  std::string out;
  std::string err;
};

class CommandBench : public ::testing::Test {
 protected:
  // Runs the program with these words. Every run gets a fresh tree, as every process does.
  RunResult run(const std::vector<std::string>& words) {
    cli::General general;
    const cli::Command root = app::make_holdfast(general);
    const os::Environment environment(variables_);
    std::ostringstream out;
    std::ostringstream err;
    cli::World world{.files = os::real_file_system(),
                     .clock = clock_,
                     .random = random_,
                     .environment = environment,
                     .out = out,
                     .err = err,
                     .prompter = prompter_,
                     .stop = stop_.get_token(),
                     .connect = [this](const etcd::ClientOptions& options) { return connect(options); }};
    const int code = cli::run(root, general, words, world);
    return {.code = code, .out = out.str(), .err = err.str()};
  }
  // A run that must succeed; its standard output.
  std::string ok(const std::vector<std::string>& words) {
    const RunResult result = run(words);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  }
  // A run that must succeed; its JSON document.
  json::Object document(std::vector<std::string> words) {
    words.insert(words.end(), {"-o", "json"});
    const auto value = json::parse(ok(words), kMiB);
    EXPECT_TRUE(value);
    return value && value->is_object() ? value->get_object() : json::Object{};
  }

  std::string file(const std::string& name) const { return dir_.file(name); }
  std::string url(const std::string& name) const { return "file://" + dir_.file(name); }
  bool exists(const std::string& name) const {
    const auto info = os::real_file_system().stat(file(name));
    return info && info->has_value();
  }
  void write(const std::string& name, std::string_view text) const {
    EXPECT_TRUE(os::write_file_atomically(os::real_file_system(), file(name), as_bytes(text)));
  }
  std::string read(const std::string& name) const {
    const auto bytes = os::read_file(os::real_file_system(), file(name), 64 * kMiB);
    EXPECT_TRUE(bytes);
    return bytes ? std::string(as_text(*bytes)) : "";
  }
  // Saves to a file of this name (with more flags) and returns its path.
  std::string saved(const std::string& name, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"snapshot", "save", file(name)};
    words.insert(words.end(), more.begin(), more.end());
    ok(words);
    return file(name);
  }

  std::map<std::string, std::string> variables_;
  FakeClock clock_;
  FixedRandom random_;
  FakePrompter prompter_;
  std::stop_source stop_;
  int keys_ = 40;                     // in the database that etcd has
  std::set<std::string> dead_;        // endpoints that do not answer
  etcd::ClientOptions last_options_;  // the client was made with

 private:
  Result<std::unique_ptr<etcd::Client>> connect(const etcd::ClientOptions& options) {
    last_options_ = options;
    EtcdModel model;
    for (int i = 0; i < keys_; ++i)
      model.put(fmt::format("/registry/pods/default/web-{}", i), std::string(200, 'v'));
    auto etcd = std::make_unique<FakeEtcd>();
    for (const std::string& endpoint : options.endpoints) {
      etcd->add_member(endpoint);
      if (dead_.contains(endpoint)) etcd->set_status(endpoint, fail(Code::unavailable, "connection refused"));
    }
    etcd->serve_database(write_bolt(model.buckets()).bytes);
    return etcd;
  }

  TempDir dir_;
};

}  // namespace holdfast::test
