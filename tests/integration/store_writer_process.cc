#include "integration/store_writer_process.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

namespace holdfast::test {

StoreWriterProcess::StoreWriterProcess(std::vector<std::string> arguments) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);  // so that the writer never waits for us
  read_end_ = ends[0];
  arguments.insert(arguments.begin(), HOLDFAST_STORE_WRITER);
  auto child = ChildProcess::start({.arguments = std::move(arguments), .stdout_fd = ends[1]});
  EXPECT_TRUE(child) << child.error().to_string();
  if (child) child_ = std::move(*child);
  ::close(ends[1]);
}

StoreWriterProcess::~StoreWriterProcess() {
  ::close(read_end_);
}

void StoreWriterProcess::wait_for_output() {
  pollfd output{.fd = read_end_, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&output, 1, 30'000), 1) << "the writer says nothing";
}

void StoreWriterProcess::kill() {
  child_.signal(SIGKILL);
  child_.wait();
}

int StoreWriterProcess::wait() {
  return child_.wait();
}

std::vector<std::string> StoreWriterProcess::lines() {
  std::string text;
  std::array<char, 65536> buffer{};
  for (ssize_t count = 1; count > 0;) {
    count = ::read(read_end_, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  std::vector<std::string> lines;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
    lines.push_back(text.substr(0, end));
    text.erase(0, end + 1);
  }
  return lines;
}

}  // namespace holdfast::test
