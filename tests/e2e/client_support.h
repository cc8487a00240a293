// The program as the client of its own server.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "e2e/kubectl_support.h"

#include "model/json.h"

namespace holdfast::test {

// One server per program; each test works in a cluster of its own.
class ClientTest : public testing::Test {
 protected:
  ClientTest();

  static HoldfastServer& server();
  // The cluster of this test, and the namespace that comes with it.
  std::string cluster() const;
  std::string name_space() const { return "cluster-" + cluster(); }

  // As the administrator, through HOLDFAST_KUBECONFIG.
  ProgramResult run(const std::vector<std::string>& words, const std::string& input = "",
                    const std::vector<std::string>& more_environment = {}) const;
  // With nothing said about where the server is.
  ProgramResult run_bare(const std::vector<std::string>& words, const std::vector<std::string>& environment) const;
  // Must succeed; its standard output.
  std::string ok(const std::vector<std::string>& words, const std::string& input = "") const;
  // Must fail with this exit code; its standard error.
  std::string fails(int code, const std::vector<std::string>& words, const std::string& input = "") const;
  json::Value document(std::vector<std::string> words) const;
  ChildProcess start(const std::vector<std::string>& words, const std::string& output) const;
  // Waits until the file holds the text.
  bool wait_for(const std::string& name, const std::string& text) const;

  std::string config_text(const std::string& name, const std::string& spec = "keep: 5") const;
  // A Seed with a destination, and the cluster of this test with a config "daily".
  void make_cluster() const;

  std::string file(const std::string& name) const { return dir_.file(name); }
  std::string read(const std::string& path) const;
  void write(const std::string& name, const std::string& text) const;

 private:
  TempDir dir_;
};

}  // namespace holdfast::test
