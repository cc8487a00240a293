#include <array>

#include <sys/mman.h>
#include <unistd.h>

#include "support/child_process.h"
#include "support/etcd_server.h"

namespace holdfast::test {
namespace {

// A file in memory: unlike a pipe it never blocks the program, however much it prints.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : fd_(::memfd_create(name, MFD_CLOEXEC)) {}
  ~MemoryFile() { ::close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  int fd() const { return fd_; }

  bool put(const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t count = ::write(fd_, text.data() + done, text.size() - done);
      if (count <= 0) return false;
      done += static_cast<std::size_t>(count);
    }
    return ::lseek(fd_, 0, SEEK_SET) == 0;
  }

  std::string contents() const {
    std::string text;
    std::array<char, 65536> buffer{};
    while (true) {
      const ssize_t count = ::pread(fd_, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
      if (count <= 0) return text;
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  int fd_;
};

}  // namespace

ProgramResult run_program(const std::vector<std::string>& arguments, const std::string& input,
                          const std::vector<std::string>& extra_environment) {
  MemoryFile in("stdin");
  MemoryFile out("stdout");
  MemoryFile err("stderr");
  if (!in.put(input)) return {.exit_code = -1, .out = "", .err = "cannot keep the input in memory"};
  auto child = ChildProcess::start({.arguments = arguments,
                                    .extra_environment = extra_environment,
                                    .stdin_fd = in.fd(),
                                    .stdout_fd = out.fd(),
                                    .stderr_fd = err.fd()});
  if (!child) return {.exit_code = -1, .out = "", .err = child.error().to_string()};
  const int exit_code = child->wait();
  return {.exit_code = exit_code, .out = out.contents(), .err = err.contents()};
}

}  // namespace holdfast::test
