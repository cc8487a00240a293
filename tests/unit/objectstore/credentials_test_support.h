// What the tests of credential sources share.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "objectstore/s3/credential_sources.h"
#include "os/file_system.h"
#include "support/fake_clock.h"
#include "support/fake_processes.h"
#include "support/temp_dir.h"

namespace holdfast::objectstore::s3::test {

// A machine with nothing on it but what the test puts there.
class Machine {
 public:
  explicit Machine(std::map<std::string, std::string> variables = {})
      : variables_(std::move(variables)), environment_(variables_) {}

  CredentialSystem system() {
    return {.files = os::real_file_system(), .clock = clock_, .environment = environment_, .processes = processes_};
  }
  holdfast::test::FakeProcesses& processes() { return processes_; }
  holdfast::test::FakeClock& clock() { return clock_; }

  void set(const std::string& name, const std::string& value) {
    variables_[name] = value;
    environment_ = os::Environment(variables_);
  }
  // Writes (or replaces) a file and returns its path.
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = directory_.file(name);
    EXPECT_TRUE(os::write_file_atomically(os::real_file_system(), path, as_bytes(text)));
    return path;
  }
  const holdfast::test::TempDir& directory() const { return directory_; }

 private:
  holdfast::test::TempDir directory_;
  holdfast::test::FakeClock clock_;
  holdfast::test::FakeProcesses processes_;
  std::map<std::string, std::string> variables_;
  os::Environment environment_;
};

inline std::unique_ptr<http::Transport> make_transport(http::TransportOptions options = {}) {
  options.proxy = "";
  return http::make_curl_transport(options, os::Environment());
}

// Error and hint in one text, for "does not hold a secret".
inline std::string everything(const Error& error) {
  return error.to_string() + " " + error.hint;
}

}  // namespace holdfast::objectstore::s3::test
