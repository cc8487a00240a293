// Everything outside that a command touches, so that tests can run commands inside one process.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <stop_token>
#include <string>

#include "base/secret.h"
#include "etcd/client.h"
#include "os/clock.h"
#include "os/environment.h"
#include "os/file_system.h"
#include "os/process.h"
#include "os/random.h"

namespace holdfast::cli {

// Asks the person at the terminal.
class Prompter {
 public:
  virtual ~Prompter() = default;
  // Is there anybody to ask?
  virtual bool possible() = 0;
  // Shows `question` and reads a line without showing it. Code::cancelled when the input ends.
  virtual Result<Secret> ask_secret(const std::string& question) = 0;
  // Shows `question` and reads a line.
  virtual Result<std::string> ask(const std::string& question) = 0;
};

struct World {
  os::FileSystem& files;
  os::Clock& clock;
  os::Random& random;
  const os::Environment& environment;
  std::ostream& out;  // results
  std::ostream& err;  // progress, warnings and errors
  Prompter& prompter;
  std::stop_token stop;
  bool err_is_terminal = false;
  bool out_is_terminal = false;
  int width = 80;                   // columns of the terminal
  bool secret_was_visible = false;  // one was given on the command line
  os::Processes& processes = os::real_processes();

  // Makes the client of a cluster; replaced by tests that bring their own.
  std::function<Result<std::unique_ptr<etcd::Client>>(const etcd::ClientOptions&)> connect;
};

}  // namespace holdfast::cli
