// A program that writes to a store in SQLite until it is killed or fails; tests/integration/store_kill_test.cc and
// store_faults_test.cc start it. Prints "thread number revision" for every commit that was acknowledged.
//   store_writer DIRECTORY [limit BYTES | nobody]
#include <csignal>
#include <cstdio>
#include <cstring>
#include <thread>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store/sqlite/sqlite_store.h"

namespace holdfast::test {
namespace {

constexpr int kThreads = 4;

// One write(2) a line: what was printed is whole, and out before the next commit begins.
void say(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) ::_exit(1);
}

Result<std::unique_ptr<store::SqliteStore>> open_store(const std::string& directory, store::RevisionFloor& floor) {
  return store::SqliteStore::open({.path = directory + "/store.db"}, floor, os::real_file_system(), os::real_clock(),
                                  os::real_random());
}

// Every transaction writes a pair and counts it; the count carries on where an earlier process stopped.
Status write_pairs(store::Store& store, int thread) {
  const std::string counter = fmt::format("count/{}", thread);
  while (true) {
    const auto last = store.get(counter);
    if (!last && last.error().code != Code::not_found) return tl::unexpected<Error>(last.error());
    const int number = last ? std::stoi(last->value) + 1 : 1;
    const std::string value = fmt::format("{}", number) + std::string(500, 'x');
    HF_ASSIGN(const store::Outcome outcome,
              store.commit({.conditions = {{.key = counter, .modified = last ? last->modified : 0}},
                            .writes = {{.key = fmt::format("a/{}/{:07}", thread, number), .value = value},
                                       {.key = fmt::format("b/{}/{:07}", thread, number), .value = value},
                                       {.key = counter, .value = std::to_string(number)}}}));
    if (!outcome.committed) return fail(Code::internal, "somebody else wrote {}", counter);
    say(fmt::format("{} {} {}", thread, number, outcome.revision));
  }
}

int run(const std::string& directory) {
  store::RevisionFloor floor(os::real_file_system(), directory + "/revision-floor");
  const auto store = open_store(directory, floor);
  if (!store) {
    say(fmt::format("open {} {}", code_name(store.error().code), store.error().to_string()));
    return exit_code(store.error().code);
  }
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const Status ended = write_pairs(**store, thread);
      say(fmt::format("failed {} {}", code_name(ended.error().code), ended.error().to_string()));
    });
  }
  return 0;
}

}  // namespace
}  // namespace holdfast::test

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[2], "limit") == 0) {
    const rlim_t bytes = std::stoul(argv[3]);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = bytes};
    std::signal(SIGXFSZ, SIG_IGN);
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
  }
  if (argc == 3 && std::strcmp(argv[2], "nobody") == 0 && ::geteuid() == 0) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) return 1;
  }
  return argc < 2 ? 2 : holdfast::test::run(argv[1]);
}
