// Clocks, files, sleeps, randomness and the environment come in through os/: nothing else asks the system for them.
#include <regex>
#include <vector>

#include <gtest/gtest.h>

#include "lint/source_tree.h"

namespace holdfast::lint {
namespace {

struct Forbidden {
  const char* what;
  std::regex pattern;
};

const std::vector<Forbidden>& forbidden() {
  static const std::vector<Forbidden> all{
      {"reads a clock: take an os::Clock&",
       std::regex(
           R"((system|steady|high_resolution)_clock::now|\bclock_gettime\b|\bgettimeofday\b|\b(std::)?time\((nullptr|0|NULL)\))")},
      {"sleeps or waits by the real clock: take an os::Clock&",
       std::regex(R"(this_thread::sleep_|\b(u|nano)sleep\s*\(|::sleep\s*\(|(\.|->)wait_(for|until)\s*\()")},
      {"reads the environment: take an os::Environment&", std::regex(R"(\b(secure_)?getenv\b|\bsetenv\b|\benviron\b)")},
      {"makes randomness: take an os::Random&",
       std::regex(R"(\brandom_device\b|\bmt19937|\bs?rand\s*\(|\barc4random|\bgetrandom\b|\bRAND_bytes\b)")},
      {"runs programs: take an os::Processes&",
       std::regex(R"(\b(popen|v?fork|exec[lv]p?e?|posix_spawnp?|waitpid)\s*\(|(^|[^\w>.:])(::|std::)?system\s*\()")},
      {"touches files: take an os::FileSystem&",
       std::regex(
           R"(\b[io]?fstream\b|\bfopen\b|std::filesystem|(^|[^\w>])::(open|creat|unlink|rename|mkdir|stat|truncate)\s*\(|\bmks?temp\b|\bopendir\b)")},
  };
  return all;
}

struct Exception {
  std::string file;
  std::string code;  // part of the line
  std::string reason;
};

const std::vector<Exception>& exceptions() {
  static const std::vector<Exception> all{};
  return all;
}

const Exception* exception_for(const SourceFile& file, const std::string& line) {
  for (const Exception& each : exceptions()) {
    if (file.path == each.file && line.find(each.code) != std::string::npos) return &each;
  }
  return nullptr;
}

TEST(DirectCalls, ComeThroughTheInterfacesOfOs) {
  for (const SourceFile& file : source_files()) {
    if ((!file.is_below("src") && !file.is_below("apps")) || file.is_below("src/os")) continue;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      for (const Forbidden& rule : forbidden()) {
        if (!std::regex_search(file.code[i], rule.pattern) || exception_for(file, file.code[i]) != nullptr) continue;
        ADD_FAILURE() << file.path << ":" << i + 1 << " " << rule.what << "\n  " << file.text[i];
      }
    }
  }
}

TEST(DirectCalls, EveryExceptionIsStillNeeded) {
  for (const Exception& each : exceptions()) {
    EXPECT_NE(read_text(each.file).find(each.code), std::string::npos)
        << each.file << " no longer has \"" << each.code << "\": drop its exception (" << each.reason << ")";
  }
}

TEST(DirectCalls, AreRecognised) {
  const auto caught = [](const std::string& line) {
    for (const Forbidden& rule : forbidden()) {
      if (std::regex_search(line, rule.pattern)) return true;
    }
    return false;
  };
  for (const char* bad : {"auto t = std::chrono::steady_clock::now();", "std::this_thread::sleep_for(1s);",
                          "std::getenv(\"HOME\")", "std::random_device seed;", "std::ifstream file(path);",
                          "const int fd = ::open(path, 0);", "wake.wait_for(lock, 1s)"}) {
    EXPECT_TRUE(caught(bad)) << bad;
  }
  for (const char* good :
       {"clock.sleep_for(delay, stop);", "files.open(path, os::OpenMode::read)", "int rename_count = 0;",
        "clock.steady()", "Result<Stream> Stream::open(std::string endpoint)", "using std::chrono::steady_clock;"}) {
    EXPECT_FALSE(caught(good)) << good;
  }
}

}  // namespace
}  // namespace holdfast::lint
