// The real kubectl, the oldest and the newest at hand, against the built server.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/result.h"
#include "support/child_process.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::test {

// `holdfast server` with a data directory of its own. Ended with the object.
class HoldfastServer {
 public:
  // `more`: further flags. `environment`: further variables, "NAME=value".
  static Result<std::unique_ptr<HoldfastServer>> start(const std::vector<std::string>& more = {},
                                                       const std::vector<std::string>& environment = {});

  std::string kubeconfig() const { return file("data/admin.kubeconfig"); }
  std::string file(const std::string& name) const { return dir_.file(name); }
  std::string output() const;  // what it has said so far
  std::string url() const { return "https://127.0.0.1:" + port_; }
  // SIGTERM, and its exit code.
  int stop();
  // After stop() or kill(): the same data directory again.
  Status start_again();
  void add_flags(const std::vector<std::string>& more) { flags_.insert(flags_.end(), more.begin(), more.end()); }
  void kill();

 private:
  HoldfastServer() = default;
  Status launch();

  TempDir dir_;
  std::vector<std::string> flags_;
  std::vector<std::string> environment_;
  std::string port_ = "0";
  ChildProcess process_;
};

// One server per program; each test works in a cluster or namespace of its own.
class KubectlTest : public testing::TestWithParam<std::string> {
 protected:
  static HoldfastServer& server();
  // Of the server that run() and start() speak to.
  virtual std::string kubeconfig() const { return server().kubeconfig(); }
  bool newest() const { return GetParam() != "1.20"; }

  // With the administrator's kubeconfig.
  ProgramResult run(const std::vector<std::string>& words, const std::string& input = "") const;
  ProgramResult run_as(const std::string& kubeconfig, const std::vector<std::string>& words,
                       const std::string& input = "") const;
  // Must succeed; its output.
  std::string ok(const std::vector<std::string>& words, const std::string& input = "") const;
  // Must fail; its standard error.
  std::string fails(const std::vector<std::string>& words, const std::string& input = "") const;
  // In the background, with its output in a file.
  ChildProcess start(const std::vector<std::string>& words, const std::string& output) const;
  ChildProcess start_as(const std::string& kubeconfig, const std::vector<std::string>& words,
                        const std::string& output) const;
  // Waits until the file holds the text.
  bool wait_for(const std::string& file, const std::string& text) const;
  std::string file(const std::string& name) const { return dir_.file(name); }
  std::string read(const std::string& path) const;

  // A Seed with a destination, a new cluster, its namespace, and the config "daily" in it.
  void make_cluster(const std::string& name) const;
  std::string unique(const std::string& name) const;  // per version and test
  static std::string cluster_text(const std::string& name);
  // A kubeconfig of `server` with a new token of this user.
  std::string kubeconfig_of(HoldfastServer& server, const std::string& user) const;
  // What `kubectl edit` calls with the name of a file.
  std::string editor = "sed -i s/keep:.*/keep:\\ 12/";
  static std::string config_text(const std::string& cluster, const std::string& name = "daily",
                                 const std::string& spec = "keep: 5");

 private:
  std::vector<std::string> command(const std::string& kubeconfig, const std::vector<std::string>& words) const;
  std::vector<std::string> environment() const;

  TempDir dir_;
};

}  // namespace holdfast::test
