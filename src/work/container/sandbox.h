// A program shut off from the rest of the machine by bubblewrap (bwrap, a program of its own).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/units.h"
#include "os/process.h"

namespace holdfast::work {

struct SandboxMount {
  std::string from;  // a directory outside
  std::string at;    // where it is seen inside; made there
  bool writable = false;
};

struct Sandbox {
  std::vector<std::string> words;           // the program first; everybody on the machine can read them while it runs
  std::map<std::string, Secret> variables;  // all it gets, besides PATH, HOME and PWD
  std::vector<SandboxMount> mounts;
  std::string directory = "/";      // to run in; must be there inside
  std::uint64_t file_limit = kGiB;  // bytes of one file it may write
  Duration time_limit = std::chrono::minutes(5);
};

// Memory one process may take, and what fits into /tmp, which lies in memory.
constexpr std::uint64_t kSandboxMemory = 4 * kGiB;
constexpr std::uint64_t kSandboxTemporary = 256 * kMiB;

// What to run. The program inside sees programs and libraries of the machine read-only, the few files of /etc they
// need, an empty /tmp, its mounts, and the network; no other process, no home, no data. It has no capabilities and gets
// no new privileges. When bwrap ends or is killed, so is everything inside. Variables go to bwrap by a descriptor, so
// they are in no environment and on no command line outside. Code::usage when a text holds a zero byte.
Result<os::Program> sandboxed(const Sandbox& sandbox);

// Did the program inside come to run? `output` is the beginning of what was written, if all of it is known.
// Code::refused or Code::unsupported, with what to do, when it was bwrap that failed.
Status check_sandbox(int exit_code, std::string_view output);
// The same for an error of os::Processes: says what bwrap is when it is not there.
Error explain_no_sandbox(Error error);

}  // namespace holdfast::work
