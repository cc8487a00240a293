// A third-party header appears only in the library that wraps it, and not in that library's headers.
#include <algorithm>
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "lint/source_tree.h"

namespace holdfast::lint {
namespace {

struct Rule {
  std::string_view prefix;          // of the header's name
  std::set<std::string> libraries;  // that may include it
  bool in_headers;                  // may our headers show it?
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{
      {"fmt/",
       {"base", "os", "model", "http", "objectstore", "etcd", "snapshot", "pipeline", "repository", "cli"},
       true},
      {"tl/expected.hpp", {"base"}, true},
      {"boost/json/", {"model"}, true},
      {"boost/json.hpp", {"model"}, true},
      {"openssl/", {"base", "os", "snapshot", "pipeline"}, false},
      {"curl/", {"http"}, false},
      {"pugixml.hpp", {"objectstore"}, false},
      {"grpc/", {"etcd"}, false},
      {"grpcpp/", {"etcd"}, false},
      {"google/protobuf/", {"etcd"}, false},
      {"zstd.h", {"pipeline"}, false},
      {"zlib.h", {"pipeline"}, false},
      {"yaml-cpp/", {"cli"}, false},
      {"CLI/", {"cli"}, false},
  };
  return all;
}

// The operating system's own interface: wrapped by os/, plus the processor's instructions in base/.
const std::set<std::string>& system_interface_users() {
  static const std::set<std::string> libraries{"os"};
  return libraries;
}

bool is_standard(const std::string& header) {
  return header.find_first_of("./") == std::string::npos;
}

bool is_processor_header(const std::string& header) {
  return header.ends_with("intrin.h");
}

bool is_system_interface(const std::string& header) {
  static const std::set<std::string> plain{"unistd.h",  "fcntl.h",   "dirent.h", "errno.h", "signal.h", "poll.h",
                                           "termios.h", "pthread.h", "dlfcn.h",  "netdb.h", "time.h",   "stdlib.h"};
  return plain.count(header) != 0 || header.starts_with("sys/") || header.starts_with("linux/") ||
         header.starts_with("netinet/") || header.starts_with("arpa/");
}

std::string complaint(const SourceFile& file, const std::string& header) {
  const std::string library = library_of(file);
  if (is_standard(header)) return "";
  if (is_processor_header(header)) return library == "base" ? "" : "processor instructions belong into base/";
  if (is_system_interface(header)) {
    return system_interface_users().count(library) != 0 ? "" : "the operating system's interface belongs behind os/";
  }
  const auto rule =
      std::find_if(rules().begin(), rules().end(), [&](const Rule& each) { return header.starts_with(each.prefix); });
  if (rule == rules().end()) return "no rule knows this third-party header; add it to tests/lint/third_party_test.cc";
  if (rule->libraries.count(library) == 0) return "another library wraps this one";
  if (file.is_header() && !rule->in_headers) return "third-party headers stay out of our own headers";
  return "";
}

TEST(ThirdParty, HeadersStayInTheLibraryThatWrapsThem) {
  std::size_t seen = 0;
  for (const SourceFile& file : source_files()) {
    if (!file.is_below("src")) continue;
    for (const Include& include : file.includes) {
      if (!include.angled) continue;
      ++seen;
      const std::string wrong = complaint(file, include.header);
      EXPECT_EQ(wrong, "") << file.path << ":" << include.line << " includes <" << include.header << ">: " << wrong;
    }
  }
  EXPECT_GT(seen, 0U);
}

TEST(ThirdParty, GeneratedProtobufCodeStaysInTheSourcesOfEtcd) {
  for (const SourceFile& file : source_files()) {
    if (!file.is_below("src")) continue;
    for (const Include& include : file.includes) {
      if (!include.header.ends_with(".pb.h")) continue;
      EXPECT_EQ(library_of(file), "etcd") << file.path << ":" << include.line;
    }
  }
}

TEST(ThirdParty, AStrangerIsNoticed) {
  const SourceFile source{.path = "src/snapshot/x.cc", .text = {}, .code = {}, .includes = {}};
  const SourceFile header{.path = "src/http/x.h", .text = {}, .code = {}, .includes = {}};
  EXPECT_NE(complaint(source, "curl/curl.h"), "");
  EXPECT_NE(complaint(header, "curl/curl.h"), "");
  EXPECT_NE(complaint(source, "sqlite3.h"), "");
  EXPECT_NE(complaint(source, "unistd.h"), "");
}

}  // namespace
}  // namespace holdfast::lint
